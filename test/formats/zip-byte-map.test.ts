import { describe, expect, it } from "vitest";
import { zipByteMap, type MappedField } from "../../src/formats/zip-byte-map.ts";
import { ZIP_LIMITS } from "../../src/formats/zip-end.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { hostileZips } from "../support/hostile-zip-cases.ts";
import { a, plain } from "../support/hostile-zips/parts.ts";

function mapOf(bytes: Uint8Array): readonly MappedField[] {
  return [...zipByteMap(bufferSource(bytes))];
}

/** Each field begins where the one before it ends. */
function isPartition(fields: readonly MappedField[], sizeBytes: number): boolean {
  let cursor = 0;
  for (const field of fields) {
    if (field.offset !== cursor || field.sizeBytes < 1) return false;
    cursor += field.sizeBytes;
  }
  return cursor === sizeBytes;
}

describe("the byte map", () => {
  it("gives every byte of an accepted zip to exactly one field", () => {
    const accepted = hostileZips.filter(({ foundByStrict }) => foundByStrict.length === 0);
    for (const { entries, zip, how } of accepted) {
      const bytes = forgeZip(entries, zip);
      expect(readZip(bufferSource(bytes), ZIP_LIMITS, "strict").ok, how).toBe(true);
      expect(isPartition(mapOf(bytes), bytes.byteLength), how).toBe(true);
      expect(mapOf(bytes).some(({ record }) => record === "unclaimed")).toBe(false);
    }
    expect(accepted.length).toBeGreaterThan(10);
  });

  it("says what the fields are", () => {
    const fields = mapOf(forgeZip(plain));
    expect(fields[0]).toEqual({
      offset: 0,
      sizeBytes: 4,
      record: "local header",
      entry: "t/a",
      field: "signature",
      value: "0x04034b50",
    });
    const records = [...new Set(fields.map(({ record, entry }) => [record, entry].join(" ").trim()))];
    expect(records).toEqual([
      "local header t/a",
      "data t/a",
      "local header t/b",
      "data t/b",
      "local header t/empty",
      "central header t/a",
      "central header t/b",
      "central header t/empty",
      "end record",
    ]);
    expect(fields.at(-2)).toMatchObject({ field: "offset of the directory" });
  });

  it("shows what belongs to no record", () => {
    const bytes = forgeZip([a, { ...a, name: "t/b", before: Buffer.from("\u001b[2J") }]);
    expect(mapOf(bytes).filter(({ record }) => record === "unclaimed")).toEqual([
      { offset: 42, sizeBytes: 4, record: "unclaimed", entry: undefined, field: "bytes", value: "\\x1b[2J" },
    ]);
    const garbage = Buffer.from("no zip at all, whatever it is called");
    expect(mapOf(garbage)).toHaveLength(1);
    expect(mapOf(Buffer.alloc(0))).toEqual([]);
  });

  it("covers every byte of every hostile zip too, whatever its records say", () => {
    for (const { entries, zip, how } of hostileZips) {
      const bytes = forgeZip(entries, zip);
      const covered = new Uint8Array(bytes.byteLength);
      for (const { offset, sizeBytes } of mapOf(bytes)) covered.fill(1, offset, offset + sizeBytes);
      expect(
        covered.every((byte) => byte === 1),
        how,
      ).toBe(true);
    }
  });
});
