import { join } from "node:path";
import { hostEnvironment } from "../io/environment.ts";
import { exists, writeFileAtomic } from "../io/files.ts";
import { detectProject } from "../make/config/detect-project.ts";
import { CONFIG_FILE_NAMES } from "../make/config/release-config.ts";
import { defaultReleaseConfig } from "../make/config/starter-config.ts";
import { Failure } from "../model/failure.ts";

/** Looks at a project and writes a first release config for it. Never replaces one. */
export async function initConfig(folder: string): Promise<{ readonly path: string; readonly text: string }> {
  for (const name of CONFIG_FILE_NAMES) {
    const path = join(folder, name);
    if (await exists(path)) {
      throw new Failure("output", `${path} exists already`, {
        at: path,
        hint: "cavra release build --dry-run",
      });
    }
  }
  const text = defaultReleaseConfig(await detectProject({ folder, hostEnvironment: hostEnvironment() }));
  const path = join(folder, CONFIG_FILE_NAMES[0] ?? "cavra.release.yaml");
  await writeFileAtomic(path, Buffer.from(text), { exclusive: true });
  return { path, text };
}
