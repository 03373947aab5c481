import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  packagedJson,
  parseCanonicalJson,
  parsePackagedJson,
} from "../../src/formats/canonical-json.ts";
import { parseJson, type JsonValue } from "../../src/formats/json.ts";

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

function hasPlainNames(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, item]) => /^[ -~]*$/.test(name) && hasPlainNames(item));
}

/** Written with nothing but concatenation: an oracle for both ways in which the writer goes. */
function plainForm(value: JsonValue, isPackaged: boolean): string {
  const joined = (open: string, close: string, items: readonly string[], margin: string): string => {
    if (items.length === 0) return open + close;
    if (!isPackaged) return open + items.join(",") + close;
    return `${open}\n${items.map((item) => `${margin}  ${item}`).join(",\n")}\n${margin}${close}`;
  };
  const form = (item: JsonValue, margin: string): string => {
    if (typeof item !== "object" || item === null) return JSON.stringify(item);
    const inner = `${margin}  `;
    if (Array.isArray(item))
      return joined(
        "[",
        "]",
        item.map((one: JsonValue) => form(one, inner)),
        margin,
      );
    const members = Object.entries(item as { [name: string]: JsonValue }).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const colon = isPackaged ? ": " : ":";
    return joined(
      "{",
      "}",
      members.map(([name, one]) => JSON.stringify(name) + colon + form(one, inner)),
      margin,
    );
  };
  const whole = form(value, "");
  return isPackaged ? `${whole.replace(/[^\u0000-\u007f]/g, escaped)}\n` : whole;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** In the packaged layout, as far as JSON.parse understands it; then also with its spelling, order and repetitions lost. */
function pretty(json: string): string {
  try {
    return `${JSON.stringify(JSON.parse(json), null, 2).replace(/[^\u0000-\u007f]/g, escaped)}\n`;
  } catch {
    return json;
  }
}

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

  it("reads any text as the strict reader and a plain writer do together", () => {
    const names = fc.constantFrom("a", "b", "aa", "10", "9", "__proto__", "toJSON", "é", '"');
    const { value: nearJson } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("null", "true", "0", "-0", "1.0", "1e3", "9007199254740992", '"x"'),
        fc.constantFrom('"\\u0041"', '"\\ud800"', '"\\u20ac"', '"€"', '"\\/"', "[]", "{}", '"\u007f"', "01"),
        fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
        fc
          .array(fc.tuple(names, tie("value")), { maxLength: 3 })
          .map((pairs) => `{${pairs.map(([name, item]) => `${JSON.stringify(name)}:${item}`).join(",")}}`),
      ),
    }));
    const limits = { maxBytes: 60, maxDepth: 3 };
    let accepted = 0;
    fc.assert(
      fc.property(nearJson, fc.boolean(), (json, isPackaged) => {
        const bytes = Buffer.from(isPackaged ? pretty(json) : json);
        const strict = parseJson("x", bytes, limits);
        const isSound =
          strict.ok && hasPlainNames(strict.value) && plainForm(strict.value, isPackaged) === text(bytes);
        const document = (isPackaged ? parsePackagedJson : parseCanonicalJson)("x", bytes, limits);
        expect(document.ok, json).toBe(isSound);
        if (document.ok && strict.ok) expect(document.value).toStrictEqual(strict.value);
        if (document.ok) accepted += 1;
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(accepted).toBeGreaterThan(300);
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
