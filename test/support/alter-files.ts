import type { PackageStage } from "../../src/judge/stages.ts";
import type { Artifact } from "../../src/model/manifest.ts";
import type { InspectedFile } from "../../src/model/release.ts";
import { withArtifact, withFile, withManifest, withRelease } from "./alter-release.ts";
import { manifestOf } from "./upgrade-pair.ts";

/** A further file of the candidate, listed like any other. */
export function added(
  stage: PackageStage,
  path: string,
  change: Partial<InspectedFile>,
  artifact?: Partial<Artifact>,
): PackageStage {
  const licence = stage.release.files.get("LICENSE");
  if (licence === undefined) throw new Error("the fixture has no LICENSE");
  const bare: InspectedFile = { ...licence, path, sha256: "5".repeat(64), ...change };
  const { sizeBytes, mode, sha256, sha512 } = bare;
  const listed: Artifact = { path, kind: "file", sizeBytes, mode, sha256, sha512, ...artifact };
  return withManifest(withRelease(stage, { files: new Map([...stage.release.files, [path, bare]]) }), {
    artifacts: [...manifestOf(stage).artifacts, listed],
  });
}

/** The binary under another path, as build and manifest would have it. */
export function renamed(stage: PackageStage, from: string, to: string): PackageStage {
  const moved = withArtifact(stage, from, (artifact) => [{ ...artifact, path: to }]);
  const files = [...stage.release.files].map(([path, known]): [string, InspectedFile] =>
    path === from ? [to, { ...known, path: to }] : [path, known],
  );
  return withRelease(moved, { files: new Map(files) });
}

/** The package without a file, and without a word of it in the manifest. */
export const without = (stage: PackageStage, path: string): PackageStage =>
  withArtifact(
    withFile(stage, path, () => undefined),
    path,
    () => [],
  );
