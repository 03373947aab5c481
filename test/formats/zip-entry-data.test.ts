import { deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { hostileData } from "../support/hostile-zip-cases.ts";
import { forgeZip, type ForgedEntry } from "../support/hostile-zip.ts";

/** The grammar accepts it; what does the data say? */
function dataOf(entry: ForgedEntry): ReturnType<typeof readEntry> {
  const source = bufferSource(forgeZip([entry]));
  const reading = readZip(source);
  const first = reading.ok ? reading.entries[0] : undefined;
  if (first === undefined) throw new Error("the grammar refused it");
  return readEntry(source, first);
}

const content = "content content content content";
const stream = deflateRawSync(content);
const refusal = (actual: string): object => ({
  ok: false,
  sighting: { at: "a", offset: 33, actual: expect.stringContaining(actual) as string },
});

describe("readEntry", () => {
  it("gives back what was packed", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 5000 }),
        fc.constantFrom(0 as const, 8 as const),
        (bytes, method) => {
          const reading = dataOf({ name: "t/a", content: bytes, method });
          expect(reading.ok && Buffer.compare(reading.bytes, bytes)).toBe(0);
        },
      ),
    );
  });

  it.each([
    ["bytes after the end", Buffer.concat([stream, Buffer.from("x")]), "1 bytes early"],
    ["a second stream", Buffer.concat([stream, stream]), "bytes early"],
    ["no final block", deflateRawSync(content, { finishFlush: 2 }), "does not end"],
    ["cut", stream.subarray(0, -2), "does not end"],
    ["less than the size", deflateRawSync(content.slice(1)), "30 bytes"],
    ["more than the size", deflateRawSync(`${content}!`), "more bytes than"],
    [
      "much more than the size",
      deflateRawSync(Buffer.alloc(10_000_000)).subarray(0, 9000),
      "more bytes than",
    ],
    ["reserved block type", Buffer.from([0x07, 0x00]), "damaged"],
    ["stored block with wrong complement", Buffer.from([0x01, 0x01, 0x00, 0x00, 0x00, 0x41]), "damaged"],
    ["distance before the beginning", Buffer.from([0x4b, 0x04, 0x12, 0x00]), ""],
    ["the same size, other content", deflateRawSync(content.toUpperCase()), "CRC-32"],
    ["zlib instead of raw deflate", Buffer.concat([Buffer.from([0x78, 0x9c]), stream]), ""],
  ])("refuses a stream with %s", (_, data, actual) => {
    expect(dataOf({ name: "t/a", content, data })).toMatchObject(refusal(actual));
  });

  /** Whose content is sound. */
  const foundElsewhere: ReadonlySet<string> = new Set(["nested-zip", "deflate-odd"]);
  it.each(hostileData.filter(({ class: hostileClass }) => !foundElsewhere.has(hostileClass)))(
    "names $class: $how",
    ({ entries: [entry = { name: "t/a" }], found }) => {
      const reading = dataOf(entry);
      expect(reading.ok ? [] : [reading.sighting.problem.replace("container.", "")]).toEqual(found);
    },
  );

  it("refuses stored data with another CRC-32", () => {
    expect(dataOf({ name: "t/a", content, method: 0, both: { crc32: 1 } })).toMatchObject(refusal("CRC-32"));
  });

  it("refuses any other stream as data, without an exception", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (data) => {
        expect(dataOf({ name: "t/a", content, data })).toMatchObject(refusal(""));
      }),
      { numRuns: 1000 },
    );
  });
});
