import { dirname, join } from "node:path";
import { fileFacts } from "../../io/artifact-files.ts";
import { makeFolder } from "../../io/make-folder.ts";
import { runProcess } from "../../io/process.ts";
import type { GoStep } from "../plan-builds.ts";
import { MAX_SHOWN_OUTPUT_BYTES, outputFile, stepFailure, type BuildContext } from "./build-context.ts";
import { OUTPUT_PLACEHOLDER, type BuiltArtifact, type ModuleFolder } from "./build-recipe.ts";
import type { GoToolchain } from "./go-toolchain.ts";

const TIMEOUT_MS = 60 * 60 * 1000;

/** Compiles one target. `parallelism` bounds the compiler's own processes; it does not change the bytes. */
export async function buildGo(
  step: GoStep,
  toolchain: GoToolchain,
  parallelism: number,
  context: BuildContext,
): Promise<BuiltArtifact> {
  const sourceFile = outputFile(context, step.output);
  await makeFolder(dirname(sourceFile));
  const words = step.recipe.argv.map((word) => word.replace(OUTPUT_PLACEHOLDER, () => sourceFile));
  const result = await runProcess({
    argv: ["go", "build", `-p=${parallelism}`, ...words.slice(2)],
    cwd: join(context.sourceRoot, ...step.dir.split("/")),
    env: { ...toolchain.passed, ...Object.fromEntries(step.recipe.environment) },
    timeoutMs: TIMEOUT_MS,
    signal: context.signal,
    maxOutputBytes: MAX_SHOWN_OUTPUT_BYTES,
  });
  if (result.exitCode !== 0) {
    throw stepFailure(
      step,
      "go build failed",
      result.stderr + result.stdout,
      step.recipe.rebuildCommand ?? undefined,
    );
  }
  return {
    path: step.output,
    sourceFile,
    target: step.target?.id ?? null,
    mode: step.mode,
    kind: "go-binary",
    buildId: step.buildId,
    installName: step.installName,
    ...(await fileFacts(sourceFile)),
    recipe: step.recipe,
    materials: [],
    moduleFolder: moduleFolder(step, toolchain, context),
    origin: { verified: true, reason: "built here from the commit" },
  };
}

function moduleFolder(step: GoStep, { passed }: GoToolchain, context: BuildContext): ModuleFolder | null {
  if (step.recipe.argv.includes("-mod=vendor")) {
    return { kind: "vendor", path: join(context.sourceRoot, ...step.dir.split("/"), "vendor") };
  }
  const cache = passed["GOMODCACHE"];
  return cache === undefined ? null : { kind: "cache", path: cache };
}
