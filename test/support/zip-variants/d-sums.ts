import { crc32 } from "node:zlib";
import { forgeZip } from "../hostile-zip.ts";
import { deflated, grid, hexed, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

/** 9d0ad96d is the content of four bytes whose CRC-32 is 0. */
const ZERO_SUM = Buffer.from("9d0ad96d", "hex");

const wrongSums: Construct = {
  name: "a CRC-32 that does not belong to the content",
  readings: ["damaged, and left out", "content whose CRC-32 nobody compared"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { method, sum } of grid({
      method: [0, 8],
      sum: [0, 1, 0xffff_ffff, crc32(Buffer.from("other"))],
    })) {
      const entry = method === 0 ? stored("t/a", content) : deflated("t/a", content);
      yield [`${hexed(sum)}, method ${method}`, forgeZip([{ ...entry, both: { crc32: sum } }])];
    }
    yield ["of an empty file", forgeZip([stored("t/a", "", { both: { crc32: 1 } })])];
  },
};

const collisions: Construct = {
  name: "a CRC-32 that proves nothing",
  kind: "sound",
  readings: ["the file", "the same: only digests decide about content"],
  *zips() {
    yield ["content with CRC-32 0", forgeZip([stored("t/a", ZERO_SUM)])];
    yield ["content with CRC-32 0, deflated", forgeZip([deflated("t/a", ZERO_SUM)])];
    const [x, y] = collidingTexts();
    yield ["two contents with one CRC-32", forgeZip([stored("t/a", x), stored("t/b", y)])];
  },
};

/** CRC-32 is linear: any difference can be taken back by four bytes at the end. */
function collidingTexts(): readonly [Buffer, Buffer] {
  const [x, prefix] = [Buffer.from("good good"), Buffer.from("evil!")];
  return [x, Buffer.concat([prefix, suffixFor(prefix, crc32(x))])];
}

function suffixFor(prefix: Buffer, wanted: number): Buffer {
  const start = crc32(Buffer.concat([prefix, Buffer.alloc(4)]));
  // What each of the 32 bits of the suffix changes; solved by elimination over two elements.
  const rows = Array.from({ length: 32 }, (_, bit) => {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32LE(2 ** bit);
    return { effect: (crc32(Buffer.concat([prefix, suffix])) ^ start) >>> 0, bits: 2 ** bit };
  });
  let left = (wanted ^ start) >>> 0;
  let suffix = 0;
  for (let bit = 31; bit >= 0; bit -= 1) {
    const place = rows.findIndex(({ effect }) => 31 - Math.clz32(effect) === bit);
    const [pivot] = place < 0 ? [] : rows.splice(place, 1);
    if (pivot === undefined) continue;
    for (const row of rows) {
      if (((row.effect >>> bit) & 1) === 0) continue;
      row.effect = (row.effect ^ pivot.effect) >>> 0;
      row.bits = (row.bits ^ pivot.bits) >>> 0;
    }
    if (((left >>> bit) & 1) === 0) continue;
    left = (left ^ pivot.effect) >>> 0;
    suffix = (suffix ^ pivot.bits) >>> 0;
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(suffix);
  return bytes;
}

export const sumClass: VariantClass = { id: "crc", title: "CRC-32", constructs: [wrongSums, collisions] };
