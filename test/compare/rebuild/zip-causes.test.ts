import { describe, expect, it } from "vitest";
import { deflateRawSync } from "node:zlib";
import { zipCauses } from "../../../src/compare/rebuild/zip-causes.ts";
import { bytesSource } from "../../../src/formats/byte-search.ts";
import { centralHeader, endRecord, localHeader, type ZipRecord } from "../../../src/formats/zip-records.ts";
import { dosTimeOf } from "../../../src/formats/dos-time.ts";
import { crc32 } from "node:zlib";

const AT = "agent.zip";
const EPOCH = Date.UTC(2026, 0, 1) / 1000;
const TEXT = Buffer.from("the same text again and again, ".repeat(40));

interface Change {
  readonly names?: readonly string[];
  readonly epoch?: number;
  readonly mode?: ZipRecord["mode"];
  readonly method?: ZipRecord["method"];
  readonly level?: number;
  /** Of the central header of the first entry. */
  readonly madeBy?: number;
}

/** Two files by the profile, except for one thing. */
function zip(change: Change = {}): Uint8Array {
  const {
    names = ["a/LICENSE", "a/NOTICE"],
    epoch = EPOCH,
    mode = 0o644,
    method = "deflate",
    level = 6,
  } = change;
  const entries = names.map((name) => {
    const data = method === "deflate" ? deflateRawSync(TEXT, { level }) : TEXT;
    const record: ZipRecord = {
      name,
      mode,
      method,
      crc32: crc32(TEXT),
      compressedSizeBytes: data.byteLength,
      sizeBytes: TEXT.byteLength,
      dosTime: dosTimeOf(epoch) ?? 0,
    };
    return { record, local: Buffer.concat([localHeader(record), data]) };
  });
  let offset = 0;
  const central = entries.map(({ record, local }) => {
    const header = centralHeader(record, offset);
    if (change.madeBy !== undefined) new DataView(header.buffer).setUint16(4, change.madeBy, true);
    offset += local.byteLength;
    return header;
  });
  const directory = Buffer.concat(central);
  const end = endRecord(entries.length, directory.byteLength, offset);
  return Buffer.concat([...entries.map(({ local }) => local), directory, end]);
}

const causes = (shipped: Uint8Array, rebuilt = zip()) =>
  zipCauses(AT, bytesSource(shipped), bytesSource(rebuilt));

describe("the cause of a zip of the same files that differs", () => {
  it.each<[string, Change, object]>([
    [
      "timestamp",
      { epoch: EPOCH + 2 },
      {
        field: "time of 2 entries, a/LICENSE first",
        shipped: "2026-01-01T00:00:02Z",
        rebuilt: "2026-01-01T00:00:00Z",
      },
    ],
    [
      "order",
      { names: ["a/NOTICE", "a/LICENSE"] },
      { field: "entry 1", shipped: "a/NOTICE", rebuilt: "a/LICENSE" },
    ],
    ["mode", { mode: 0o755 }, { shipped: "0x81ed0020", rebuilt: "0x81a40020" }],
    ["zip-header", { madeBy: 0x031e }, { shipped: "0x31e", rebuilt: "0x32d" }],
    ["compressor", { level: 1 }, { field: "compressed data of 2 entries, a/LICENSE first" }],
  ])("is %s, and nothing else", (cause, change, facts) => {
    const found = causes(zip(change));
    expect(found).toEqual([expect.objectContaining({ cause, at: AT, ...facts })]);
  });

  it("is the method, with what the headers say of it", () => {
    const found = causes(zip({ method: "store" }));
    expect(found.map(({ cause, field }) => [cause, field.split(" of ")[0]])).toEqual([
      ["zip-method", "method"],
      ["zip-header", "version needed"],
    ]);
  });

  it("is nothing for the same zip, and a place in the file for one that has no reading", () => {
    expect(causes(zip())).toEqual([]);
    const [cause] = causes(Buffer.concat([Buffer.from("#!/bin/sh\n"), zip()]));
    expect(cause).toMatchObject({
      cause: "zip-header",
      field: "byte 0",
      shipped: expect.stringContaining("#!/bin/sh") as string,
    });
  });
});
