import { describe, expect, it } from "vitest";
import type { TextStyle } from "../../src/model/text-style.ts";
import { VERDICT_EXIT_CODES } from "../../src/model/report.ts";
import { diffDocument, diffExitCode, diffLines } from "../../src/report/diff.ts";
import { diffSections } from "../../src/report/diff-sections.ts";
import { renderJson } from "../../src/report/json.ts";
import { layOut } from "../../src/report/layout.ts";
import { SAMPLE_DIFFS } from "../support/diffs.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { minorUpgrade, pairOf } from "../support/upgrade-pair.ts";

const PLAIN: TextStyle = { widthColumns: 80, color: false, ascii: false };
const SAMPLES = Object.entries(SAMPLE_DIFFS);

function sample(name: string) {
  const facts = SAMPLE_DIFFS[name];
  if (facts === undefined) throw new Error(`no sample ${name}`);
  return { facts, text: layOut(diffLines(facts), PLAIN) };
}

describe("the text of a diff", () => {
  it.each(SAMPLES)("%s looks as the golden files show, at every width", async (name, facts) => {
    for (const widthColumns of [60, 80, 120]) {
      const text = layOut(diffLines(facts), { ...PLAIN, widthColumns });
      await expect(text).toMatchFileSnapshot(`golden/${name}-${widthColumns}.txt`);
    }
  });

  it.each(SAMPLES)("%s does not begin with a verdict", (_, facts) => {
    const [first = ""] = layOut(diffLines(facts), PLAIN).split(" ", 1);
    expect(first).toBe("diff");
    expect(Object.keys(VERDICT_EXIT_CODES)).not.toContain(first);
  });

  it("gives a part that did not change one line, and a part that did a block", () => {
    const { text } = sample("diff-sound");
    expect(text).toMatch(/^targets +unchanged: .*\nsigners|^targets +unchanged: /m);
    expect(text).toMatch(/^version +step: minor\n {2}version +1\.2\.3 -> 1\.3\.0\n/m);
  });

  it("has a row for every part that changed", () => {
    const { facts } = sample("diff-everything");
    const sections = facts.diff === null ? [] : diffSections(facts.diff);
    expect(sections.filter(({ rows }) => rows.length === 0).map(({ title }) => title)).toEqual([
      "SBOM",
      "provenance",
    ]);
  });

  it("shows growth, mode and what is gone of files", () => {
    const { text } = sample("diff-everything");
    expect(text).toMatch(/^ {2}- .*LICENSE$/m);
    expect(text).toMatch(/^ {2}~ +9\.0 MB .*bin\/agent_linux_amd64/m);
    expect(text).toContain("mode 0755 -> 0644");
  });

  it("says whether signatures were judged, and by what", () => {
    expect(sample("diff-unjudged").text).toMatch(/^ {2}signatures +not judged/m);
    expect(sample("diff-sound").text).toMatch(
      /^ {2}signatures +counted by the root of pin of cavra-runtime/m,
    );
  });

  it("lets no control character of a stranger through", () => {
    expect(sample("diff-hostile").text).not.toMatch(/[\u001b\u202e]/);
    expect(sample("diff-hostile").text.split("next: ")[1]).not.toContain("reboot");
  });

  it("names a broken document once in each part, and goes on with the others", () => {
    const { text } = sample("diff-broken");
    expect(text).toMatch(/^SBOM +cannot be compared: the candidate has no usable/m);
    expect(text).toMatch(/^signers +unchanged/m);
  });

  it("calls equal releases unchanged in every part", () => {
    const upgrade = minorUpgrade();
    const { diff } = pairOf({ ...upgrade, candidate: upgrade.previous });
    expect(diffSections(diff).flatMap(({ rows }) => rows)).toEqual([]);
  });
});

describe("the document of a diff", () => {
  it.each(SAMPLES)("%s is of the published schema", (_, facts) => {
    const text = renderJson(diffDocument(facts));
    expect(closedSchemaProblems("diff-1", JSON.parse(text))).toBe("");
    expect(renderJson(JSON.parse(text) as object)).toBe(text);
  });

  it("is refused by the schema when a member is of another kind", () => {
    const document = { ...diffDocument(sample("diff-sound").facts), signaturesJudged: "yes" };
    expect(closedSchemaProblems("diff-1", document)).not.toBe("");
  });
});

it.each([
  ["diff-sound", 0],
  ["diff-broken", 0],
  ["diff-hostile", 5],
  ["diff-unreadable", 3],
])("%s ends with exit code %i", (name, exitCode) => {
  expect(diffExitCode(sample(name).facts)).toBe(exitCode);
});
