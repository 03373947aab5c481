import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeManifest } from "./manifest.ts";
import { ROOT, runTool } from "./run-tool.ts";

const INPUTS = ["src", "commands", "bin", "package.json", "tsconfig.json", "tsconfig.build.json"];
/** Written last: whatever it is newer than has been built. */
const STAMP = "oclif.manifest.json";

/** Makes dist anew, beside the old one and then in its place; an existing manifest would hide new commands. */
async function build(compilerFlags: readonly string[]): Promise<void> {
  const draft = `dist.${process.pid}`;
  const old = `${draft}.old`;
  process.once("exit", () => [draft, old].forEach(remove));
  runTool("node_modules/typescript/bin/tsc", [
    "-p",
    "tsconfig.build.json",
    "--outDir",
    draft,
    ...compilerFlags,
  ]);
  remove(STAMP);
  // Two renames and nothing between them: a CLI that is started meanwhile finds the old build or the new one.
  if (existsSync(join(ROOT, "dist"))) renameSync(join(ROOT, "dist"), join(ROOT, old));
  renameSync(join(ROOT, draft), join(ROOT, "dist"));
  await writeManifest();
}

/** Builds when there is no build or a source is newer. Types are not checked: that is for `npm run check`. */
export async function buildIfStale(): Promise<void> {
  if (isStale()) await build(["--noCheck"]);
}

function remove(path: string): void {
  rmSync(join(ROOT, path), { recursive: true, force: true });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await build([]);
