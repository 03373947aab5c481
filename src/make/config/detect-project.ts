import { basename, join } from "node:path";
import { parseGoMod } from "../../formats/go-mod.ts";
import { namesIn } from "../../io/artifact-files.ts";
import { exists, readIfPresent } from "../../io/files.ts";
import { runProcess } from "../../io/process.ts";
import { Failure } from "../../model/failure.ts";
import { MAX_DOCUMENT_BYTES } from "../../model/limits.ts";
import { gitIfPresent, type GitContext } from "../git.ts";
import { repositoryUrl } from "../repository-url.ts";
import { PASSED_VARIABLES } from "./environment-rules.ts";
import type { DetectedGoModule, DetectedProject } from "./starter-config.ts";

const MAX_SOURCE_FILES = 200;
const GO_TIMEOUT_MS = 30_000;

/** Looks at a folder for `cavra release init`. A missing git or Go is no error: less is found then. */
export async function detectProject(context: GitContext): Promise<DetectedProject> {
  const names = await namesIn(context.folder);
  return {
    folderName: basename(context.folder),
    goModule: await detectGoModule(context),
    licenseFile: names.find((name) => /^(?:LICEN[CS]E|COPYING)(?:\.(?:md|txt))?$/.test(name)) ?? null,
    repository: await detectRepository(context),
  };
}

async function detectGoModule(context: GitContext): Promise<DetectedGoModule | null> {
  const { folder } = context;
  const bytes = await readIfPresent(join(folder, "go.mod"), MAX_DOCUMENT_BYTES);
  const goMod = bytes === undefined ? undefined : parseGoMod("go.mod", bytes);
  if (goMod === undefined || !goMod.ok) return null;
  return {
    modulePath: goMod.value.module,
    goVersion: goMod.value.go ?? null,
    toolchain: goMod.value.toolchain ?? null,
    installedGo: await installedGo(context),
    mainPackages: await mainPackages(folder),
    isVendored: await exists(join(folder, "vendor", "modules.txt")),
  };
}

/** `.` and the folders of `cmd`. */
async function mainPackages(folder: string): Promise<readonly string[]> {
  const commands = (await exists(join(folder, "cmd"))) ? await foldersOf(join(folder, "cmd")) : [];
  const candidates = [".", ...commands.map((name) => `./cmd/${name}`)];
  const found: string[] = [];
  for (const candidate of candidates) {
    if (await isMainPackage(join(folder, candidate))) found.push(candidate);
  }
  return found;
}

async function foldersOf(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder).catch(() => []);
  return names.filter((name) => !name.includes("."));
}

async function isMainPackage(folder: string): Promise<boolean> {
  const names = await namesIn(folder).catch(() => []);
  const sources = names.filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  for (const name of sources.slice(0, MAX_SOURCE_FILES)) {
    const bytes = await readIfPresent(join(folder, name), MAX_DOCUMENT_BYTES).catch(() => undefined);
    const text = Buffer.from(bytes ?? []).toString("utf8");
    // A generator that stands beside a library: `//go:build ignore`.
    if (/^package\s+main\b/m.test(text) && !/^\/\/go:build\s+ignore\b/m.test(text)) return true;
  }
  return false;
}

async function detectRepository(context: GitContext): Promise<string | null> {
  const origin = await gitIfPresent(context, "config", "--get", "remote.origin.url").catch(whenMissing);
  return origin?.ok === true ? (repositoryUrl(origin.stdout.trim()) ?? null) : null;
}

async function installedGo({ folder, hostEnvironment, signal }: GitContext): Promise<string | null> {
  const passed = PASSED_VARIABLES.flatMap((name) => {
    const value = hostEnvironment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const result = await runProcess({
    argv: ["go", "env", "GOVERSION"],
    cwd: folder,
    env: { ...Object.fromEntries(passed), GOTOOLCHAIN: "local", GOENV: "off", GOWORK: "off" },
    timeoutMs: GO_TIMEOUT_MS,
    signal,
  }).catch(whenMissing);
  return result?.exitCode === 0 ? result.stdout.trim() : null;
}

/** The program is not installed: nothing was found. Everything else goes on. */
function whenMissing(error: unknown): undefined {
  if (error instanceof Failure && error.code === "toolchain") return undefined;
  throw error;
}
