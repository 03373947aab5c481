import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleText } from "../../src/formats/visible-text.ts";

describe("visibleText", () => {
  it.each([
    ["a terminal escape", "a\u001b[31mb", "a\\u{1b}[31mb"],
    ["a C1 control sequence introducer", "a\u009b31m", "a\\u{9b}31m"],
    ["a line feed and a carriage return", "a\r\nb", "a\\u{d}\\u{a}b"],
    ["a tab and DEL", "a\tb\u007f", "a\\u{9}b\\u{7f}"],
    ["a right-to-left override", "gnp.\u202eexe", "gnp.\\u{202e}exe"],
    ["isolates", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["what has no width", "a\u200bb\ufeffc\u00ad", "a\\u{200b}b\\u{feff}c\\u{ad}"],
    ["a blank that is none", "a\u00a0b\u3000c", "a\\u{a0}b\\u{3000}c"],
    ["a line separator", "a\u2028b", "a\\u{2028}b"],
    ["a lone surrogate", "a\ud800b", "a\\u{d800}b"],
    ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
    ["a filler that is drawn as nothing", "a\u3164b", "a\\u{3164}b"],
  ])("shows %s", (_, text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });

  it("leaves letters of every script, and escapes them for ASCII", () => {
    expect(visibleText("stra\u00dfe \u65e5\u672c \u{1f600}")).toBe("stra\u00dfe \u65e5\u672c \u{1f600}");
    expect(visibleText("stra\u00dfe \u{1f600}", true)).toBe("stra\\u{df}e \\u{1f600}");
  });

  it("gives ASCII without controls, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(text, true)).toMatch(/^[\u0020-\u007e]*$/);
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it("is idempotent: what is visible stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(visibleText(text))).toBe(visibleText(text));
      }),
    );
  });
});
