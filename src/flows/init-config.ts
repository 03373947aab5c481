import { join } from "node:path";
import { hostEnvironment } from "../io/environment.ts";
import { exists, readIfPresent, writeFileAtomic } from "../io/files.ts";
import { detectProject } from "../make/config/detect-project.ts";
import { CONFIG_FILE_NAMES } from "../make/config/release-config.ts";
import { defaultReleaseConfig } from "../make/config/starter-config.ts";
import { Failure } from "../model/failure.ts";

const MAX_IGNORE_BYTES = 1024 * 1024;
/** Where `release build` puts releases unless told otherwise. */
const OUTPUT_LINE = "/dist/";
const SAME_MEANING: ReadonlySet<string> = new Set([OUTPUT_LINE, "dist/", "dist", "/dist"]);

export interface StartedConfig {
  readonly path: string;
  readonly text: string;
  /** The .gitignore that got a line for the releases; null when it had one. */
  readonly ignoreFile: string | null;
  /** No git remote says where the source is; until the config does, nothing can be built. */
  readonly needsRepository: boolean;
}

/**
 * Looks at a project and writes a first release config for it, and keeps releases out of git: the second release would
 * otherwise find the first one as an uncommitted file. Never replaces a config.
 */
export async function initConfig(folder: string): Promise<StartedConfig> {
  for (const name of CONFIG_FILE_NAMES) {
    const path = join(folder, name);
    if (await exists(path)) {
      throw new Failure("output", `${path} exists already`, {
        at: path,
        hint: "cavra release build --dry-run",
      });
    }
  }
  const project = await detectProject({ folder, hostEnvironment: hostEnvironment() });
  const text = defaultReleaseConfig(project);
  const path = join(folder, CONFIG_FILE_NAMES[0] ?? "cavra.release.yaml");
  await writeFileAtomic(path, Buffer.from(text), { exclusive: true });
  return { path, text, ignoreFile: await ignoreOutput(folder), needsRepository: project.repository === null };
}

async function ignoreOutput(folder: string): Promise<string | null> {
  const path = join(folder, ".gitignore");
  const bytes = (await readIfPresent(path, MAX_IGNORE_BYTES)) ?? new Uint8Array();
  // One character a byte: whatever else the file holds is written back as it was.
  const text = Buffer.from(bytes).toString("latin1");
  if (text.split(/\r?\n/).some((line) => SAME_MEANING.has(line.trim()))) return null;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  const added = `${separator}${text === "" ? "" : "\n"}# releases that cavra cuts\n${OUTPUT_LINE}\n`;
  await writeFileAtomic(path, Buffer.concat([bytes, Buffer.from(added)]));
  return path;
}
