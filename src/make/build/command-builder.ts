import { join } from "node:path";
import { copyRegularFile, fileFacts, namesIn } from "../../io/artifact-files.ts";
import { makeFolder } from "../../io/make-folder.ts";
import { runProcess } from "../../io/process.ts";
import { Failure } from "../../model/failure.ts";
import { PASSED_VARIABLES } from "../config/environment-rules.ts";
import type { CommandStep } from "../plan-builds.ts";
import {
  MAX_SHOWN_OUTPUT_BYTES,
  outputFile,
  passedVariables,
  stepFailure,
  stepName,
  type BuildContext,
} from "./build-context.ts";
import { OUTPUT_PLACEHOLDER, type BuiltArtifact, type Material } from "./build-recipe.ts";

const VERSION_TIMEOUT_MS = 30_000;

/** Runs one command without a shell. It must write `$(out)` and nothing beside it. */
export async function runCommand(step: CommandStep, context: BuildContext): Promise<BuiltArtifact> {
  const passed = passedVariables(context.hostEnvironment, PASSED_VARIABLES);
  for (const [name, version] of Object.entries(step.tools))
    await demandTool(step, name, version, passed, context);
  const materials = await digestInputs(step, context);
  const outputFolder = join(context.workFolder, "command", stepName(step).replaceAll(/[^a-z0-9-]/g, "-"));
  const outputName = step.output.slice(step.output.lastIndexOf("/") + 1);
  const place = join(outputFolder, outputName);
  await makeFolder(outputFolder);
  await run(step, place, passed, context);
  await demandOnlyOutput(step, outputFolder, outputName);
  const sourceFile = outputFile(context, step.output);
  const facts = await copyRegularFile(place, sourceFile, step.mode);
  return {
    path: step.output,
    sourceFile,
    target: step.target?.id ?? null,
    mode: step.mode,
    kind: step.target === null ? "file" : "binary",
    buildId: step.buildId,
    installName: step.installName,
    ...facts,
    recipe: step.recipe,
    materials,
    moduleFolder: null,
    origin: { verified: true, reason: "made here by a command of the config" },
  };
}

async function run(
  step: CommandStep,
  place: string,
  passed: Readonly<Record<string, string>>,
  context: BuildContext,
): Promise<void> {
  const fill = (text: string): string => text.replaceAll(OUTPUT_PLACEHOLDER, () => place);
  const [program = "", ...args] = step.recipe.argv.map(fill);
  const recorded = [...step.recipe.environment].map(([name, value]) => [name, fill(value)] as const);
  const result = await runProcess({
    argv: [program, ...args],
    cwd: context.sourceRoot,
    env: { ...passed, ...Object.fromEntries(recorded) },
    timeoutMs: step.timeoutMs,
    signal: context.signal,
    maxOutputBytes: MAX_SHOWN_OUTPUT_BYTES,
  });
  if (result.exitCode === 0) return;
  const how =
    result.exitCode === null
      ? `was ended by ${result.endedBySignal ?? "a signal"}`
      : `failed with exit code ${result.exitCode}`;
  throw stepFailure(step, `${program} ${how}`, result.stdout + result.stderr);
}

async function demandOnlyOutput(step: CommandStep, folder: string, name: string): Promise<void> {
  const names = await namesIn(folder);
  if (!names.includes(name))
    throw stepFailure(step, "the command did not write its output", "", "write the file that $(out) names");
  const undeclared = names.filter((other) => other !== name);
  if (undeclared.length === 0) return;
  throw stepFailure(
    step,
    "the command wrote files that are not declared",
    undeclared.slice(0, 100).join("\n"),
    "one build writes one file: give each file a build of its own",
  );
}

async function digestInputs(step: CommandStep, context: BuildContext): Promise<readonly Material[]> {
  const materials: Material[] = [];
  for (const path of step.inputs) {
    const { sha256 } = await fileFacts(join(context.sourceRoot, ...path.split("/")));
    materials.push({ path, sha256 });
  }
  return materials;
}

/** The exact version must stand in what `NAME --version` prints. */
async function demandTool(
  step: CommandStep,
  name: string,
  version: string,
  passed: Readonly<Record<string, string>>,
  context: BuildContext,
): Promise<void> {
  const result = await runProcess({
    argv: [name, "--version"],
    cwd: context.workFolder,
    env: { ...passed, LC_ALL: "C" },
    timeoutMs: VERSION_TIMEOUT_MS,
    signal: context.signal,
    maxOutputBytes: MAX_SHOWN_OUTPUT_BYTES,
  });
  const printed = result.stdout + result.stderr;
  if (result.exitCode === 0 && printsVersion(printed, version)) return;
  throw new Failure("toolchain", `${name} is not the pinned version`, {
    at: stepName(step),
    expected: version,
    found: printed.split("\n", 1)[0] ?? "nothing",
    hint: `install ${name} ${version}`,
  });
}

/** Whether a text holds the version as a word of its own: 4.3 is not in 4.3.1 nor in 14.3. */
export function printsVersion(text: string, version: string): boolean {
  const literal = version.replaceAll(/[.+^${}()|[\]\\*?]/g, String.raw`\$&`);
  return new RegExp(`(?:^|[^0-9A-Za-z.+~-])v?${literal}(?![0-9A-Za-z+~-]|\\.[0-9A-Za-z])`, "m").test(text);
}
