import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder } from "../io/make-folder.ts";
import { hostEnvironment } from "../io/environment.ts";
import type { Progress } from "../io/progress.ts";
import { demandFree, publish } from "../io/publish.ts";
import { temporaryFoldersIn, withTemporaryFolder } from "../io/temporary-folder.ts";
import { buildRelease } from "../make/build/build-release.ts";
import type { BuiltArtifact } from "../make/build/build-recipe.ts";
import { goesBack } from "../make/plan.ts";
import { GOES_BACK, type CreatedFacts } from "../report/creation.ts";
import { assemblePackage } from "./assemble-package.ts";
import { packFolder } from "./bundle-package.ts";
import { openLocalPackage, type LocalPackage } from "./local-package.ts";
import { planCreation, type Creation, type CreationRequest } from "./plan-creation.ts";

interface Draft {
  readonly folder: string;
  readonly zip: string;
  readonly package: LocalPackage;
}

/**
 * Cuts a release: config -> build -> package -> attest -> bundle, then the judge looks at the zip, and only then do
 * folder and zip appear under their names. Whatever fails before leaves nothing behind.
 */
export async function createRelease(
  request: CreationRequest,
  tool: string,
  progress: Progress,
): Promise<CreatedFacts> {
  const planStep = progress.step("plan");
  const creation = await planCreation(request);
  const { plan, source } = creation;
  planStep.done(
    `${plan.product.name} ${plan.version}, counter ${plan.releaseCounter}, commit ${source.commit.slice(0, 12)}`,
  );
  if (goesBack(plan)) progress.step("previous").done(`${plan.previous?.version}, ${GOES_BACK}`, "warn");
  const outDir = resolve(request.folder, request.outDir);
  const folder = join(outDir, plan.topFolder);
  const zip = join(outDir, plan.zipName);
  await demandFree([folder, zip]);
  await nameLeftovers(outDir, progress);
  return withTemporaryFolder(outDir, async (scratch) => {
    const draft = await makeDraft(creation, scratch, tool, progress, request.signal);
    await publish([
      { from: draft.folder, to: folder },
      { from: draft.zip, to: zip },
    ]);
    // As the user named the folder: long absolute paths say nothing more.
    return createdFacts(
      join(request.outDir, plan.topFolder),
      join(request.outDir, plan.zipName),
      draft.package,
    );
  });
}

/** Whose they are nobody can tell, so they are named and left. */
async function nameLeftovers(outDir: string, progress: Progress): Promise<void> {
  for (const name of await temporaryFoldersIn(outDir)) {
    const words = "of a build that still runs, or was killed: then remove it yourself";
    progress.step("leftover").done(`${join(outDir, name)} is ${words}`, "warn");
  }
}

async function makeDraft(
  creation: Creation,
  scratch: string,
  tool: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Draft> {
  const { plan } = creation;
  const artifacts = await build(creation, join(scratch, "build"), progress, signal);
  const folder = join(scratch, plan.topFolder);
  const assembleStep = progress.step("package");
  await makeFolder(folder);
  await assemblePackage(creation, artifacts, tool, folder);
  assembleStep.done("SBOM, provenance, manifest and checksums over every file");
  const zip = join(scratch, plan.zipName);
  const bundleStep = progress.step("bundle");
  const written = await packFolder(folder, zip, plan.zipMethod, plan.sourceDateEpoch);
  bundleStep.done(`${plan.zipName}, ${written.sizeBytes} bytes`);
  const judgeStep = progress.step("judge");
  const judged = await openLocalPackage(zip, join(plan.outDir, plan.zipName));
  judgeStep.done(`${judged.inspection.release.files.size} files agree with every document`);
  return { folder, zip, package: judged };
}

async function build(
  { plan, source }: Creation,
  workFolder: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<readonly BuiltArtifact[]> {
  const step = progress.step("build");
  await makeFolder(workFolder);
  const artifacts = await buildRelease(plan, {
    sourceRoot: source.root,
    workFolder,
    hostEnvironment: hostEnvironment(),
    cores: availableParallelism(),
    signal,
    onProgress: ({ step: name, state }) => {
      if (state === "done") step.item(name);
    },
  });
  step.done(`${artifacts.length} files for ${plan.targets.length} targets`);
  warnOfOrigins(artifacts, progress);
  return artifacts;
}

/** The records of such a binary say so too; whoever cuts the release shall not learn it from the verifier. */
function warnOfOrigins(artifacts: readonly BuiltArtifact[], progress: Progress): void {
  const unverified = artifacts.filter(({ origin }) => !origin.verified);
  for (const [reason, files] of Map.groupBy(unverified, ({ origin }) => origin.reason)) {
    progress.step("origin").done(`${files.map(({ path }) => path).join(", ")}: ${reason}`, "warn");
  }
}

function createdFacts(
  folder: string,
  zip: string,
  { manifest, manifestSha256, subject, inspection }: LocalPackage,
): CreatedFacts {
  const targets = new Map(
    manifest.artifacts.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target]])),
  );
  const binaries = [...inspection.release.files.values()].flatMap((file) => {
    const target = targets.get(file.path);
    return target === undefined ? [] : [{ ...file, target }];
  });
  const { product, version, releaseCounter } = manifest;
  const { sizeBytes: zipSizeBytes = 0, sha256: zipSha256 = "" } = subject.zip ?? {};
  return { folder, zip, product, version, releaseCounter, manifestSha256, zipSizeBytes, zipSha256, binaries };
}
