import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { annotationLines } from "../../src/report/github.ts";
import { failReport, incompleteReport, passReport, refusedReport } from "../support/reports.ts";
import { SAMPLE_REPORTS } from "../support/sample-reports.ts";

const COMMAND = /^::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)$/;

function linesOf(report: Report): readonly string[] {
  const text = annotationLines(report);
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text.split("\n").slice(0, -1);
}

function found(change: Partial<Finding>): Report {
  const [finding] = failReport.findings;
  if (finding === undefined) throw new Error("the sample has no finding");
  return { ...failReport, findings: [{ ...finding, severity: "error", ...change }] };
}

function many(number: number): Report {
  const places = Array.from({ length: number }, (_, index) => `file-${index}`);
  return { ...failReport, findings: places.flatMap((at) => found({ at }).findings) };
}

describe("annotations", () => {
  it.each(Object.entries(SAMPLE_REPORTS))("of %s are workflow commands, one a line", (_, report) => {
    const lines = linesOf(report);
    for (const line of lines) expect(line).toMatch(COMMAND);
    expect(lines.length === 0).toBe(report.verdict.word === "PASS");
  });

  it("begin with the worst", () => {
    expect(linesOf(failReport).map((line) => COMMAND.exec(line)?.slice(1, 3))).toEqual([
      ["error", "files.digest-differs"],
      ["error", "files.digest-differs"],
      ["warning", "release.renamed"],
    ]);
    expect(linesOf(refusedReport)[0]).toMatch(/^::error title=container\.name-escapes::/);
  });

  it("are at most ten of a kind; the tenth counts the others", () => {
    expect(linesOf(many(10))).toHaveLength(10);
    expect(linesOf(many(10)).at(-1)).toContain("file-9");
    expect(linesOf(many(60))).toHaveLength(10);
    expect(linesOf(many(60)).at(-1)).toBe(
      "::error title=cavra::51 more errors; all of them are in the report",
    );
  });

  it("are there for a verdict that no finding explains", () => {
    expect(linesOf(incompleteReport)).toEqual([
      expect.stringMatching(/^::warning title=verdict\.incomplete::the file does not exist/),
    ]);
    expect(linesOf(passReport)).toEqual([]);
  });

  it("escape what would end a command, a property or a line, and read back as what was meant", () => {
    const [line = ""] = linesOf(found({ id: "a:b,c%d", at: "100 %\n::error::x\r" }));
    const [, , title = "", message = ""] = COMMAND.exec(line) ?? [];
    expect(title).toBe("a%3Ab%2Cc%25d");
    expect(message).toContain("%0A--> 100 %25\\u{a}::error::x\\u{d}%0A");
  });

  it("keep to one line a finding, whatever a stranger wrote", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (at, actual) => {
        const lines = linesOf(found({ at, actual }));
        expect(lines).toHaveLength(1);
        expect(lines[0]).toMatch(COMMAND);
      }),
    );
  });
});
