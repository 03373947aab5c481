import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderText, renderVerdict } from "../../src/report/text.ts";
import { failReport, refusedReport, unknownReport } from "../support/reports.ts";
import { SAMPLE_REPORTS, upgradeReport } from "../support/sample-reports.ts";
import type { TextStyle } from "../../src/model/text-style.ts";

const PLAIN: TextStyle = { widthColumns: 80, color: false, ascii: false };
const SAMPLES = Object.entries(SAMPLE_REPORTS);

describe("renderText", () => {
  it.each(SAMPLES)("%s looks as the golden files show, at every width", async (name, report) => {
    for (const widthColumns of [60, 80, 120]) {
      const text = renderText(report, { ...PLAIN, widthColumns });
      await expect(text).toMatchFileSnapshot(`golden/${name}-${widthColumns}.txt`);
    }
  });

  it.each(SAMPLES)("%s looks as the golden files show, in ASCII and in colour", async (name, report) => {
    await expect(renderText(report, { ...PLAIN, ascii: true })).toMatchFileSnapshot(
      `golden/${name}-ascii.txt`,
    );
    const colored = renderText(report, { ...PLAIN, color: true });
    await expect(colored.replaceAll("\u001b", "<ESC>")).toMatchFileSnapshot(`golden/${name}-color.txt`);
  });

  it.each(SAMPLES)("%s begins with the verdict", (_, report) => {
    const first = renderText(report, PLAIN).split(" ", 1)[0];
    expect(first).toBe(report.verdict.word);
    expect(renderVerdict(report, PLAIN)).toBe(
      renderText(report, PLAIN).slice(0, renderVerdict(report, PLAIN).length),
    );
  });

  it.each(SAMPLES)("%s says the same with colour as without", (_, report) => {
    const colored = renderText(report, { ...PLAIN, color: true });
    expect(stripVTControlCharacters(colored)).toBe(renderText(report, PLAIN));
  });

  it.each(SAMPLES)("%s always says what was not checked and what is next", (_, report) => {
    const text = renderText(report, PLAIN);
    expect(text).toMatch(/^ {2}not checked /m);
    expect(text).toMatch(/^next: /m);
    if (report.checks.length === 0) expect(text).toContain("everything: no check ran");
    else for (const { id } of report.notChecked) expect(text).toContain(id);
  });

  it("prints every digest in full, at every width", () => {
    const digests = failReport.findings.flatMap(({ expected, actual }) => [expected, actual]);
    for (const widthColumns of [60, 80, 120]) {
      const text = renderText(failReport, { ...PLAIN, widthColumns });
      for (const digest of digests) expect(text).toContain(digest);
    }
  });

  it("keeps to the width but for words that are longer", () => {
    for (const widthColumns of [60, 80, 120]) {
      const rows = renderText(failReport, { ...PLAIN, widthColumns }).split("\n");
      const tooLong = rows.filter(
        (row) => row.length > widthColumns && !/[0-9a-f]{40}|^ +\| +.{0,70}$/.test(row),
      );
      expect(tooLong).toEqual([]);
    }
  });

  it("lets no control character of a stranger through, and in ASCII nothing but ASCII", () => {
    expect(renderText(refusedReport, PLAIN)).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/,
    );
    expect(renderText(refusedReport, { ...PLAIN, ascii: true })).toMatch(/^[\n\u0020-\u007e]*$/);
    expect(renderText(refusedReport, PLAIN)).toContain("\\u{1b}[2J");
  });

  it("puts nothing of a refused package behind next:", () => {
    const next = renderText(refusedReport, PLAIN).split("next: ")[1] ?? "";
    expect(next).not.toMatch(/w32time|runtime|D:|reboot/);
  });

  it("explains a problem once, shows eight of its places and counts the others", () => {
    const [finding] = failReport.findings;
    const findings = Array.from({ length: 60 }, (_, index) => ({ ...finding, at: `file-${index}` })) as never;
    const text = renderText({ ...failReport, findings }, PLAIN);
    expect(text.match(/why:/g)).toHaveLength(1);
    expect(text.match(/-->/g)).toHaveLength(8);
    expect(text).toContain("(60 places)");
    expect(text).toContain("52 more places");
  });

  it("says where two values begin to differ, but not of digests: those differ everywhere", () => {
    expect(renderText(failReport, PLAIN)).not.toContain("first difference");
    const [first] = failReport.findings;
    if (first === undefined) throw new Error("the sample has a finding");
    const digests = { expected: `sha256 ${"a".repeat(64)}`, actual: `sha256 ${"a".repeat(60)}beef` };
    expect(renderText({ ...failReport, findings: [{ ...first, ...digests }] }, PLAIN)).not.toContain(
      "first difference",
    );
    const finding = { ...first, expected: "refs/tags/v1.0.0", actual: "refs/tags/v1.0.1" };
    expect(renderText({ ...failReport, findings: [finding] }, PLAIN)).toContain(
      "^ first difference at character 16",
    );
  });

  it("names the way to trust when none was given", () => {
    expect(renderText(unknownReport, PLAIN)).toContain("--trust FILE");
  });

  it("calls an upgrade by both versions when both are proven, by the candidate otherwise", () => {
    expect(renderVerdict(upgradeReport, PLAIN)).toBe(
      "FAIL  v0.1.0 -> v0.2.0-rc.1 (minor): do not ship.  1 error, 1 note\n",
    );
    const { upgrade } = upgradeReport;
    if (upgrade === undefined) throw new Error("the sample has no upgrade");
    const unproven = { ...upgrade, previous: { ...upgrade.previous, version: null } };
    expect(renderVerdict({ ...upgradeReport, upgrade: unproven }, PLAIN)).toMatch(
      /^FAIL {2}go-runtime v0\.2\.0-rc\.1: do not ship/,
    );
    const verdict = { ...upgradeReport.verdict, word: "PASS" } as const;
    expect(renderVerdict({ ...upgradeReport, verdict, findings: [] }, PLAIN)).toBe(
      "PASS  v0.1.0 -> v0.2.0-rc.1 (minor)  79 rules\n",
    );
  });

  it("names a reason for several things that were not checked once", () => {
    const text = renderText(upgradeReport, { ...PLAIN, widthColumns: 120 });
    expect(text.match(/belong to different channels/g)).toHaveLength(1);
    expect(text).toContain("signer.rotated, signer.threshold-lowered: ");
  });
});
