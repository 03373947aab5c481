import { crc32 } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import type { Random } from "../random.ts";
import { deflated, descriptor, grid, spelled, stored } from "./pieces.ts";
import { zip64Sizes } from "./a2-zip64.ts";
import type { Construct, VariantClass, NamedZip } from "./variant.ts";

/** How a size can lie, given the true one. */
const CLAIMS: Readonly<Record<string, (size: number) => number>> = {
  true: (size) => size,
  less: (size) => size - 1,
  more: (size) => size + 1,
  zero: () => 0,
  next: (size) => size + 60,
  max: () => 0xffff_ffff,
};
type Claim = "true" | "less" | "more" | "zero" | "next" | "max";
const ALL_CLAIMS: readonly Claim[] = ["true", "less", "more", "zero", "next", "max"];

function claimed(claim: Claim, size: number): number {
  return CLAIMS[claim]?.(size) ?? size;
}

interface Pair {
  readonly entry: ForgedEntry;
  readonly packed: number;
  readonly size: number;
  readonly next: ForgedEntry;
}

/** A first file to lie about, and a second one whose records a wrong size runs into. */
function pair(method: number, random: Random): Pair {
  const make = method === 0 ? stored : deflated;
  const content = random.text("abcdef ", 24);
  const entry = make("t/a", content);
  const packed = entry.data?.byteLength ?? content.length;
  return { entry, packed, size: content.length, next: make("t/b", random.text("xyz ", 80)) };
}

const fourSizes: Construct = {
  name: "sizes of the two headers",
  readings: ["the size in the local header ends the data", "the size in the central header does"],
  *zips(random) {
    for (const method of [0, 8]) {
      const { entry, packed, size, next } = pair(method, random);
      const axes = { localPacked: ALL_CLAIMS, localSize: ALL_CLAIMS, packed: ALL_CLAIMS, size: ALL_CLAIMS };
      for (const claims of grid(axes)) {
        if (Object.values(claims).every((claim) => claim === "true")) continue;
        const local = {
          compressedSize: claimed(claims.localPacked, packed),
          size: claimed(claims.localSize, size),
        };
        const central = { compressedSize: claimed(claims.packed, packed), size: claimed(claims.size, size) };
        yield [`method=${method} ${spelled(claims)}`, forgeZip([{ ...entry, local, central }, next])];
      }
    }
  },
};

const checksums: Construct = {
  name: "CRC-32 of the two headers",
  readings: ["damaged, and left out", "content whose CRC-32 nobody compared"],
  *zips(random) {
    const values = { true: undefined, zero: 0, other: random.next(), max: 0xffff_ffff };
    const names = ["true", "zero", "other", "max"] as const;
    for (const method of [0, 8]) {
      const { entry } = pair(method, random);
      for (const claims of grid({ local: names, central: names })) {
        if (claims.local === "true" && claims.central === "true") continue;
        const [local, central] = [values[claims.local], values[claims.central]];
        const changes = {
          ...(local === undefined ? {} : { local: { crc32: local } }),
          ...(central === undefined ? {} : { central: { crc32: central } }),
        };
        yield [`method=${method} ${spelled(claims)}`, forgeZip([{ ...entry, ...changes }])];
      }
    }
  },
};

const FLAGGED = ["both", "local", "central", "neither"] as const;
const FORMS = [
  { signature: true, wide: false },
  { signature: false, wide: false },
  { signature: true, wide: true },
  { signature: false, wide: true },
] as const;
const SOME_CLAIMS: readonly Claim[] = ["true", "less", "zero", "next"];

const descriptors: Construct = {
  name: "data descriptor",
  readings: ["sizes from the descriptor behind the data", "sizes from the central header"],
  *zips(random) {
    for (const method of [0, 8]) {
      const { entry, packed, size, next } = pair(method, random);
      const crc = crc32(Buffer.from(entry.content ?? ""));
      const axes = {
        flag: FLAGGED,
        form: FORMS,
        packed: SOME_CLAIMS,
        size: SOME_CLAIMS,
        local: ["zero", "true"],
      } as const;
      for (const claims of grid(axes)) {
        const after = descriptor(
          claims.form,
          crc,
          claimed(claims.packed, packed),
          claimed(claims.size, size),
        );
        const emptied = claims.local === "zero" ? { crc32: 0, compressedSize: 0, size: 0 } : {};
        const changed = withFlag({ ...entry, after }, claims.flag, emptied);
        if (isWellFormed(claims)) continue;
        yield [`method=${method} ${spelled(claims)}`, forgeZip([changed, next])];
      }
    }
  },
};

/** A deflated file that was streamed as APPNOTE says; readers agree, and cavra has no use for it. */
const soundDescriptor: Construct = {
  name: "data descriptor, as streaming writers make it",
  kind: "foreign",
  readings: ["the file", "the file: both headers, the descriptor and the stream agree"],
  *zips(random) {
    for (const form of FORMS) {
      const { entry, packed, size, next } = pair(8, random);
      const after = descriptor(form, crc32(Buffer.from(entry.content ?? "")), packed, size);
      const changed = withFlag({ ...entry, after }, "both", { crc32: 0, compressedSize: 0, size: 0 });
      yield [spelled({ ...form }), forgeZip([changed, next])];
    }
  },
};

function isWellFormed(claims: {
  readonly flag: string;
  readonly packed: Claim;
  readonly size: Claim;
}): boolean {
  return claims.flag === "both" && claims.packed === "true" && claims.size === "true";
}

function withFlag(entry: ForgedEntry, flag: (typeof FLAGGED)[number], emptied: object): ForgedEntry {
  const isLocal = flag === "both" || flag === "local";
  const isCentral = flag === "both" || flag === "central";
  return {
    ...entry,
    local: { flags: isLocal ? 8 : 0, ...emptied },
    central: { flags: isCentral ? 8 : 0 },
  };
}

const missingDescriptor: Construct = {
  name: "data descriptor that is announced and missing, doubled or displaced",
  readings: ["the next bytes are the descriptor", "there is none"],
  *zips(random) {
    for (const method of [0, 8]) {
      const { entry, packed, size, next } = pair(method, random);
      const whole = descriptor(
        { signature: true, wide: false },
        crc32(Buffer.from(entry.content ?? "")),
        packed,
        size,
      );
      const displaced: readonly NamedZip[] = [
        ["missing", Buffer.alloc(0)],
        ["doubled", Buffer.concat([whole, whole])],
        ["after a byte", Buffer.concat([Buffer.from("x"), whole])],
        ["cut to its signature", whole.subarray(0, 4)],
        ["cut by one byte", whole.subarray(0, 15)],
        ["followed by a byte", Buffer.concat([whole, Buffer.from("x")])],
      ];
      for (const [name, after] of displaced) {
        for (const local of [{}, { crc32: 0, compressedSize: 0, size: 0 }]) {
          const isEmpty = "size" in local ? "empty" : "full";
          yield [
            `method=${method} ${name}, ${isEmpty} local header`,
            forgeZip([withFlag({ ...entry, after }, "both", local), next]),
          ];
        }
      }
    }
  },
};

export const a2: VariantClass = {
  id: "a2",
  title: "sizes and CRC-32 differ between headers, descriptor, zip64 extra field and data",
  constructs: [fourSizes, checksums, descriptors, missingDescriptor, soundDescriptor, ...zip64Sizes],
};
