import { parseManifest } from "../../src/formats/manifest.ts";
import { parseReproducibility } from "../../src/formats/reproducibility.ts";
import { makeDocuments } from "../../src/make/package/make-documents.ts";
import type { PackageDocument } from "../../src/make/package/package-document.ts";
import type { PackageInput } from "../../src/make/package/package-input.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import { testPackageInput } from "./package-input.ts";

/** The documents of the small release that the tests of the makers share. */
export const input = testPackageInput();
export const documents = makeDocuments(input);

export function bytesOf(path: string, from: readonly PackageDocument[] = documents): Uint8Array {
  const document = from.find((candidate) => candidate.path === path);
  if (document === undefined) throw new Error(`no ${path}`);
  return document.bytes;
}

export function readOf<T>(
  parse: (at: string, bytes: Uint8Array) => Parsed<T>,
  path: string,
  from: readonly PackageDocument[] = documents,
): T {
  const result = parse(path, bytesOf(path, from));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

/** The controls that manifest and reproducibility record claim. */
export function controlsOf(change: Partial<PackageInput>): readonly string[] {
  const made = makeDocuments(testPackageInput(change));
  return [
    ...readOf(parseManifest, "release-evidence.json", made).controls,
    ...readOf(parseReproducibility, "cavra-runtime.reproducibility.json", made).controls,
  ];
}
