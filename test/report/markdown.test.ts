import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { failReport, refusedReport, unknownReport } from "../support/reports.ts";
import { SAMPLE_REPORTS, upgradeReport } from "../support/sample-reports.ts";

const ROOM = 1024 * 1024;

function found(at: string): Report {
  const [finding] = failReport.findings;
  if (finding === undefined) throw new Error("the sample has no finding");
  return { ...failReport, findings: [{ ...finding, severity: "error", at }] };
}

describe("a job summary", () => {
  it.each(Object.entries(SAMPLE_REPORTS))("of %s looks as the golden file shows", async (name, report) => {
    await expect(renderMarkdown(report, ROOM)).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it.each(Object.entries(SAMPLE_REPORTS))("of %s begins with the verdict", (_, report) => {
    expect(renderMarkdown(report, ROOM)).toMatch(new RegExp(`^## ${report.verdict.word}\\b`));
  });

  it("shows the step of an upgrade and what each rule said", () => {
    const text = renderMarkdown(upgradeReport, ROOM);
    expect(text).toContain("v0.1.0 -&#62; v0.2.0-rc.1 (minor)");
    expect(text).toMatch(/\| targets \| `5` \| `4 {2}- windows\/arm64` \| `files\.target-removed` \|/);
  });

  it("keeps to its room, keeps the verdict, and says that something is missing", () => {
    const [finding] = failReport.findings;
    if (finding === undefined) throw new Error("the sample has no finding");
    const findings = Array.from({ length: 9000 }, (_, index) => ({ ...finding, at: `file-\u00fc-${index}` }));
    const whole = renderMarkdown({ ...failReport, findings }, 1e9);
    expect(Buffer.byteLength(whole)).toBeGreaterThan(ROOM);
    for (const room of [1000, 20_000, ROOM]) {
      const text = renderMarkdown({ ...failReport, findings }, room);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(room);
      expect(text).toMatch(/^## FAIL/);
      expect(text).toContain("did not fit here");
    }
    expect(renderMarkdown(failReport, ROOM)).not.toContain("did not fit here");
  });

  it("keeps what a stranger wrote in a code span, whatever backticks it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "a", "|", "\\", " ", "\n", "<", "[") }), (at) => {
        const line = renderMarkdown(found(at), ROOM)
          .split("\n")
          .find((row) => row.startsWith("- where: "));
        const [, fence = "", content = ""] = /^- where: (`+)(.*)$/.exec(line ?? "") ?? [];
        expect(fence.length).toBeGreaterThan(0);
        const inner = content.slice(0, -fence.length);
        expect(content.endsWith(fence)).toBe(true);
        expect((inner.match(/`+/g) ?? []).map((run) => run.length)).not.toContain(fence.length);
      }),
    );
  });

  it("splits no table row by a bar of a stranger, not even behind a backslash", () => {
    const { release } = failReport;
    if (release === null) throw new Error("the sample has no release");
    const text = renderMarkdown({ ...failReport, release: { ...release, product: "a\\|b|c" } }, ROOM);
    const row = text.split("\n").find((line) => line.startsWith("| release |"));
    expect(row?.match(/\|/g)).toHaveLength(3);
  });

  it("lets no markup of a stranger through, and nothing that hides", () => {
    const text = renderMarkdown(refusedReport, ROOM);
    expect(text).not.toMatch(/[\u001b\u202e\u200b]/);
    const reason = renderMarkdown(
      {
        ...unknownReport,
        verdict: { ...unknownReport.verdict, reason: "<img src=x> [a](https://e) @all **b**" },
      },
      ROOM,
    );
    expect(reason).toContain("&#60;img src=x&#62; &#91;a&#93;(https://e) &#64;all &#42;&#42;b&#42;&#42;");
  });
});
