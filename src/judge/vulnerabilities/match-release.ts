import type { Release } from "../../model/release.ts";
import { parseTargetId } from "../../model/target.ts";
import type { VulnerabilityDatabase, VulnerabilityMatch } from "../../model/vulnerability.ts";
import { binaryArtifacts } from "../checks/binary-artifacts.ts";
import { indexByModule, matchBinary, type ScannedBinary } from "./match.ts";

/** The programs of a release that say which modules they link. */
export function scannedBinaries(release: Release): readonly ScannedBinary[] {
  return binaryArtifacts(release).flatMap(({ artifact, facts, go }) => {
    const target = artifact.target === undefined ? undefined : parseTargetId(artifact.target);
    if (go === undefined || target === undefined) return [];
    return [{ path: artifact.path, target, go, functions: facts?.functions }];
  });
}

export function matchRelease(
  release: Release,
  database: VulnerabilityDatabase,
): readonly VulnerabilityMatch[] {
  const index = indexByModule(database.vulnerabilities);
  return scannedBinaries(release).flatMap((program) => matchBinary(index, program));
}
