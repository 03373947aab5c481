import { join } from "node:path";
import { comparePaths } from "../../formats/entry-names.ts";
import { copyRegularFile } from "../../io/artifact-files.ts";
import { Failure } from "../../model/failure.ts";
import type { BuildStep, CommandStep, GoStep } from "../plan-builds.ts";
import type { PlannedFile } from "../plan-files.ts";
import type { ReleasePlan } from "../plan.ts";
import { outputFile, stepName, type BuildContext } from "./build-context.ts";
import type { BuiltArtifact, BuiltRelease } from "./build-recipe.ts";
import { runCommand } from "./command-builder.ts";
import { buildGo } from "./go-builder.ts";
import { demandCommittedInputs } from "./go-inputs.ts";
import { prepareGo, type GoToolchain } from "./go-toolchain.ts";
import { takePrebuilt } from "./prebuilt-builder.ts";

/**
 * Runs every step of a plan and gives what was made. The first step that fails stops the others; the
 * Failure names it. Go targets are compiled side by side, commands one after the other: they share the source tree.
 */
export async function buildRelease(plan: ReleasePlan, context: BuildContext): Promise<BuiltRelease> {
  const stop = new AbortController();
  const signal = context.signal === undefined ? stop.signal : AbortSignal.any([context.signal, stop.signal]);
  const inner = { ...context, signal };
  const toolchains = await prepareToolchains(plan.steps, inner);
  const goCount = plan.steps.filter((step) => step.kind === "go").length;
  const sideBySide = Math.max(1, Math.min(context.cores, goCount));
  const parallelism = Math.max(1, Math.floor(context.cores / sideBySide));
  const free = plan.steps.filter((step) => step.kind !== "command");
  const commands = plan.steps.filter((step): step is CommandStep => step.kind === "command");
  const runStep = async (step: BuildStep): Promise<BuiltArtifact> => {
    if (step.kind === "go") {
      const toolchain = demandToolchain(toolchains, step);
      // A tree that is not clean does not claim to be the commit.
      if (plan.source.dirtyCount === 0)
        await demandCommittedInputs(step, toolchain, plan.source.committedFiles, inner);
      return await buildGo(step, toolchain, parallelism, inner);
    }
    return step.kind === "prebuilt"
      ? await takePrebuilt(step, inner, plan.source.committedFiles)
      : await runCommand(step, inner);
  };
  const watched = async (step: BuildStep): Promise<BuiltArtifact> =>
    await watchStep(step, runStep, context, stop);
  const built = await inPool(free, sideBySide, watched);
  const made = await inPool(commands, 1, watched);
  const copied: BuiltArtifact[] = [];
  for (const file of plan.files) copied.push(await copyFile(file, inner));
  return {
    artifacts: [...built, ...made, ...copied].toSorted((a, b) => comparePaths(a.path, b.path)),
    goSources: new Map([...toolchains.values()].map(({ release, sourceDigest }) => [release, sourceDigest])),
  };
}

async function prepareToolchains(
  steps: readonly BuildStep[],
  context: BuildContext,
): Promise<ReadonlyMap<string, GoToolchain>> {
  const releases = new Set(steps.filter((step) => step.kind === "go").map((step) => step.recipe.toolchain));
  const toolchains = new Map<string, GoToolchain>();
  for (const release of releases) toolchains.set(release, await prepareGo(release, context));
  return toolchains;
}

function demandToolchain(toolchains: ReadonlyMap<string, GoToolchain>, step: GoStep): GoToolchain {
  const toolchain = toolchains.get(step.recipe.toolchain);
  if (toolchain === undefined)
    throw new Failure("internal", "a toolchain was not prepared", { at: stepName(step) });
  return toolchain;
}

async function watchStep(
  step: BuildStep,
  run: (step: BuildStep) => Promise<BuiltArtifact>,
  { onProgress }: BuildContext,
  stop: AbortController,
): Promise<BuiltArtifact> {
  const name = stepName(step);
  onProgress?.({ step: name, state: "started", detail: step.output });
  try {
    const artifact = await run(step);
    onProgress?.({ step: name, state: "done", detail: step.output });
    return artifact;
  } catch (error) {
    stop.abort();
    onProgress?.({
      step: name,
      state: "failed",
      detail: error instanceof Error ? error.message : String(error),
    });
    throw error;
  }
}

/** Runs the work for each item, `width` at a time, in order; when one fails, waits for the others and throws the first error. */
async function inPool<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const queue = items.values();
  const results: R[] = [];
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (errors.length > 0) return;
      try {
        results.push(await work(item));
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}

async function copyFile(file: PlannedFile, context: BuildContext): Promise<BuiltArtifact> {
  const sourceFile = outputFile(context, file.to);
  const facts = await copyRegularFile(
    join(context.sourceRoot, ...file.from.split("/")),
    sourceFile,
    file.mode,
  );
  return {
    path: file.to,
    sourceFile,
    target: null,
    mode: file.mode,
    kind: "file",
    buildId: "files",
    installName: null,
    ...facts,
    recipe: null,
    materials: [],
    moduleFolder: null,
    origin: { verified: true, reason: "copied from the commit" },
  };
}
