import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A git repository in a temporary folder, with no word of the user's git settings. */
export interface ScratchRepository {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Commits everything, at 2026-01-01T00:00:00Z. */
  readonly commit: (message: string) => string;
  readonly remove: () => void;
}

/** Files whose name ends with `.sh` are executable. */
export function scratchRepository(files: Readonly<Record<string, string>>): ScratchRepository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cavra-scratch-")));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Test",
    GIT_AUTHOR_EMAIL: "test@example.com",
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_NAME: "Test",
    GIT_COMMITTER_EMAIL: "test@example.com",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(more)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (name.endsWith(".sh")) chmodSync(path, 0o755);
    }
  };
  const commit = (message: string): string => {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  write(files);
  commit("first");
  return { folder, git, write, commit, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
