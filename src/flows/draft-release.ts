import { availableParallelism } from "node:os";
import { join } from "node:path";
import { hostEnvironment } from "../io/environment.ts";
import { makeFolder } from "../io/make-folder.ts";
import type { Progress } from "../io/progress.ts";
import { buildRelease } from "../make/build/build-release.ts";
import type { BuiltArtifact, BuiltRelease } from "../make/build/build-recipe.ts";
import { assemblePackage, type AssemblyOptions } from "./assemble-package.ts";
import { packFolder } from "./bundle-package.ts";
import { openLocalPackage, type LocalPackage } from "./local-package.ts";
import type { Creation } from "./plan-creation.ts";

/** A release that lies in a scratch folder. */
export interface Draft {
  readonly folder: string;
  readonly zip: string;
  readonly package: LocalPackage;
}

export interface DraftOptions extends AssemblyOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Go's build cache; the user's if not given. */
  readonly goCacheFolder?: string;
  /** `signLegacy` takes signatures over from another package. */
  readonly hasForeignSignatures?: boolean;
}

/** Builds, packages, attests and bundles in `scratch`; then the judge looks at the zip. Throws what these throw. */
export async function draftRelease(
  creation: Creation,
  scratch: string,
  options: DraftOptions,
): Promise<Draft> {
  const { plan } = creation;
  const { progress } = options;
  const built = await build(creation, join(scratch, "build"), options);
  const folder = join(scratch, plan.topFolder);
  const assembleStep = progress.step("package");
  await makeFolder(folder);
  const warnings = await assemblePackage(creation, built, options, folder);
  assembleStep.done("SBOM, provenance, manifest and checksums over every file");
  for (const warning of warnings) progress.step("licence").done(warning, "warn");
  const zip = join(scratch, plan.zipName);
  const bundleStep = progress.step("bundle");
  const written = await packFolder(folder, zip, plan.zipMethod, plan.sourceDateEpoch);
  bundleStep.done(`${plan.zipName}, ${written.sizeBytes} bytes`);
  const judgeStep = progress.step("judge");
  const judged = await openLocalPackage(zip, {
    name: join(plan.outDir, plan.zipName),
    hasForeignSignatures: options.hasForeignSignatures === true,
  });
  judgeStep.done(`${judged.inspection.release.files.size} files agree with every document`);
  return { folder, zip, package: judged };
}

async function build(
  { plan, source }: Creation,
  workFolder: string,
  { progress, signal, goCacheFolder }: DraftOptions,
): Promise<BuiltRelease> {
  const step = progress.step("build");
  await makeFolder(workFolder);
  const built = await buildRelease(plan, {
    sourceRoot: source.root,
    workFolder,
    hostEnvironment: hostEnvironment(),
    cores: availableParallelism(),
    signal,
    goCacheFolder,
    onProgress: ({ step: name, state }) => {
      if (state === "done") step.item(name);
    },
  });
  step.done(`${built.artifacts.length} files for ${plan.targets.length} targets`);
  warnOfOrigins(built.artifacts, progress);
  return built;
}

/** The records of such a binary say so too; whoever cuts the release shall not learn it from the verifier. */
function warnOfOrigins(artifacts: readonly BuiltArtifact[], progress: Progress): void {
  const unverified = artifacts.filter(({ origin }) => !origin.verified);
  for (const [reason, files] of Map.groupBy(unverified, ({ origin }) => origin.reason)) {
    progress.step("origin").done(`${files.map(({ path }) => path).join(", ")}: ${reason}`, "warn");
  }
}
