import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateKeyPair } from "../../../src/crypto/keys.ts";
import { parseChecksums } from "../../../src/formats/checksums.ts";
import { parseManifest } from "../../../src/formats/manifest.ts";
import { parseProvenance } from "../../../src/formats/slsa.ts";
import { parseSpdx2 } from "../../../src/formats/spdx2.ts";
import { legacySigner } from "../../../src/make/package/legacy-signatures.ts";
import { layerOf } from "../../../src/model/layers.ts";
import { MAX_LEGACY_SIGNED_BYTES } from "../../../src/model/limits.ts";
import { readAsExisting } from "../../support/existing-reader.ts";
import { SMALL_FIRST, smallInput, smallPackage, type PackedFile } from "../../support/small-release.ts";
import { testKey } from "../../support/trust.ts";

const KEY = testKey("attacker");
const input = smallInput(SMALL_FIRST);
const plain = smallPackage(input);
const signed = smallPackage(input, legacySigner(KEY, "https://example.com/builder"));

const isSignature = ({ path }: PackedFile): boolean => path.endsWith(".sig.json");
const signatures = signed.filter(isSignature);
const byPath = (files: readonly PackedFile[]): ReadonlyMap<string, Uint8Array> =>
  new Map(files.map(({ path, bytes }) => [path, bytes]));
const bytesAt = (path: string): Uint8Array => byPath(signed).get(path) ?? new Uint8Array();

function readOf<T>(
  parse: (at: string, bytes: Uint8Array) => { readonly ok: boolean; readonly value?: T },
  path: string,
): T {
  const read = parse(path, bytesAt(path));
  if (read.value === undefined) throw new Error(`${path} cannot be read`);
  return read.value;
}

describe("a package in legacy mode", () => {
  it("has one signature for each file of L0 to L3, and nothing else more", () => {
    const paths = plain.map(({ path }) => path);
    const signable = paths.filter((path) => layerOf(path) <= 3);
    expect(signatures.map(({ path }) => path).toSorted()).toEqual(
      signable.map((path) => `${path}.sig.json`).toSorted(),
    );
    expect(signed.filter((file) => !isSignature(file)).map(({ path }) => path)).toEqual(paths);
  });

  it("lists them in checksums.txt only; the SBOM leaves them out of its verification code", () => {
    const names = signatures.map(({ path }) => path);
    const listed = readOf(parseChecksums, "checksums.txt").map(({ path }) => path);
    const covered = [
      ...readOf(parseProvenance, "cavra-runtime.provenance.intoto.json").subjects.map(({ name }) => name),
      ...readOf(parseManifest, "release-evidence.json").artifacts.map(({ path }) => path),
    ];
    expect(listed).toEqual(expect.arrayContaining(names));
    expect(covered.filter((path) => names.includes(path))).toEqual([]);
    const { packages, files } = readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json");
    expect(packages.flatMap(({ excludedFiles }) => excludedFiles)).toEqual(expect.arrayContaining(names));
    expect(files.filter(({ path }) => names.includes(path))).toEqual([]);
  });

  it("is signed alike each time", () => {
    expect(smallPackage(input, legacySigner(KEY, "https://example.com/builder"))).toEqual(signed);
  });

  it("is accepted as signed by the rules of the existing reader, which refuse it without the mode", () => {
    const { errors, verifiedSignatures } = readAsExisting(byPath(signed));
    expect(errors).toEqual([]);
    expect(verifiedSignatures).toHaveLength(signatures.length);
    expect(readAsExisting(byPath(plain)).errors).toContain("no signature");
    expect(readAsExisting(byPath(plain), { requireSignatures: false }).errors).toEqual([]);
  });

  it("is not accepted by them with one bit of a file turned, nor without one signature", () => {
    for (const { path, bytes } of signed.filter((file) => !isSignature(file) && layerOf(file.path) <= 3)) {
      const turned = new Map(byPath(signed)).set(path, bytes.with(0, (bytes[0] ?? 0) ^ 1));
      const lost = new Map(byPath(signed));
      lost.delete(`${path}.sig.json`);
      const outcomes = [() => readAsExisting(turned).errors, () => readAsExisting(lost).errors].map(errorsOf);
      expect(
        outcomes.every((errors) => errors.length > 0),
        path,
      ).toBe(true);
    }
  });

  it("holds no private key", () => {
    const secret = readFileSync(
      new URL("../../../fixtures/keys/attacker.pem", import.meta.url),
      "utf8",
    ).split("\n")[1];
    const texts = signed.map(({ bytes }) => Buffer.from(bytes).toString("latin1")).join();
    expect(texts).toContain("BEGIN PUBLIC KEY");
    expect(texts).not.toContain("PRIVATE KEY");
    expect(texts).not.toContain(secret);
  });

  it("refuses a file that no verification would read whole", () => {
    const sign = legacySigner(generateKeyPair("ed25519"), "nobody");
    const largest = Buffer.alloc(0);
    Object.defineProperty(largest, "byteLength", { value: MAX_LEGACY_SIGNED_BYTES + 1 });
    expect(() => sign("bin/agent", largest)).toThrow("bin/agent is too large for a signature");
  });
});

/** A reader that does not parse JSON refuses it too. */
function errorsOf(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch (error) {
    return [String(error)];
  }
}
