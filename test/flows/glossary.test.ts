import { describe, expect, it } from "vitest";
import { explain, glossary } from "../../src/flows/glossary.ts";
import { familyOf } from "../../src/model/check.ts";

const ENTRIES = glossary();
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/;

describe("the glossary", () => {
  it("knows checks, problems and rules", () => {
    const kinds = new Set(ENTRIES.map(({ kind }) => kind));
    expect(kinds).toContain("check");
    expect(kinds).toContain("problem");
    expect(kinds).toContain("rule");
    expect(ENTRIES.length).toBeGreaterThan(50);
  });

  it.each(["check", "problem", "rule"])("gives every %s an id of its own", (kind) => {
    const ids = ENTRIES.filter((entry) => entry.kind === kind).map(({ id }) => id);
    const repeated = ids.filter((id, index) => ids.indexOf(id) !== index);
    expect(repeated).toEqual([]);
    for (const id of ids) expect(id).toMatch(ID);
  });

  it("says of every problem what is wrong, why it matters and what to do, each in its form", () => {
    for (const entry of ENTRIES) {
      if (entry.kind === "check") continue;
      for (const words of [entry.title, entry.why, entry.remedy]) {
        expect(words.length, entry.id).toBeGreaterThan(5);
        expect(words, entry.id).not.toMatch(/\.$/);
        expect(words, entry.id).toMatch(/^[\u0020-\u007e]*$/);
      }
    }
  });

  it("names only checks that run before, in needs", () => {
    const seen = new Set<string>();
    for (const entry of ENTRIES) {
      if (entry.kind !== "check") continue;
      for (const need of entry.needs) expect(seen, `${entry.id} needs ${need}`).toContain(need);
      seen.add(entry.id);
    }
  });

  it("knows every family of a problem as the family of a check", () => {
    const families = new Set(ENTRIES.flatMap(({ kind, id }) => (kind === "check" ? [familyOf(id)] : [])));
    for (const { kind, id } of ENTRIES) if (kind === "problem") expect(families, id).toContain(familyOf(id));
  });
});

it("explains one id and suggests another for a mistyped one", () => {
  expect(explain("files.digests").map(({ id }) => id)).toEqual(["files.digests"]);
  expect(() => explain("files.digest")).toThrow(expect.objectContaining({ code: "usage" }));
});
