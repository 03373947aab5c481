import { join, relative, sep } from "node:path";
import { runProcess } from "../../io/process.ts";
import type { GoStep } from "../plan-builds.ts";
import { stepFailure, type BuildContext } from "./build-context.ts";
import type { GoToolchain } from "./go-toolchain.ts";

const TIMEOUT_MS = 10 * 60 * 1000;
const MAX_NAMED_FILES = 100;

/** One line for each file that the compiler will read, outside the standard library (`go help list`). */
const FILES_TEMPLATE = `{{if not .Standard}}{{$dir := .Dir}}${[
  "GoFiles",
  "SFiles",
  "HFiles",
  "SysoFiles",
  "EmbedFiles",
]
  .map((list) => `{{range .${list}}}{{$dir}}/{{.}}{{"\\n"}}{{end}}`)
  .join("")}{{end}}`;

/**
 * Every file of the source tree that goes into the binary must be committed. `git status` does not list ignored files,
 * and the go command does not know of .gitignore: an ignored file would be built in and be missing in every clone.
 * Throws Failure "build" naming such files.
 */
export async function demandCommittedInputs(
  step: GoStep,
  toolchain: GoToolchain,
  committed: ReadonlyMap<string, string>,
  context: BuildContext,
): Promise<void> {
  const cwd = join(context.sourceRoot, ...step.dir.split("/"));
  const flags = step.recipe.argv.filter((word) => /^-(?:mod|tags)=/.test(word));
  const packagePath = step.recipe.argv.at(-1) ?? ".";
  const result = await runProcess({
    argv: ["go", "list", "-deps", "-buildvcs=false", ...flags, `-f=${FILES_TEMPLATE}`, packagePath],
    cwd,
    // With PWD, go names the folder as it was given, also where a link leads to it.
    env: { ...toolchain.passed, ...Object.fromEntries(step.recipe.environment), PWD: cwd },
    timeoutMs: TIMEOUT_MS,
    signal: context.signal,
  });
  if (result.exitCode !== 0 || result.stdoutTruncated) {
    throw stepFailure(step, "go list failed", result.stderr);
  }
  const missing = result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((path) => relative(context.sourceRoot, path).split(sep).join("/"))
    // Modules outside the source tree are held against go.sum by the go command.
    .filter((path) => !path.startsWith("../") && !committed.has(path));
  if (missing.length === 0) return;
  throw stepFailure(
    step,
    missing.length === 1
      ? "the build reads a file that is not committed"
      : `the build reads ${missing.length} files that are not committed`,
    missing.slice(0, MAX_NAMED_FILES).join("\n"),
    "commit the files, or remove them: git status does not show what .gitignore names",
  );
}
