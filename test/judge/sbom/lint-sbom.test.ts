import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintRules, lintSbom, MAX_DEFECTS } from "../../../src/judge/sbom/lint-sbom.ts";
import { SBOM_PROFILES, type SbomProfile } from "../../../src/model/sbom.ts";
import { officialSchemaProblems } from "../../support/official-schemas.ts";
import { related, spdx2Sample, spdx3Sample, type Draft } from "../../support/spdx-samples.ts";

const SAMPLES = [spdx2Sample, spdx3Sample];

describe("lintSbom", () => {
  it("has words for every rule, each id once", () => {
    const ids = lintRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, clause, remedy } of lintRules) {
      expect([title, clause, remedy].every((words) => words !== "" && !words.endsWith("."))).toBe(true);
    }
  });

  it("judges samples that the official schemas accept", ({ skip }) => {
    const problems = [
      officialSchemaProblems("spdx-2.3.schema.json", spdx2Sample()),
      officialSchemaProblems("spdx-3.0.1.schema.json", spdx3Sample()),
    ];
    if (problems.includes(undefined)) skip("the official SPDX schemas are not here");
    expect(problems).toEqual(["", ""]);
  });

  it("never throws, whatever stands where", () => {
    const sample = fc.constantFrom(...SAMPLES).map((make) => make());
    fc.assert(
      fc.property(
        sample,
        fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { minLength: 1, maxLength: 4 }),
        lintChanged,
      ),
      { numRuns: 300 },
    );
  });

  it("stays linear in the number of elements and caps what it reports", () => {
    const document = spdx2Sample();
    const files = Array.from({ length: 20_000 }, (_, index) => ({
      SPDXID: `SPDXRef-Loose-${index}`,
      fileName: "/absolute",
      checksums: [],
    }));
    document["files"] = files;
    document["relationships"] = files.map(({ SPDXID }) => related(SPDXID, "DEPENDS_ON", SPDXID));
    const { defects, hasMoreDefects } = lintSbom("x", bytesOf(document));
    expect(defects).toHaveLength(MAX_DEFECTS);
    expect(hasMoreDefects).toBe(true);
  });
});

describe("profiles", () => {
  it.each([
    ["ntia", spdx2Sample, []],
    ["ntia", spdx3Sample, []],
    ["cisa-2025", spdx2Sample, []],
    ["cisa-2025", spdx3Sample, []],
    ["bsi-2.1", spdx3Sample, []],
    ["bsi-2.1", spdx2Sample, ["bsi-2.1.format", "bsi-2.1.completeness"]],
  ] as const)("%s is content with what %o states", (profile, sample, expected) => {
    expect(lint(sample(), profile)).toEqual(expected);
  });

  it.each([
    ["ntia", "author", (document) => (creationOf(document)["creators"] = ["Tool: maker-1.0"])],
    ["ntia", "timestamp", (document) => (creationOf(document)["created"] = "")],
    ["ntia", "supplier", (document) => (appOf(document)["supplier"] = "NOASSERTION")],
    ["ntia", "name", (document) => (appOf(document)["name"] = "")],
    ["ntia", "version", (document) => delete appOf(document)["versionInfo"]],
    ["ntia", "identifier", (document) => delete appOf(document)["externalRefs"]],
    ["ntia", "dependencies", (document) => (document["documentDescribes"] = ["SPDXRef-Module"])],
    ["cisa-2025", "tool", (document) => (creationOf(document)["creators"] = ["Organization: Example"])],
    ["cisa-2025", "context", (document) => delete creationOf(document)["comment"]],
    ["cisa-2025", "hash", (document) => ((document["files"] as Draft[])[0] = onlySha1(document))],
    ["cisa-2025", "license", withoutLicenses],
    ["bsi-2.1", "author", (document) => (creationOf(document)["creators"] = ["Organization: Example"])],
    ["bsi-2.1", "creator", (document) => (appOf(document)["supplier"] = "Organization: Example")],
    ["bsi-2.1", "license", withoutLicenses],
    ["bsi-2.1", "hash", (document) => ((document["files"] as Draft[])[0] = onlySha1(document))],
  ] as const satisfies readonly (readonly [SbomProfile, string, (document: Draft) => unknown])[])(
    "%s misses the %s",
    (profile, element, change) => {
      const document = spdx2Sample();
      change(document);
      expect(lint(document, profile)).toContain(`${profile}.${element}`);
      expect(lint(spdx2Sample(), profile)).not.toContain(`${profile}.${element}`);
    },
  );

  it("reaches every rule of every profile", () => {
    const bare: Draft = { spdxVersion: "SPDX-2.3", packages: [{}], files: [{}] };
    const found = new Set(SBOM_PROFILES.flatMap((profile) => lint(bare, profile)));
    const rules = lintRules.map(({ id }) => id).filter((id) => !/^(?:spdx2|spdx3|sbom)\./.test(id));
    expect(rules.filter((id) => !found.has(id))).toEqual([]);
  });
});

/** Puts a value of any kind in the place of any member or item. */
function lintChanged(document: Draft, changes: readonly (readonly [number, unknown])[]): void {
  for (const [index, value] of changes) {
    const holders = containersOf(document);
    const holder = holders[index % holders.length] ?? document;
    const keys = Object.keys(holder);
    const key = keys[index % Math.max(keys.length, 1)] ?? "new";
    (holder as Draft)[key] = value;
  }
  for (const profile of [undefined, ...SBOM_PROFILES]) lintSbom("x", bytesOf(document), profile);
}

function containersOf(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(containersOf)];
}

function lint(document: Draft, profile: SbomProfile): readonly string[] {
  const { defects } = lintSbom("x", bytesOf(document), profile);
  return defects.map(({ rule }) => rule).filter((rule) => !/^(?:spdx2|spdx3)\./.test(rule));
}

function bytesOf(document: Draft): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

function creationOf(document: Draft): Draft {
  return document["creationInfo"] as Draft;
}

function appOf(document: Draft): Draft {
  const [app] = document["packages"] as Draft[];
  if (app === undefined) throw new Error("the sample has no package");
  return app;
}

function onlySha1(document: Draft): Draft {
  const [file] = document["files"] as Draft[];
  const [sha1] = (file?.["checksums"] ?? []) as Draft[];
  return { ...file, checksums: [sha1] };
}

function withoutLicenses(document: Draft): void {
  Object.assign(appOf(document), { licenseDeclared: "NOASSERTION", licenseConcluded: "NOASSERTION" });
}
