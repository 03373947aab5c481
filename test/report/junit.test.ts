import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { glossary } from "../../src/flows/glossary.ts";
import type { Report } from "../../src/model/report.ts";
import { renderJunit } from "../../src/report/junit.ts";
import { failReport, incompleteReport, refusedReport } from "../support/reports.ts";
import { SAMPLE_REPORTS, upgradeReport } from "../support/sample-reports.ts";

const ENTRIES = glossary();
const RULES = ENTRIES.filter(({ kind }) => kind === "rule");

function countOf(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

function render(report: Report): string {
  return renderJunit(report, ENTRIES);
}

/** Python's parser as a second opinion: root name and number of tests, failures and skipped ones. */
const COUNT_TESTS = `
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(root.tag, len(root.findall(".//testcase")), len(root.findall(".//failure")), len(root.findall(".//skipped")))`;

describe("a JUnit report", () => {
  it.for(Object.entries(SAMPLE_REPORTS))("of %s is XML whose counts are true", ([, report], { skip }) => {
    const text = render(report);
    const { status, stdout, error } = spawnSync("python3", ["-c", COUNT_TESTS], {
      input: text,
      encoding: "utf8",
    });
    if (error !== undefined) skip("no python3");
    expect(status).toBe(0);
    const [root, ...numbers] = stdout.trim().split(" ");
    expect(root).toBe("testsuites");
    const [, tests, failures, skipped] =
      /tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/.exec(text) ?? [];
    expect(numbers).toEqual([tests, failures, skipped]);
    expect(render(report)).toBe(text);
  });

  it.each(Object.entries(SAMPLE_REPORTS))("of %s fails exactly when the verdict is not PASS", (_, report) => {
    expect(render(report).includes("<failure")).toBe(report.verdict.word !== "PASS");
  });

  it("has a test for every check, passed, failed and skipped", () => {
    const text = render(failReport);
    expect(text).toMatch(/name="release\.threshold: [^"]*" time="0"\/>/);
    expect(text).toMatch(
      /name="files\.digests: [^"]*" time="0">\n\s*<failure message="error\[files\.digest-differs\]/,
    );
    expect(text).toMatch(
      /name="sbom\.truth: [^"]*" time="0">\n\s*<skipped message="files\.digests did not pass"/,
    );
  });

  it("has a test for every rule of an upgrade: found, quiet and not evaluated", () => {
    const text = render(upgradeReport);
    expect(countOf(text, /<testcase classname="cavra\.rules\./g)).toBe(RULES.length);
    expect(text).toMatch(/name="files\.target-removed: [^"]*" time="0">\n\s*<failure/);
    expect(text).toMatch(/name="signer\.rotated: [^"]*" time="0">\n\s*<skipped/);
    expect(text).toMatch(/name="version\.not-newer: [^"]*" time="0"\/>/);
  });

  it("skips every rule when the packages were not compared", () => {
    const { upgrade } = upgradeReport;
    if (upgrade === undefined) throw new Error("the sample has no upgrade");
    const text = render({
      ...upgradeReport,
      findings: [],
      notChecked: [{ id: "upgrade", reason: "one of them was not read" }],
      upgrade: { ...upgrade, rulesEvaluated: 0 },
    });
    expect(countOf(text, /<skipped message="one of them was not read"/g)).toBe(RULES.length + 1);
  });

  it("fails for a warning only where a warning fails the upgrade", () => {
    const { upgrade } = upgradeReport;
    if (upgrade === undefined) throw new Error("the sample has no upgrade");
    const findings = upgradeReport.findings.map((finding) => ({ ...finding, severity: "warning" as const }));
    const report = {
      ...upgradeReport,
      verdict: { ...upgradeReport.verdict, word: "PASS" as const },
      findings,
    };
    expect(render(report)).not.toContain("<failure");
    expect(render({ ...report, upgrade: { ...upgrade, failOn: "warning" } })).toContain("<failure");
  });

  it("loses no finding: those of the earlier release and of unknown checks have tests too", () => {
    const [finding] = failReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const lost = { ...finding, severity: "error" as const, check: "nobody.knows" };
    const text = render({ ...failReport, findings: [lost, { ...lost, at: "previous: x" }] });
    expect(countOf(text, /name="nobody\.knows: /g)).toBe(2);
    expect(text).toContain("previous release");
  });

  it("lets nothing of a stranger be markup or a control character", () => {
    const text = render(refusedReport);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const [finding] = refusedReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const hostile = render({ ...refusedReport, findings: [{ ...finding, at: '"><failure/>&\uffff' }] });
    expect(hostile).toContain("&quot;&gt;&lt;failure/&gt;&amp;\ufffd");
  });

  it("tells of an unread subject by the verdict alone", () => {
    expect(render(incompleteReport)).toContain('<failure message="INCOMPLETE: ');
  });
});
