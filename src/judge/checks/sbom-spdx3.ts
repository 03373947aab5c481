import { sha256Hex } from "../../crypto/digest.ts";
import { writeSpdx3 } from "../../formats/spdx3.ts";
import type { Sighting } from "../../model/check.ts";
import type { SpdxDocument } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import { spdx3File } from "../../model/layers.ts";
import type { Manifest } from "../../model/manifest.ts";
import type { Release } from "../../model/release.ts";

const ASK_MAKER = "Ask the maker for a release whose SBOM says the same in both formats";

export const sbomSpdx3Problems: readonly Problem[] = [
  {
    id: "sbom.spdx3-missing",
    severity: "error",
    title: "the package has no SBOM in SPDX 3",
    why: "whoever reads SPDX 3 alone finds no list of components, or takes one from elsewhere",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.spdx3-differs",
    severity: "error",
    title: "the SBOM in SPDX 3 is not the one in SPDX 2.3",
    why: "two readers of one release would see two lists of components, and only one of them was checked",
    remedy: ASK_MAKER,
  },
];

/**
 * The SPDX 3 document is made again from the SPDX 2.3 document, which the other checks hold against files and binaries;
 * it must have exactly these bytes, so it is never parsed.
 */
export function spdx3Sightings(
  sbom: SpdxDocument,
  { product }: Manifest,
  files: Release["files"],
): readonly Sighting[] {
  const at = spdx3File(product);
  const file = files.get(at);
  if (file === undefined) return [{ problem: "sbom.spdx3-missing", at }];
  const expected = sha256Hex(writeSpdx3(sbom));
  return file.sha256 === expected
    ? []
    : [{ problem: "sbom.spdx3-differs", at, expected: `SHA-256 ${expected}`, actual: file.sha256 }];
}
