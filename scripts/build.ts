import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeManifest } from "./manifest.ts";
import { ROOT, runTool } from "./run-tool.ts";

const INPUTS = ["src", "commands", "bin", "package.json", "tsconfig.json", "tsconfig.build.json"];
/** Written last: whatever it is newer than has been built. */
const STAMP = "oclif.manifest.json";

/** Deletes dist and makes it anew; an existing manifest would hide new commands. */
export async function build(): Promise<void> {
  for (const path of ["dist", STAMP]) rmSync(join(ROOT, path), { recursive: true, force: true });
  runTool("node_modules/typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
  await writeManifest();
}

/** Builds when there is no build or a source is newer. */
export async function buildIfStale(): Promise<void> {
  if (isStale()) await build();
}

function isStale(): boolean {
  const stamp = join(ROOT, STAMP);
  if (!existsSync(stamp) || !existsSync(join(ROOT, "dist", "bin", "main.js"))) return true;
  const builtMs = statSync(stamp).mtimeMs;
  return INPUTS.some((input) => newestMs(join(ROOT, input)) > builtMs);
}

/** Folders count too: their time tells of removed files. */
function newestMs(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
