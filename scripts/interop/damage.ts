import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../../test/support/hostile-zip.ts";
import { handmadeDeflate } from "./handmade-deflate.ts";
import type { Random } from "../../test/support/random.ts";

/** Of our reader. `refused`: always. `alike`: what it accepts, every tool accepts and reads as it does. */
export type Demand = "refused" | "alike";

export interface DamageClass {
  readonly name: string;
  readonly demand: Demand;
  make(random: Random): Buffer;
}

const WORDS = "abcdefgh \n";

export const damageClasses: readonly DamageClass[] = [
  { name: "one bit flipped", demand: "alike", make: withFlippedBit },
  { name: "some bytes replaced", demand: "alike", make: withReplacedBytes },
  { name: "bytes cut out", demand: "refused", make: withoutSomeBytes },
  { name: "bytes put in", demand: "refused", make: withMoreBytes },
  { name: "cut off", demand: "refused", make: (random) => cutOff(soundZip(random), random) },
  { name: "two zips in one", demand: "refused", make: twoZips },
  { name: "one field, alike in both headers", demand: "alike", make: withOddField },
  { name: "odd but sound deflate", demand: "alike", make: oddDeflate },
  { name: "deflate header bits flipped, sums renewed", demand: "alike", make: mutatedDeflate },
  { name: "deflate data bits flipped, sums renewed", demand: "alike", make: mutatedDeflateData },
  { name: "hand-made deflate that zlib reads", demand: "alike", make: handmade },
];

function soundEntries(random: Random): readonly ForgedEntry[] {
  const method = random.once(3) ? 0 : 8;
  return Array.from({ length: random.between(1, 4) }, (_, place) => ({
    name: `t/${place}${random.text("abc", random.below(6))}`,
    content: random.text(WORDS, random.between(1, 200)),
    method,
    ...(random.once(3) ? { central: { external: 0x81ed0020 } } : {}),
  }));
}

function soundZip(random: Random): Buffer {
  return forgeZip(soundEntries(random));
}

function withFlippedBit(random: Random): Buffer {
  const bytes = soundZip(random);
  return flipped(bytes, random.below(bytes.byteLength * 8));
}

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return changed;
}

function withReplacedBytes(random: Random): Buffer {
  const bytes = soundZip(random);
  const size = random.pick([1, 2, 4]);
  const value = random.pick([0, 1, 0xff, 0x7fff_ffff, 0xffff_ffff, 0x04034b50, 0x06054b50, random.next()]);
  const piece = Buffer.alloc(4);
  piece.writeUInt32LE(value);
  piece.copy(bytes, random.below(bytes.byteLength - size), 0, size);
  return bytes;
}

function withoutSomeBytes(random: Random): Buffer {
  const bytes = soundZip(random);
  const start = random.below(bytes.byteLength);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + random.between(1, 30))]);
}

function withMoreBytes(random: Random): Buffer {
  const bytes = soundZip(random);
  const place = random.below(bytes.byteLength + 1);
  const size = random.between(1, 30);
  return Buffer.concat([bytes.subarray(0, place), random.bytes(size), bytes.subarray(place)]);
}

function cutOff(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.byteLength));
}

function twoZips(random: Random): Buffer {
  const [first, second] = [soundZip(random), soundZip(random)];
  const start = random.once(2) ? first : cutOff(first, random);
  return Buffer.concat([start, random.bytes(random.pick([0, 0, 7])), second]);
}

function withOddField(random: Random): Buffer {
  const [first, ...others] = soundEntries(random);
  if (first === undefined) throw new Error("no entries");
  const field = random.pick(["need", "flags", "method", "time", "date", "crc32", "compressedSize", "size"]);
  const value = field === "crc32" || field.endsWith("ize") ? random.below(2000) : random.below(0x1_0000);
  return forgeZip([{ ...first, both: { [field]: value } }, ...others]);
}

function oddDeflate(random: Random): Buffer {
  const content = random.once(2)
    ? random.bytes(random.between(1, 2000))
    : Buffer.from(random.text("ab", random.between(1, 4000)));
  const options = {
    level: random.below(10),
    memLevel: random.between(1, 9),
    windowBits: random.between(9, 15),
    strategy: random.pick([
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FILTERED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
      constants.Z_FIXED,
    ]),
  };
  const data = deflateRawSync(content, options);
  // Empty blocks in front: stored, as a flush leaves them, up to some thousand bytes of nothing.
  const flushes = random.once(2) ? random.below(300) : 0;
  const empty = Buffer.alloc(flushes * 5, Buffer.from("000000ffff", "hex"));
  return forgeZip([{ name: "t/odd", content, data: Buffer.concat([empty, data]), method: 8 }]);
}

function mutatedDeflate(random: Random): Buffer {
  return mutated(random, (sizeBytes) => Math.min(sizeBytes, 60));
}

function mutatedDeflateData(random: Random): Buffer {
  return mutated(random, (sizeBytes) => sizeBytes);
}

/** A stream that zlib still reads after some bits of it changed; what it reads becomes the content of the file. */
function mutated(random: Random, reach: (sizeBytes: number) => number): Buffer {
  for (let attempt = 0; attempt < 5000; attempt += 1) {
    let data: Buffer = deflateRawSync(
      random.text(random.pick(["ab", "abcdefgh", WORDS]), random.between(20, 600)),
    );
    const bits = reach(data.byteLength) * 8;
    for (let count = random.between(1, 4); count > 0; count -= 1) data = flipped(data, random.below(bits));
    const content = inflatedWhole(data);
    if (content !== undefined && content.byteLength > 0)
      return forgeZip([{ name: "t/a", content, data, method: 8 }]);
  }
  return soundZip(random);
}

function handmade(random: Random): Buffer {
  for (let attempt = 0; attempt < 5000; attempt += 1) {
    const data = handmadeDeflate(random);
    const content = inflatedWhole(data);
    if (content !== undefined && content.byteLength > 0)
      return forgeZip([{ name: "t/a", content, data, method: 8 }]);
  }
  return soundZip(random);
}

function inflatedWhole(data: Buffer): Buffer | undefined {
  try {
    const answer = inflateRawSync(data, { info: true, maxOutputLength: 200_000 }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return answer.engine.bytesWritten === data.byteLength ? answer.buffer : undefined;
  } catch {
    return undefined;
  }
}
