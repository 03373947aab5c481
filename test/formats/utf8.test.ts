import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeUtf8 } from "../../src/formats/utf8.ts";

it("decodes what encodes to the same bytes again, and nothing else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      const text = decodeUtf8(bytes);
      expect(text === undefined || Buffer.from(text).equals(bytes)).toBe(true);
    }),
  );
});

it.each(["ff", "c080", "eda080", "f4908080", "e282", "80"])("refuses %s", (hex) => {
  expect(decodeUtf8(Buffer.from(hex, "hex"))).toBeUndefined();
});

it("keeps a byte order mark for the reader to refuse", () => {
  expect(decodeUtf8(Buffer.from("efbbbf7b7d", "hex"))).toBe("\ufeff{}");
});
