import type { Manifest } from "../model/manifest.ts";
import { parsed, type Parsed } from "../model/parsed.ts";
import type { Subject } from "../model/release-statement.ts";
import { canonicalJson } from "./canonical-json.ts";
import { statementJson } from "./in-toto.ts";
import { parseJson, type JsonObject } from "./json.ts";
import { genericPurl } from "./purl.ts";

/** in-toto/attestation, spec/predicates/release.md: the page is at 0.2, the type is still this one. */
const RELEASE_ATTESTATION_TYPE = "https://in-toto.io/attestation/release/v0.1";
/** spec/predicates/spdx2.md and spdx3.md. */
const SPDX2_TYPE = "https://spdx.dev/Document/v2.3";
const SPDX3_TYPE = "https://spdx.dev/Document/v3";

const RELEASE_ATTESTATION = "release-attestation.dsse.json";
const SPDX2_STATEMENT = "sbom.spdx.dsse.json";
const SPDX3_STATEMENT = "sbom.spdx3.dsse.json";
const FILES: ReadonlySet<string> = new Set([RELEASE_ATTESTATION, SPDX2_STATEMENT, SPDX3_STATEMENT]);

/** Whether a file of a signature set is a statement for readers of in-toto, which repeats what the release says. */
export function isCompanionFile(name: string): boolean {
  return FILES.has(name);
}

export interface CompanionSource {
  readonly zip: Subject;
  readonly manifest: Manifest;
  /** The two SBOMs as they lie in the package. */
  readonly spdx2: Uint8Array;
  readonly spdx3: Uint8Array;
}

/**
 * The payloads by file name, each a function of the release: whoever has it can make them again and compare. Their
 * subjects are the zip and every binary. RFC 8785, no newline.
 */
export function companionPayloads(source: CompanionSource): Parsed<ReadonlyMap<string, Uint8Array>> {
  const { zip, manifest } = source;
  const spdx2 = parseJson(SPDX2_STATEMENT, source.spdx2);
  const spdx3 = parseJson(SPDX3_STATEMENT, source.spdx3);
  if (!spdx2.ok) return spdx2;
  if (!spdx3.ok) return spdx3;
  const subjects = [zip, ...binariesOf(manifest)];
  const purl = genericPurl(manifest.product, manifest.version);
  return parsed(
    RELEASE_ATTESTATION,
    new Map([
      [RELEASE_ATTESTATION, payload(subjects, RELEASE_ATTESTATION_TYPE, { purl })],
      [SPDX2_STATEMENT, payload(subjects, SPDX2_TYPE, spdx2.value as JsonObject)],
      [SPDX3_STATEMENT, payload(subjects, SPDX3_TYPE, spdx3.value as JsonObject)],
    ]),
  );
}

function payload(subjects: readonly Subject[], type: string, predicate: JsonObject): Uint8Array {
  return canonicalJson(statementJson(subjects, type, predicate));
}

function binariesOf({ artifacts }: Manifest): readonly Subject[] {
  return artifacts
    .filter(({ kind }) => kind === "go-binary" || kind === "binary")
    .map(({ path, sha256, sha512 }) => ({ name: path, digest: { sha256, sha512 } }));
}
