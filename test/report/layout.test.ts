import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOut } from "../../src/report/layout.ts";
import { emptyLine, line, row, span } from "../../src/report/span.ts";

const STYLE = { widthColumns: 60, color: false, ascii: false };

describe("layOut", () => {
  it("wraps at blanks and hangs", () => {
    const words = Array.from({ length: 20 }, (_, index) => `word${index}`).join(" ");
    const rows = layOut([row("label", words)], STYLE)
      .trimEnd()
      .split("\n");
    expect(rows.length).toBeGreaterThan(1);
    expect(rows[0]).toMatch(/^ {2}label {8}word0/);
    for (const next of rows.slice(1)) expect(next).toMatch(/^ {15}word/);
    for (const text of rows) expect(text.length).toBeLessThanOrEqual(60);
  });

  it("never cuts a word, and leaves one that is too long beside its label", () => {
    const digest = "0123456789abcdef".repeat(8);
    expect(layOut([row("sha512", digest)], STYLE)).toBe(`  sha512       ${digest}\n`);
  });

  it("colours words, not the blanks behind them, and closes every colour", () => {
    const text = layOut([line([span("FAIL  ", "bad"), "x"])], { ...STYLE, color: true });
    expect(text).toBe("\u001b[1;31mFAIL\u001b[0m  x\n");
  });

  it("writes no line that a CI system takes for a command", () => {
    const words = "0123456789".repeat(5);
    const text = layOut(
      [row("at", `${words} ::stop-commands::x ##[error]y ##vso[task.complete]z a::b #[c]`)],
      STYLE,
    );
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toMatch(/##\w*\[/);
    expect(text).toContain("\\u{3a}:stop-commands::x");
    expect(text).toContain("a::b #[c]");
  });

  it("keeps empty lines empty", () => {
    expect(layOut([emptyLine], { ...STYLE, color: true })).toBe("\n");
  });

  it("prints one line feed a row and no other control, whatever the text", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        const text = layOut(
          texts.map((words) => line([words], 2, 4)),
          STYLE,
        );
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(text.split("\n").every((shown) => shown === shown.trimEnd())).toBe(true);
      }),
    );
  });
});
