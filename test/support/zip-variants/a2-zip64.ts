import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { deflated, extraRecord, grid, le, spelled, stored, zip64Extra } from "./pieces.ts";
import type { Construct } from "./variant.ts";

const ESCAPE = 0xffff_ffff;
const PLACES = ["local", "central", "both"] as const;
/** Which of the two sizes say "look in the extra field". */
const ESCAPED = ["neither", "packed", "size", "both"] as const;

function escaped(which: (typeof ESCAPED)[number]): { compressedSize?: number; size?: number } {
  return {
    ...(which === "packed" || which === "both" ? { compressedSize: ESCAPE } : {}),
    ...(which === "size" || which === "both" ? { size: ESCAPE } : {}),
  };
}

function placed(entry: ForgedEntry, place: (typeof PLACES)[number], changes: object): ForgedEntry {
  return {
    ...entry,
    ...(place === "central" ? {} : { local: changes }),
    ...(place === "local" ? {} : { central: changes }),
  };
}

const zip64Values: Construct = {
  name: "zip64 extra field with sizes",
  readings: ["the sizes of the header", "the sizes of the extra field"],
  *zips(random) {
    const content = random.text("abcdef ", 24);
    const nextContent = random.text("xyz ", 80);
    const values = ["true", "less", "next", "huge", "negative"] as const;
    for (const { method, ...axes } of grid({
      method: [0, 8],
      place: PLACES,
      escaped: ESCAPED,
      packed: values,
      size: values,
    })) {
      const make = method === 0 ? stored : deflated;
      const entry = make("t/a", content);
      const packed = entry.data?.byteLength ?? content.length;
      const extra = zip64Extra(valueOf(axes.size, content.length), valueOf(axes.packed, packed));
      const zip = forgeZip([
        placed(entry, axes.place, { extra, ...escaped(axes.escaped) }),
        make("t/b", nextContent),
      ]);
      yield [`method=${method} ${spelled(axes)}`, zip];
    }
  },
};

function valueOf(value: "true" | "less" | "next" | "huge" | "negative", size: number): bigint {
  const values = {
    true: BigInt(size),
    less: BigInt(size - 1),
    next: BigInt(size + 60),
    huge: BigInt(size) + (1n << 32n),
    negative: -1n,
  };
  return values[value];
}

const zip64Lengths: Construct = {
  name: "zip64 extra field that is too short, too long or doubled",
  readings: ["the first values that fit", "the last, or none"],
  *zips(random) {
    const content = random.text("abcdef ", 24);
    const size = content.length;
    const [right, wrong] = [zip64Extra(size, size), zip64Extra(size - 2, size - 2)];
    const forms: readonly (readonly [string, Buffer])[] = [
      ["empty", extraRecord(1)],
      ["one value", zip64Extra(size)],
      ["half a value", extraRecord(1, le(size, 4))],
      ["with offset", zip64Extra(size, size, 0)],
      ["with other offset", zip64Extra(size, size, 7)],
      ["with offset and disk", extraRecord(1, le(size, 8), le(size, 8), le(0, 8), le(0, 4))],
      ["one byte too many", extraRecord(1, le(size, 8), le(size, 8), le(0, 1))],
      ["right, then wrong", Buffer.concat([right, wrong])],
      ["wrong, then right", Buffer.concat([wrong, right])],
      ["right twice", Buffer.concat([right, right])],
      ["behind another record", Buffer.concat([extraRecord(0xcafe, le(1, 2)), right])],
      ["inside another record", extraRecord(0xcafe, right)],
      ["longer than the field", Buffer.concat([le(1, 2), le(200, 2), le(size, 8), le(size, 8)])],
      ["after a stray byte", Buffer.concat([le(0, 1), right])],
    ];
    for (const { form, place, escaped: which } of grid({ form: forms, place: PLACES, escaped: ESCAPED })) {
      const [name, extra] = form;
      const entry = placed(stored("t/a", content), place, { extra, ...escaped(which) });
      yield [`${name} place=${place} escaped=${which}`, forgeZip([entry])];
    }
  },
};

const zip64Offsets: Construct = {
  name: "zip64 extra field with the place of the local header",
  readings: ["the file at the offset of the header", "the file at the offset of the extra field"],
  *zips(random) {
    const first = stored("t/a", random.text("abc ", 30));
    const second = stored("t/b", random.text("xyz ", 30));
    for (const { target, offset, disk } of grid({
      target: [0, 1, 63, 64, 2 ** 33],
      offset: ["escaped", "true"],
      disk: [0, 0xffff],
    } as const)) {
      const extra = Buffer.concat([le(target, 8), ...(disk === 0 ? [] : [le(0, 4)])]);
      const changes = {
        extra: extraRecord(1, extra),
        disk,
        ...(offset === "escaped" ? { offset: ESCAPE } : {}),
      };
      yield [
        `to ${target}, ${offset} offset, disk ${disk}`,
        forgeZip([first, { ...second, central: changes }]),
      ];
    }
  },
};

export const zip64Sizes: readonly Construct[] = [zip64Values, zip64Lengths, zip64Offsets];
