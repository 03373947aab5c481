import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/formats/json.ts";

const read = (text: string) => parseJson("x.json", Buffer.from(text, "utf8"));
const reasonOf = (text: string): string => {
  const document = read(text);
  return document.ok ? "accepted" : document.reason;
};

describe("strict JSON", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(integersOnly(value));
        const document = read(JSON.stringify(value));
        expect(document.ok && JSON.parse(JSON.stringify(document.value))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it("never throws on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof parseJson("x", bytes).ok).toBe("boolean");
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', /member "a" twice/],
    ['{"a":1,"\\u0061":2}', /member "a" twice/],
    ['{"__proto__":1,"__proto__":2}', /twice/],
    ["1.5", /not an integer/],
    ["1e3", /not an integer/],
    ["-0", /not an integer/],
    ["9007199254740992", /not an integer/],
    ["01", /data after/],
    ["NaN", /expected a JSON value/],
    ['"\\ud800"', /lone surrogate/],
    ['"a\nb"', /control character/],
    ['"\\x"', /unknown escape/],
    ['"abc', /without an end/],
    ["[1,]", /expected a JSON value/],
    ["{,}", /member name/],
    ["[1] x", /data after/],
    ["\uFEFF{}", /expected a JSON value/],
    ["[".repeat(40) + "]".repeat(40), /nested deeper than 32/],
    ["", /expected a JSON value/],
  ])("refuses %s", (text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it("keeps a member called __proto__ an ordinary member", () => {
    const document = read('{"__proto__":{"polluted":1}}');
    expect(document.ok && Object.keys(document.value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("refuses bytes that are not UTF-8 and documents over the limit", () => {
    const invalid = parseJson("x", Buffer.from([0x22, 0xff, 0x22]));
    expect(invalid.ok ? "" : invalid.reason).toBe("is not valid UTF-8");
    const long = parseJson("x", Buffer.from("[1,2]"), { maxBytes: 4, maxDepth: 3 });
    expect(long.ok ? "" : long.reason).toBe("is 5 bytes; the limit is 4");
  });
});

function integersOnly(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === "string") return value.isWellFormed();
  if (Array.isArray(value)) return value.every(integersOnly);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && integersOnly(member));
}
