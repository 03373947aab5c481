import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChecksums, parseLegacyChecksums } from "../../src/formats/checksums.ts";
import {
  parseLegacyBootstrap,
  parseLegacyDocument,
  parseLegacyProvenance,
  parseLegacySbom,
} from "../../src/formats/legacy-documents.ts";
import { isLegacyEvidence, parseLegacyEvidence } from "../../src/formats/legacy-evidence.ts";
import { bytesOf } from "../support/made-documents.ts";
import { legacyPackage } from "../support/legacy-package.ts";

const files = new Map(legacyPackage().files.map(({ path, bytes }) => [path, bytes]));
const EVIDENCE = "release-evidence.json";
const PARSERS = [
  [EVIDENCE, parseLegacyEvidence],
  ["cavra-runtime.installers.json", parseLegacyDocument],
  ["offline-trust-root-bootstrap.json", parseLegacyBootstrap],
  ["cavra-runtime.provenance.intoto.json", parseLegacyProvenance],
  ["cavra-runtime.sbom.spdx.json", parseLegacySbom],
] as const;

function textOf(path: string): string {
  return Buffer.from(files.get(path) ?? []).toString("utf8");
}

describe("a manifest of the system before cavra", () => {
  it("is known by its schema and by what it lacks of ours", () => {
    expect(isLegacyEvidence(files.get(EVIDENCE) ?? new Uint8Array())).toBe(true);
    expect(isLegacyEvidence(bytesOf(EVIDENCE))).toBe(false);
    for (const text of ["", "{", "[]", "null", "{}", '{"schema_version":"cavra.go-release.evidence.v2"}']) {
      expect(isLegacyEvidence(Buffer.from(text))).toBe(false);
    }
  });

  it("is not looked at above the limit of documents", () => {
    const bytes = files.get(EVIDENCE) ?? new Uint8Array();
    expect(isLegacyEvidence(bytes, bytes.byteLength)).toBe(true);
    expect(isLegacyEvidence(bytes, bytes.byteLength - 1)).toBe(false);
  });

  it.each([
    ["dry_run", '"dry_run": false', '"dry_run": "false"'],
    ["signature_count", '"signature_count": ', '"signature_count": -'],
    ["commit", '"commit": "89', '"commit": "XX'],
    ["artifacts[0].relative_path", '"relative_path": "bin/', '"relative_path": "../bin/'],
    ["signatures[0].algorithm", '"algorithm": "Ed25519"', '"algorithm": "RSA"'],
    ["twice", '"dry_run": false', '"dry_run": false, "dry_run": true'],
  ])("is strict about %s", (reason, from, to) => {
    const text = textOf(EVIDENCE);
    expect(text).toContain(from);
    expect(parseLegacyEvidence(EVIDENCE, Buffer.from(text.replace(from, to)))).toMatchObject({
      ok: false,
      reason: expect.stringContaining(reason) as string,
    });
  });
});

describe("documents of the system before cavra", () => {
  it("name their files and digests wherever they stand", () => {
    const path = "cavra-runtime.ci-runner-bundles.json";
    const read = parseLegacyDocument(path, files.get(path) ?? new Uint8Array());
    const claims = read.ok ? read.value.claims.map(({ member }) => member) : [];
    expect(claims.toSorted()).toEqual(["github_action", "runner_bundles[0]", "runner_script"]);
  });

  it.each(PARSERS)("%s: one flipped, cut or foreign text never ends in an exception", (path, parse) => {
    const bytes = files.get(path) ?? new Uint8Array();
    expect(parse(path, bytes).ok).toBe(true);
    fc.assert(
      fc.property(fc.nat(bytes.byteLength - 1), fc.nat(255), fc.nat(bytes.byteLength), (at, value, end) => {
        expect(typeof parse(path, bytes.with(at, value)).ok).toBe("boolean");
        expect(typeof parse(path, bytes.subarray(0, end)).ok).toBe("boolean");
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(typeof parse(path, Buffer.from(text)).ok).toBe("boolean");
      }),
      { numRuns: 200 },
    );
  });
});

describe("checksums.txt of the system before cavra", () => {
  const lines = ["b", "a", "b"].map((path) => `${"0".repeat(64)}  ${path}\n`);

  it("may have any order, and a path twice, for a check to find", () => {
    expect(parseLegacyChecksums("list", Buffer.from(lines.join("")))).toMatchObject({
      ok: true,
      value: [{ path: "b" }, { path: "a" }, { path: "b" }],
    });
    expect(parseChecksums("list", Buffer.from(lines.join(""))).ok).toBe(false);
  });

  it.each([
    "\n",
    "0  a\n",
    `${"0".repeat(64)} *a\n`,
    `${"0".repeat(64)}  ../a\n`,
    `${"0".repeat(64)}  checksums.txt\n`,
  ])("has the one form of ours: %j", (text) => {
    expect(parseLegacyChecksums("list", Buffer.from(text)).ok).toBe(false);
  });
});
