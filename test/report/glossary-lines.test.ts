import { describe, expect, it } from "vitest";
import { upgradeRulesPage } from "../../scripts/glossary-pages.ts";
import { explain, glossary } from "../../src/flows/glossary.ts";
import { entryLines, listLines } from "../../src/report/glossary-lines.ts";
import { layOut } from "../../src/report/layout.ts";

const STYLE = { widthColumns: 80, color: false, ascii: true };
const RULES = glossary().filter((entry) => entry.kind === "rule");

describe("an upgrade rule, explained", () => {
  it("says what allows it, who may waive it, an example, why, and what to do", () => {
    const text = layOut(explain("files.target-removed").flatMap(entryLines), STYLE);
    expect(text).toMatch(/^files\.target-removed {2}\(rule, error\)\n/);
    expect(text).toMatch(/^ {2}allowed by +a major version$/m);
    expect(text).toMatch(/^ {2}waivable +by one signed waiver$/m);
    expect(text).toMatch(/^ {2}example +was {2}windows\/arm64\n +now {2}no windows\/arm64$/m);
    expect(text).toMatch(/^ {2}why +\w/m);
    expect(text).toMatch(/^ {2}help +\w/m);
  });

  it("of a matter of trust says that no version bump allows it", () => {
    const text = layOut(explain("version.reused").flatMap(entryLines), STYLE);
    expect(text).toMatch(/allowed by +no version bump/);
    expect(text).toMatch(/waivable +never/);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))("%s fits any terminal", (_, rule) => {
    const rows = layOut(entryLines(rule), STYLE).split("\n");
    expect(rows.filter((row) => row.length > 80)).toEqual([]);
  });
});

it("the list names every entry once, with its severity", () => {
  const text = layOut(listLines("rules", RULES), { ...STYLE, widthColumns: 120 });
  for (const { id, severity } of RULES) expect(text).toMatch(new RegExp(`^ {2}${id} +${severity} `, "m"));
});

it("as data, a rule has what a program needs to judge a finding of it", () => {
  for (const rule of RULES) {
    expect(rule.family).toBe(rule.id.split(".")[0]);
    for (const words of [rule.example.was, rule.example.now, rule.title]) expect(words).not.toBe("");
    expect(["major", "minor", "patch", null]).toContain(rule.needs);
    expect(["one", "two", "never"]).toContain(rule.waivable);
  }
});

it("the page of the rules shows all of each", () => {
  const page = upgradeRulesPage();
  for (const { id, severity, needs, title, why, remedy, example } of RULES) {
    const row = page.split("\n").find((line) => line.startsWith(`| [\`${id}\`]`)) ?? "";
    expect(row.split(" | ").slice(1, 3)).toEqual([severity, needs ?? "no bump"]);
    expect(row).toContain(title.replaceAll("|", "\\|"));
    const section = page.split(`### ${id}\n`)[1]?.split("\n#")[0] ?? "";
    for (const words of [why, remedy, example.was, example.now]) expect(section, id).toContain(words);
  }
});
