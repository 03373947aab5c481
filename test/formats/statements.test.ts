import { describe, expect, it } from "vitest";
import { canonicalJson, packagedJson } from "../../src/formats/canonical-json.ts";
import { parseReleaseStatement, writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { parseProvenance, writeProvenance } from "../../src/formats/slsa.ts";
import type { Provenance } from "../../src/model/documents.ts";
import type { ReleaseStatement } from "../../src/model/release-statement.ts";
import { testStatement } from "../support/statement.ts";
import { testDocument } from "../support/test-documents.ts";

const AT = "statement.json";
const digest = { sha256: "5".repeat(64), sha512: "5".repeat(128) };

function statementReason(change: Partial<ReleaseStatement>): string {
  const result = parseReleaseStatement(AT, writeReleaseStatement({ ...testStatement(), ...change }));
  return result.ok ? "accepted" : result.reason;
}

describe("release statement", () => {
  it("has RFC 8785 bytes without a newline", () => {
    const text = Buffer.from(writeReleaseStatement(testStatement())).toString("utf8");
    expect(text).toMatch(
      /^\{"_type":"https:\/\/in-toto\.io\/Statement\/v1","predicate":\{"channel":"stable",.*\}$/,
    );
    expect(text.endsWith("\n")).toBe(false);
  });

  it.each([
    ["a zip in a folder", { zip: { name: "a/b.zip", digest } }, "subject[0].name must be a name without /"],
    ["another ending", { zip: { name: "a.tar", digest } }, "subject[0].name must be NAME.zip"],
    [
      "no top folder",
      { checksums: { name: "checksums.txt", digest } },
      "subject[1].name must be TOP/checksums.txt",
    ],
    [
      "two folders",
      { checksums: { name: "a/b/checksums.txt", digest } },
      "subject[1].name must be TOP/checksums.txt",
    ],
    [
      "another list",
      { checksums: { name: "a/sums.txt", digest } },
      "subject[1].name must be TOP/checksums.txt",
    ],
    [
      "a v before the version",
      { predicate: { ...testStatement().predicate, version: "v1.0.0" } },
      "predicate.version must be",
    ],
    [
      "an unknown channel",
      { predicate: { ...testStatement().predicate, channel: "beta" } },
      "predicate.channel must be",
    ],
    [
      "no root version",
      { predicate: { ...testStatement().predicate, rootVersion: 0 } },
      "predicate.rootVersion must be",
    ],
  ])("is refused with %s", (_title, change, reason) => {
    expect(statementReason(change)).toContain(reason);
  });

  it("has exactly two subjects", () => {
    const statement = JSON.parse(Buffer.from(writeReleaseStatement(testStatement())).toString("utf8")) as {
      subject: [];
    };
    const third = canonicalJson({ ...statement, subject: [...statement.subject, { name: "x", digest }] });
    const result = parseReleaseStatement(AT, third);
    expect(result.ok ? "accepted" : result.reason).toBe("subject must have 2 to 2 items and has 3");
  });
});

describe("provenance", () => {
  const sample = testDocument("cavra-runtime.provenance.intoto.json");
  const result = parseProvenance(AT, sample);
  if (!result.ok) throw new Error(result.reason);
  const provenance = result.value;
  const reasonFor = (change: Partial<Provenance>): string => {
    const changed = parseProvenance(AT, writeProvenance({ ...provenance, ...change }));
    return changed.ok ? "accepted" : changed.reason;
  };

  it("refuses a subject that stands twice", () => {
    const twin = { name: "LICENSE", digest };
    expect(reasonFor({ subjects: [...provenance.subjects, twin] })).toBe(
      "subject[1].name names a subject that was named before",
    );
  });

  it("refuses subjects in another order", () => {
    const statement = JSON.parse(Buffer.from(sample).toString("utf8")) as { subject: [] };
    const reversed = packagedJson({ ...statement, subject: statement.subject.toReversed() });
    const changed = parseProvenance(AT, reversed);
    expect(changed.ok ? "accepted" : changed.reason).toBe("subject is not in ascending order of names");
  });

  it("reads a build type of others, for the check to name", () => {
    const buildType = "https://example.com/build/v1";
    const read = parseProvenance(AT, writeProvenance({ ...provenance, buildType }));
    expect(read.ok && read.value.buildType).toBe(buildType);
    expect(reasonFor({ buildType: "" })).toContain("buildDefinition.buildType must");
  });

  it("has no wall clock", () => {
    expect(Buffer.from(sample).toString("utf8")).not.toMatch(/startedOn|finishedOn|invocationId/);
  });
});
