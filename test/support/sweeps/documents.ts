import { createHash } from "node:crypto";
import { canonicalJson, packagedJson } from "../../../src/formats/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../../src/formats/json.ts";
import { packAgain, signAgain, type SweepCase, type SweepRelease, withChangedFile } from "./sweep-release.ts";

/** The JSON documents of a package by the ending of their names, and the family of the checks that read them. */
export const DOCUMENT_FAMILIES: ReadonlyMap<string, string> = new Map([
  [".installers.json", "installers."],
  [".reproducibility.json", "reproducibility."],
  ["go-modules.json", "modules."],
  ["offline-trust-root-bootstrap.json", "bootstrap."],
  [".sbom.spdx.json", "sbom."],
  [".provenance.intoto.json", "provenance."],
  ["release-evidence.json", "manifest."],
]);

/** Path of the one document with this ending. */
export function documentPath({ files }: SweepRelease, ending: string): string {
  const path = [...files.keys()].find((candidate) => candidate.endsWith(ending));
  if (path === undefined) throw new Error(`the release has no ${ending}`);
  return path;
}

/** A careless signer: the document is changed, everything above it is made anew, and both holders sign. */
export async function remade(release: SweepRelease, path: string, bytes: Uint8Array): Promise<SweepCase> {
  const files = withChangedFile(release, path, bytes);
  const zip = await packAgain(release, files);
  return { zip, signatures: await signAgain(release, files, zip) };
}

/** A signer whose list is old: only the document is changed; both holders sign the zip and the list as they are. */
export async function replaced(release: SweepRelease, path: string, bytes: Uint8Array): Promise<SweepCase> {
  const files = new Map(release.files).set(path, { mode: 0o644, bytes });
  const zip = await packAgain(release, files);
  return { zip, signatures: await signAgain(release, release.files, zip) };
}

/** A document as its maker would write it: an SBOM gets the namespace that its other members give it. */
export function encodeDocument(value: JsonValue): Uint8Array {
  return packagedJson(
    isObject(value) && typeof value["documentNamespace"] === "string" ? renamed(value) : value,
  );
}

/** SPDX documents end their namespace with the SHA-256 of everything else (src/formats/spdx2-json.ts). */
function renamed({ documentNamespace, ...body }: JsonObject): JsonObject {
  const digest = createHash("sha256").update(canonicalJson(body)).digest("hex");
  const name = typeof documentNamespace === "string" ? documentNamespace : "";
  return { ...body, documentNamespace: name.replace(/[0-9a-f]{64}$/, digest) };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
