import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown, type RolldownOutput } from "rolldown";
import { writeManifest } from "./manifest.ts";
import { ROOT } from "./root.ts";
import { writeNotices } from "./third-party-notices.ts";

const INPUTS = ["src", "commands", "bin", "package.json", "package-lock.json", "tsconfig.json"];
/** Written last: whatever it is newer than has been built. */
const STAMP = "oclif.manifest.json";
/** oclif asks for it only to run commands from TypeScript, which `bin/main.ts` turns off. */
const NOT_BUNDLED = ["typescript"];

/**
 * Each with all that it imports: one file where there would be fifty, each of which takes its time to be found. A module
 * that does something when it is loaded (an entry point of a thread) may not be named here.
 */
const GROUPS = [
  { name: "version", test: /\/bin\/version\.ts$/, priority: 4 },
  { name: "inspection", test: /\/io\/(?:inspection-job|inspect-file|worker-port)\.ts$/, priority: 3 },
  { name: "start", test: /\/bin\/main\.ts$/, priority: 2 },
  { name: "verification", test: /\/commands\/verify-command\.ts$|\/flows\/verify-release\.ts$/, priority: 1 },
] as const;

/**
 * Makes dist anew, beside the old one and then in its place; an existing manifest would hide new commands. Three hundred
 * modules and oclif's fifty become few files, of which a command loads its own: that halves the start (docs/decisions.md).
 */
async function build(): Promise<void> {
  const draft = `dist.${process.pid}`;
  const old = `${draft}.old`;
  process.once("exit", () => [draft, old].forEach(remove));
  writeNotices(await bundle(draft), join(ROOT, draft));
  remove(STAMP);
  // Two renames and nothing between them: a CLI that is started meanwhile finds the old build or the new one.
  if (existsSync(join(ROOT, "dist"))) renameSync(join(ROOT, "dist"), join(ROOT, old));
  renameSync(join(ROOT, draft), join(ROOT, "dist"));
  await writeManifest();
}

/** @param folder Relative to the root. */
export async function bundle(
  folder: string,
  inputs: readonly string[] = entryPoints(),
): Promise<RolldownOutput> {
  const graph = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(inputs.map((path) => [path.replace(/\.ts$/, ""), `./${path}`])),
    platform: "node",
    external: NOT_BUNDLED,
  });
  const output = await graph.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: { groups: [...GROUPS] },
  });
  await graph.close();
  return output;
}

/** What Node is started with, each command, and each thread: paths of sources, relative to the root. */
export function entryPoints(): readonly string[] {
  const commands = typescriptIn("commands").filter((path) =>
    /^export default class /m.test(readFileSync(join(ROOT, path), "utf8")),
  );
  const threads = typescriptIn("src").filter((path) => path.endsWith("-worker.ts"));
  return ["bin/main.ts", "bin/version.ts", ...commands, ...threads];
}

function typescriptIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path).replaceAll("\\", "/"));
}

/** Builds when there is no build or a source is newer. */
export async function buildIfStale(): Promise<void> {
  if (isStale()) await build();
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
