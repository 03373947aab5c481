import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  packagedJson,
  parseCanonicalJson,
  parsePackagedJson,
} from "../../src/formats/canonical-json.ts";
import type { JsonValue } from "../../src/formats/json.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const { value: anyJson } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((number) => number + 0),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme-ascii" }), tie("value"), { maxKeys: 4 }),
  ),
}));

describe("canonical JSON", () => {
  it("orders members by UTF-16 code unit and adds nothing (RFC 8785)", () => {
    expect(text(canonicalJson({ b: 1, a: [true, null], "€": '\u000f"é' }))).toBe(
      '{"a":[true,null],"b":1,"€":"\\u000f\\"é"}',
    );
  });

  it("writes packaged documents with indent 2, ASCII and one final LF", () => {
    expect(text(packagedJson({ b: [], a: { c: "é😀" } }))).toBe(
      '{\n  "a": {\n    "c": "\\u00e9\\ud83d\\ude00"\n  },\n  "b": []\n}\n',
    );
  });

  it("reads back what it writes, and is a fixed point", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        for (const [write, parse] of [
          [canonicalJson, parseCanonicalJson],
          [packagedJson, parsePackagedJson],
        ] as const) {
          const bytes = write(value);
          const document = parse("x", bytes);
          expect(document.ok ? text(write(document.value)) : document.reason).toBe(text(bytes));
        }
      }),
    );
  });

  it.each(['{"b":1,"a":2}', '{"a": 1}', '{"a":"\\u0041"}', '{"a":1}\n'])(
    "refuses the non-canonical %s",
    (json) => {
      const document = parseCanonicalJson("x", Buffer.from(json));
      expect(document.ok ? "" : document.reason).toMatch(
        /not in canonical form \(first difference at byte \d+\)/,
      );
    },
  );

  it("refuses member names that are not ASCII", () => {
    const document = parseCanonicalJson("x", canonicalJson({ é: 1 }));
    expect(document.ok ? "" : document.reason).toMatch(/not ASCII/);
  });
});
