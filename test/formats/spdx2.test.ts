import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packagedJson } from "../../src/formats/canonical-json.ts";
import { packageVerificationCode, parseSpdx2, writeSpdx2 } from "../../src/formats/spdx2.ts";
import type { SpdxContent } from "../../src/formats/spdx2-json.ts";
import type { SpdxDocument } from "../../src/model/documents.ts";
import { officialSchemaProblems } from "../support/official-schemas.ts";
import { mutationsOf } from "../support/sweep.ts";
import { testDocument } from "../support/test-documents.ts";

const AT = "cavra-runtime.sbom.spdx.json";
const sample = testDocument(AT);

function read(bytes: Uint8Array): SpdxDocument {
  const result = parseSpdx2(AT, bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

/** Why a document with this content is refused; its namespace is made anew, so that only the change is wrong. */
function reasonFor(change: (content: SpdxDocument) => Partial<SpdxContent>): string {
  const document = read(sample);
  const result = parseSpdx2(AT, writeSpdx2({ ...document, ...change(document) }));
  return result.ok ? "accepted" : result.reason;
}

describe("SPDX 2.3", () => {
  it("is read back as it was written", () => {
    const document = read(sample);
    expect(Buffer.from(writeSpdx2(document))).toEqual(Buffer.from(sample));
    expect(document.namespace).toMatch(/^https:\/\/cavra\.dev\/spdx\/cavra-runtime-0\.2\.0-[0-9a-f]{64}$/);
    expect(document.created).toBe("2026-01-01T00:00:00Z");
  });

  it.for(["spdx-2.3.schema.json", "spdx-2.3.1.schema.json"])("is valid under %s", (name, { skip }) => {
    const problems = officialSchemaProblems(name, JSON.parse(Buffer.from(sample).toString("utf8")));
    if (problems === undefined) skip("the official schemas are not beside the repository");
    expect(problems).toBe("");
    expect(officialSchemaProblems(name, { spdxVersion: "SPDX-2.3" })).not.toBe("");
  });

  it("is refused with any member removed, retyped, repeated or added", () => {
    const mutations = mutationsOf(sample, { encode: packagedJson });
    expect(mutations.length).toBeGreaterThan(100);
    expect(mutations.filter(({ bytes }) => parseSpdx2(AT, bytes).ok).map(({ title }) => title)).toEqual([]);
  });

  it("never throws, whatever byte is changed", () => {
    fc.assert(
      fc.property(fc.nat(sample.byteLength - 1), fc.integer({ min: 1, max: 255 }), (offset, flip) => {
        const bytes = Uint8Array.from(sample);
        bytes[offset] = (bytes[offset] ?? 0) ^ flip;
        expect(parseSpdx2(AT, bytes).ok).toBe(false);
      }),
    );
  });

  it("demands the namespace that belongs to the content", () => {
    const text = Buffer.from(sample).toString("utf8");
    const moved = text.replace(/-[0-9a-f]{64}",/, `-${"0".repeat(64)}",`);
    const result = parseSpdx2(AT, Buffer.from(moved));
    expect(result.ok ? "accepted" : result.reason).toMatch(/^documentNamespace must be "https:/);
  });

  it.each([
    [
      "two packages with one id",
      ({ packages }: SpdxDocument) => ({ packages: [...packages, ...packages.slice(0, 1)] }),
      "stands in the list twice",
    ],
    [
      "a file with the id of a package",
      ({ files, packages }: SpdxDocument) => ({
        files: files.map((file) => ({ ...file, id: packages[0]?.id ?? "" })),
      }),
      "files[0].SPDXID is the id of another element",
    ],
    [
      "a relationship to nothing",
      ({ relationships, describes }: SpdxDocument) => ({
        relationships: [
          ...relationships,
          { from: describes[0] ?? "", type: "DEPENDS_ON", to: "SPDXRef-Nowhere" },
        ],
      }),
      "relatedSpdxElement names no element of the document",
    ],
    [
      "a relationship from nothing",
      ({ relationships, describes }: SpdxDocument) => ({
        relationships: [
          ...relationships,
          { from: "SPDXRef-Nowhere", type: "DEPENDS_ON", to: describes[0] ?? "" },
        ],
      }),
      "spdxElementId names no element of the document",
    ],
    ["nothing described", () => ({ describes: [] }), "documentDescribes describes nothing"],
    [
      "DESCRIBES of something else",
      ({ packages }: SpdxDocument) => ({ describes: [packages[0]?.id ?? ""] }),
      "documentDescribes must be what the DESCRIBES relationships name",
    ],
    [
      "fractions in created",
      () => ({ created: "2026-01-01T00:00:00.000Z" }),
      "creationInfo.created must be YYYY-MM-DDThh:mm:ssZ",
    ],
    [
      "an offset in created",
      () => ({ created: "2026-01-01T00:00:00+00:00" }),
      "creationInfo.created must be",
    ],
    [
      "a creator without prefix",
      () => ({ creators: ["cavra"] }),
      "creationInfo.creators[0] must be Organization:",
    ],
    [
      "an uppercase digest",
      ({ files }: SpdxDocument) => ({
        files: files.map((file) => ({ ...file, sha1: file.sha1.toUpperCase() })),
      }),
      "checksumValue must be 40 lowercase hex digits",
    ],
    [
      "a path that leaves the package",
      ({ files }: SpdxDocument) => ({ files: files.map((file) => ({ ...file, path: `../${file.path}` })) }),
      "fileName must be a path in the package",
    ],
  ])("is refused with %s", (_title, change, reason) => {
    expect(reasonFor(change)).toContain(reason);
  });
});

describe("packageVerificationCode", () => {
  it("is the SHA-1 of the sorted SHA-1s, whatever the order of files", () => {
    const a = { sha1: "a".repeat(40) };
    const b = { sha1: "b".repeat(40) };
    // printf '%s' aaa...bbb... | sha1sum
    const expected = "c361e706434ebcd03e8857c6c8dd2786adaeb3ef";
    expect(packageVerificationCode([b, a])).toBe(packageVerificationCode([a, b]));
    expect(packageVerificationCode([a, b])).toBe(expected);
  });
});
