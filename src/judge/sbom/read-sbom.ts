import { parseJson, type JsonObject } from "../../formats/json.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import type { Sbom } from "../../model/sbom.ts";
import { isObject } from "./json-tree.ts";
import { spdx2Sbom } from "./spdx2-sbom.ts";
import { spdx2Tree } from "./spdx2-tree.ts";
import { spdx3Sbom } from "./spdx3-sbom.ts";
import { spdx3Tree } from "./spdx3-tree.ts";

/** SBOMs of whole operating systems are tens of megabytes; ours are some hundred kilobytes. */
export const MAX_SBOM_BYTES = 64 * 1024 * 1024;
const MAX_SBOM_DEPTH = 32;

export type SbomFormat = Sbom["format"];

/** The JSON of an SBOM and which format it claims; broken when it is no JSON object or of no format that is read. */
export function openSbom(
  at: string,
  bytes: Uint8Array,
): Parsed<{ readonly format: SbomFormat; readonly document: JsonObject }> {
  const json = parseJson(at, bytes, { maxBytes: MAX_SBOM_BYTES, maxDepth: MAX_SBOM_DEPTH });
  if (!json.ok) return json;
  const document = json.value;
  if (!isObject(document)) return broken(at, "is not a JSON object");
  if (Object.hasOwn(document, "@context") || Object.hasOwn(document, "@graph")) {
    return parsed(at, { format: "SPDX-3.0.1", document });
  }
  if (["spdxVersion", "SPDXID"].some((member) => Object.hasOwn(document, member))) {
    return parsed(at, { format: "SPDX-2.3", document });
  }
  return broken(at, "is neither SPDX 2.3 nor SPDX 3.0.1 in JSON");
}

/** What an SBOM says, as far as it can be read; whether it is valid is for `lintSbom`. */
export function readSbom(at: string, bytes: Uint8Array): Parsed<Sbom> {
  const opened = openSbom(at, bytes);
  return opened.ok ? parsed(at, sbomOf(opened.value)) : opened;
}

export function sbomOf({ format, document }: { format: SbomFormat; document: JsonObject }): Sbom {
  return format === "SPDX-2.3" ? spdx2Sbom(spdx2Tree(document)) : spdx3Sbom(spdx3Tree(document));
}
