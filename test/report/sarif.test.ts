import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { glossary } from "../../src/flows/glossary.ts";
import type { Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/report/json.ts";
import { sarifLog } from "../../src/report/sarif.ts";
import { failReport, incompleteReport, passReport, refusedReport } from "../support/reports.ts";
import { SAMPLE_REPORTS, upgradeReport } from "../support/sample-reports.ts";
import { SARIF_SUBSET } from "../support/sarif-schema.ts";

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [
    { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly [
        {
          readonly exitCode: number;
          readonly executionSuccessful: boolean;
          readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
        },
      ];
      readonly results: readonly Result[];
    },
  ];
}

const ENTRIES = glossary();
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(SARIF_SUBSET);

function runOf(report: Report) {
  const log = JSON.parse(renderJson(sarifLog(report, ENTRIES))) as Log;
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log.runs[0];
}

function ruleIds(report: Report): readonly string[] {
  return runOf(report).tool.driver.rules.map(({ id }) => id);
}

function printsOf(report: Report): readonly string[] {
  return runOf(report).results.flatMap(({ partialFingerprints }) => Object.values(partialFingerprints));
}

function uriOf(path: string): string | undefined {
  const { results } = runOf({ ...failReport, subject: { ...failReport.subject, path } });
  return results[0]?.locations[0].physicalLocation.artifactLocation.uri;
}

describe("a SARIF log", () => {
  it.each(Object.entries(SAMPLE_REPORTS))(
    "of %s is SARIF 2.1.0, with the same bytes each time",
    (_, report) => {
      const { results, tool, invocations } = runOf(report);
      const { rules } = tool.driver;
      expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
      for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(invocations[0].exitCode).toBe(report.verdict.exitCode);
      expect(results.length === 0).toBe(report.verdict.word === "PASS");
      expect(renderJson(sarifLog(report, ENTRIES))).toBe(renderJson(sarifLog(report, ENTRIES)));
    },
  );

  it("has the rules of an upgrade in reports of one, and only there", () => {
    expect(ruleIds(upgradeReport)).toContain("files.target-removed");
    expect(ruleIds(passReport)).not.toContain("files.target-removed");
    expect(ruleIds(passReport)).toContain("files.digest-mismatch");
  });

  it("puts the worst first and gives each severity its level", () => {
    expect(runOf(failReport).results.map(({ level }) => level)).toEqual(["error", "error", "warning"]);
    expect(runOf(refusedReport).results.map(({ level }) => level)).toEqual(["error", "note"]);
  });

  it("points at the package, and for the earlier release at that", () => {
    const [finding] = failReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const findings = [{ ...finding, at: "previous: x" }, finding];
    const uris = runOf({ ...upgradeReport, findings }).results.map(
      ({ locations }) => locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(uris).toContain("dist/cavra-go-runtime-v0.1.0.zip");
    expect(uris).toContain("media/cavra-go-runtime-v0.1.0.zip");
  });

  it.each([
    ["dist/a b#c.zip", "dist/a%20b%23c.zip"],
    ["/mnt/x.zip", "file:///mnt/x.zip"],
    ["D:\\media\\x.zip", "file:///D:/media/x.zip"],
    ["\ud800", "%EF%BF%BD"],
  ])("writes %s as a URI", (path, uri) => {
    expect(uriOf(path)).toBe(uri);
  });

  it("says what was not checked", () => {
    const texts = runOf(failReport).invocations[0].toolExecutionNotifications.map(
      ({ message }) => message.text,
    );
    expect(texts).toContain("not checked: sbom.truth: files.digests did not pass");
  });

  it("is never clean where the verdict is not PASS", () => {
    const { results, invocations } = runOf(incompleteReport);
    expect(results).toMatchObject([{ ruleId: "verdict.incomplete", level: "warning" }]);
    expect(invocations[0].executionSuccessful).toBe(false);
  });

  it("holds at most 5000 results and counts the others", () => {
    const [finding] = failReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const findings = Array.from({ length: 5003 }, (_, index) => ({ ...finding, at: `file-${index}` }));
    const { results, invocations } = runOf({ ...failReport, findings });
    expect(results.length).toBeLessThanOrEqual(5000);
    expect(invocations[0].toolExecutionNotifications[0]?.message.text).toMatch(/^[34] more findings/);
  });

  it("shows words of a stranger as they are, and makes no link of them", () => {
    const [finding] = refusedReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const findings = [{ ...finding, actual: "\u001b[2J [click](https://evil.example)" }];
    const [result] = runOf({ ...refusedReport, findings }).results;
    expect(result?.message.text).toContain("\\u{1b}");
    expect(result?.message.text).toContain("\\[click](");
  });
});

describe("a fingerprint", () => {
  const [finding] = failReport.findings;
  if (finding === undefined || failReport.release === null) throw new Error("the sample has no finding");
  const { release } = failReport;
  const at = (version: string, place: string): Report => ({
    ...failReport,
    release: { ...release, version },
    findings: [{ ...finding, severity: "error", at: place }],
  });

  it("is the same in the next candidate", () => {
    const first = printsOf(at("0.2.0-rc.1", "bin/agent_v0.2.0-rc.1_linux_amd64"));
    expect(printsOf(at("0.2.0-rc.2", "bin/agent_v0.2.0-rc.2_linux_amd64"))).toEqual(first);
    expect(printsOf(at("0.2.0-rc.2", "bin/agent_v0.2.0-rc.2_linux_arm64"))).not.toEqual(first);
  });

  it("of an upgrade rule is of rule and subject", () => {
    const moved = {
      ...upgradeReport,
      findings: upgradeReport.findings.map((one) => ({ ...one, at: "elsewhere" })),
    };
    expect(printsOf(moved)).toEqual(printsOf(upgradeReport));
  });

  it("tells apart what is the same in both", () => {
    const twice = { ...failReport, findings: [finding, finding] };
    const prints = printsOf({ ...twice, verdict: passReport.verdict });
    expect(prints.map((print) => print.slice(64))).toEqual([":1", ":2"]);
  });
});
