import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { signedLines } from "../../src/report/creation.ts";
import { layOut } from "../../src/report/layout.ts";
import { passReport } from "../support/reports.ts";
import { testStatement } from "../support/statement.ts";

function finding(id: string): Finding {
  const words = { title: "something is missing", why: "because", remedy: "do something" };
  return { id, check: "release.threshold", severity: "error", at: "release.dsse.json", ...words };
}

function lastLines(change: Partial<Report>): string {
  const report = { ...passReport, ...change };
  const lines = signedLines({ statement: testStatement(), folders: ["a.zip.sigs"], holder: "Ada", report });
  return layOut(lines, { widthColumns: 120, color: false, ascii: true }).split("\n").slice(5).join("\n");
}

const FAIL: Report["verdict"] = {
  word: "FAIL",
  exitCode: 1,
  reason: "something is missing",
  qualifier: null,
};

describe("what release sign says at its end", () => {
  it("asks for the next holder while only others are missing", () => {
    expect(
      lastLines({
        verdict: FAIL,
        threshold: { needed: 2, holders: 1, signers: [], endorsed: false },
        findings: [finding("release.threshold-not-met")],
      }),
    ).toBe(`  signatures   1 of 2 holders; not enough yet
  written      a.zip.sigs
next: let the next holder sign the same zip: cavra release sign ZIP --key FILE --trust FILE
`);
  });

  it("shows the verdict once enough have signed", () => {
    expect(lastLines({})).toBe(`  signatures   2 of 2 holders; PASS: everything required was checked and held
  written      a.zip.sigs
next: verify as an operator would: cavra release verify-airgap-bundle ZIP --trust FILE
`);
  });

  it("shows a verdict that has other causes too", () => {
    const findings = [finding("release.threshold-not-met"), finding("files.digest-mismatch")];
    expect(lastLines({ verdict: FAIL, findings })).toContain("FAIL: something is missing");
  });
});
