import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { SourceConfig, VersionConfig } from "../../src/make/config/release-config.ts";
import { readSource, type SourceFacts, type SourceRequest } from "../../src/make/source.ts";
import { Failure } from "../../src/model/failure.ts";
import { scratchRepository, type ScratchRepository } from "../support/scratch-repository.ts";

const SOURCE: SourceConfig = { root: ".", require: ["clean", "tagged"], epoch: { from: "commit" } };
const VERSION: VersionConfig = { from: "tag", pattern: "^v(?<v>.+)$" };
const REQUEST: SourceRequest = {
  source: SOURCE,
  version: VERSION,
  repository: "https://example.com/acme/agent",
};
const LOOSE: SourceRequest = { ...REQUEST, source: { ...SOURCE, require: [] } };

let repository: ScratchRepository | undefined;
afterEach(() => {
  repository?.remove();
  repository = undefined;
});

function scratch(files: Readonly<Record<string, string>> = { "a.txt": "a\n" }): ScratchRepository {
  repository = scratchRepository(files);
  return repository;
}

async function read(folder: string, request: SourceRequest = REQUEST): Promise<SourceFacts> {
  return await readSource({ folder, hostEnvironment: process.env }, request);
}

async function failure(folder: string, request: SourceRequest = REQUEST): Promise<Failure> {
  const error: unknown = await read(folder, request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Failure && error.code === "source") return error;
  throw new Error(`expected a Failure "source", got ${String(error)}`);
}

describe("readSource", () => {
  it("gives commit, tree, tag, time and files", async () => {
    const { folder, git } = scratch({ "a.txt": "a\n", "bin/run.sh": "#!/bin/sh\n", "ä ö.txt": "x" });
    git("tag", "-a", "v1.2.3", "-m", "v1.2.3");
    git("tag", "nightly");
    expect(await read(folder)).toEqual({
      root: folder,
      pathInCheckout: ".",
      repository: "https://example.com/acme/agent",
      commit: git("rev-parse", "HEAD"),
      tree: git("rev-parse", "HEAD^{tree}"),
      ref: "refs/tags/v1.2.3",
      tag: "v1.2.3",
      epoch: Date.UTC(2026, 0, 1) / 1000,
      dirtyFiles: [],
      dirtyCount: 0,
      committedFiles: new Map([
        ["a.txt", "100644"],
        ["bin/run.sh", "100755"],
        ["ä ö.txt", "100644"],
      ]),
    });
  });

  it("works in a folder of the checkout, and still wants the whole checkout clean", async () => {
    const { folder, git, write } = scratch({ "go/agent/go.mod": "module x\n", "other.txt": "x" });
    git("tag", "v1.0.0");
    const facts = await read(join(folder, "go/agent"));
    expect([facts.pathInCheckout, [...facts.committedFiles.keys()]]).toEqual(["go/agent", ["go.mod"]]);
    write({ "other.txt": "changed" });
    expect((await failure(join(folder, "go/agent"))).details.output).toBe("other.txt");
  });

  it("names every file that is not as committed", async () => {
    const { folder, git, write } = scratch({ "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n" });
    git("tag", "v1.0.0");
    write({ "a.txt": "changed\n", "new/file.txt": "x" });
    git("rm", "--quiet", "b.txt");
    const { message, details } = await failure(folder);
    expect(message).toBe("the working tree is not clean");
    expect(details.output?.split("\n")).toEqual(["a.txt", "b.txt", "new/file.txt"]);
    expect(details.found).toBe("3 files that differ");
    expect((await read(folder, LOOSE)).dirtyCount).toBe(3);
  });

  it("names at most 100 of them, and says how many more there are", async () => {
    const { folder, git, write } = scratch();
    git("tag", "v1.0.0");
    write(Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`new-${index}.txt`, "x"])));
    const output = (await failure(folder)).details.output?.split("\n") ?? [];
    expect([output.length, output.at(-1)]).toEqual([101, "... and 20 more"]);
  });

  it.each(["--assume-unchanged", "--skip-worktree"])(
    "finds a change that git status was told to hide: %s",
    async (flag) => {
      const { folder, git, write } = scratch();
      git("tag", "v1.0.0");
      git("update-index", flag, "a.txt");
      write({ "a.txt": "hidden change\n" });
      expect(git("status", "--porcelain")).toBe("");
      expect((await failure(folder)).details.output).toBe("a.txt");
    },
  );

  it("does not run what the repository's settings name", async () => {
    const { folder, git, write } = scratch();
    git("tag", "v1.0.0");
    write({ ".git/monitor.sh": `#!/bin/sh\ntouch '${folder}/ran'\n` });
    git("config", "core.fsmonitor", join(folder, ".git/monitor.sh"));
    expect((await read(folder)).dirtyCount).toBe(0);
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("wants a tag that the version's pattern accepts, and only one", async () => {
    const { folder, git } = scratch();
    expect((await failure(folder)).message).toBe("no release tag is at HEAD");
    git("tag", "v1.x");
    expect((await failure(folder)).message).toBe("no release tag is at HEAD");
    git("tag", "v1.0.0");
    expect((await read(folder)).tag).toBe("v1.0.0");
    git("tag", "v1.0.1");
    expect((await failure(folder)).details.at).toBe("v1.0.0, v1.0.1");
  });

  it("names the branch when there is no tag, and HEAD without a branch", async () => {
    const { folder, git } = scratch();
    expect((await read(folder, LOOSE)).ref).toBe("refs/heads/main");
    git("checkout", "--quiet", "--detach");
    expect((await read(folder, LOOSE)).ref).toBe("HEAD");
  });

  it("takes the time of an annotated tag when the config says so", async () => {
    const { folder, git } = scratch();
    const request: SourceRequest = { ...REQUEST, source: { ...SOURCE, epoch: { from: "tag" } } };
    git("tag", "v1.0.0");
    expect((await failure(folder, request)).details.expected).toBe("an annotated tag");
    git("tag", "-d", "v1.0.0");
    git("tag", "-a", "v1.0.0", "-m", "x");
    expect((await read(folder, request)).epoch).toBe(Date.UTC(2026, 0, 1) / 1000);
    const fixed: SourceRequest = {
      ...REQUEST,
      source: { ...SOURCE, epoch: { from: "value", value: 400_000_000 } },
    };
    expect((await read(folder, fixed)).epoch).toBe(400_000_000);
  });

  it("takes the origin without its credentials, and no local path", async () => {
    const { folder, git } = scratch();
    git("tag", "v1.0.0");
    const request = { ...REQUEST, repository: null };
    expect((await failure(folder, request)).message).toBe("the repository's URL is not known");
    git("remote", "add", "origin", "https://user:secret-token@git.example.com/acme/agent.git");
    expect((await read(folder, request)).repository).toBe("https://git.example.com/acme/agent");
    git("remote", "set-url", "origin", "/srv/git/agent.git");
    expect((await failure(folder, request)).message).toBe("the repository's URL is not known");
  });

  it("is not led elsewhere by the caller's environment", async () => {
    const { folder, git } = scratch();
    git("tag", "v1.0.0");
    const hostEnvironment = {
      ...process.env,
      GIT_DIR: "/nonexistent",
      GIT_WORK_TREE: "/",
      GIT_INDEX_FILE: "/x",
    };
    expect((await readSource({ folder, hostEnvironment }, REQUEST)).commit).toBe(git("rev-parse", "HEAD"));
  });

  it("says so when there is no checkout, or no commit", async () => {
    const outside = mkdtempSync(join(tmpdir(), "cavra-outside-"));
    try {
      expect((await failure(outside)).message).toBe("the source root is not in a git checkout");
    } finally {
      rmSync(outside, { recursive: true });
    }
    const { folder, git } = scratch();
    git("update-ref", "-d", "HEAD");
    expect((await failure(folder)).message).toBe("the repository has no commit");
  });

  it("lists links with their own mode", async () => {
    const { folder, git, commit } = scratch();
    mkdirSync(join(folder, "sub"));
    symlinkSync("../a.txt", join(folder, "sub/link"));
    commit("link");
    git("tag", "v1.0.0");
    expect((await read(folder)).committedFiles.get("sub/link")).toBe("120000");
  });
});
