import { describe, expect, it } from "vitest";
import { centralHeader, endRecord, localHeader, type ZipRecord } from "../../src/formats/zip-records.ts";

const record: ZipRecord = {
  name: "t/a",
  mode: 0o755,
  method: "deflate",
  crc32: 0xdeadbeef,
  compressedSizeBytes: 0x01020304,
  sizeBytes: 0x05060708,
  dosTime: 0x5822_1883,
};

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const joined = (text: string): string => text.replaceAll(/\s/g, "");

describe("the record writer", () => {
  it("writes a local header to the byte", () => {
    expect(hexOf(localHeader(record))).toBe(
      joined("504b0304 1400 0000 0800 83182258 efbeadde 04030201 08070605 0300 0000 742f61"),
    );
  });

  it("writes a central header to the byte", () => {
    expect(hexOf(centralHeader({ ...record, mode: 0o644, method: "store" }, 0x0a0b0c0d))).toBe(
      joined(
        "504b0102 2d03 0a00 0000 0000 83182258 efbeadde 04030201 08070605 0300 0000 0000 0000 0000 2000a481 0d0c0b0a 742f61",
      ),
    );
    expect(hexOf(centralHeader(record, 0)).slice(76, 84)).toBe("2000ed81");
  });

  it("writes the end record to the byte", () => {
    expect(hexOf(endRecord(3, 0x11, 0x22))).toBe(
      joined("504b0506 00000000 0300 0300 11000000 22000000 0000"),
    );
  });
});
