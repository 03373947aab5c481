import { join, resolve } from "node:path";
import type { Progress } from "../io/progress.ts";
import { demandFree, publish } from "../io/publish.ts";
import { temporaryFoldersIn, withTemporaryFolder } from "../io/temporary-folder.ts";
import { goesBack } from "../make/plan.ts";
import { GOES_BACK, type CreatedFacts } from "../report/creation.ts";
import { draftRelease } from "./draft-release.ts";
import { openLegacySigner } from "./legacy-signer.ts";
import type { LocalPackage } from "./local-package.ts";
import { planCreation, type CreationRequest } from "./plan-creation.ts";

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
  const signLegacy = await openLegacySigner(creation);
  await nameLeftovers(outDir, progress);
  return withTemporaryFolder(outDir, async (scratch) => {
    const draft = await draftRelease(creation, scratch, {
      tool,
      progress,
      signal: request.signal,
      signLegacy,
    });
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
