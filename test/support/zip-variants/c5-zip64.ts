import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { grid, le, spelled, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

interface Zip64End {
  readonly count: number;
  readonly centralSize: number;
  readonly centralOffset: number;
  /** What the record says of its own size; 44 when it has no data of its own. */
  readonly size?: number;
  readonly data?: Buffer;
}

/** Zip64 end of central directory record (APPNOTE 4.3.14). */
function zip64End({
  count,
  centralSize,
  centralOffset,
  data = Buffer.alloc(0),
  size = 44 + data.byteLength,
}: Zip64End): Buffer {
  const fields = [
    le(size, 8),
    le(0x032d, 2),
    le(45, 2),
    le(0, 4),
    le(0, 4),
    le(count, 8),
    le(count, 8),
    le(centralSize, 8),
    le(centralOffset, 8),
  ];
  return Buffer.concat([le(0x06064b50, 4), ...fields, data]);
}

/** Its locator (APPNOTE 4.3.15). */
function locator(offset: number | bigint, disks = 1): Buffer {
  return Buffer.concat([le(0x07064b50, 4), le(0, 4), le(offset, 8), le(disks, 4)]);
}

interface Base {
  readonly entries: readonly ForgedEntry[];
  /** What is true of the directory. */
  readonly truth: Zip64End;
  /** Where the bytes before the end record begin. */
  readonly endOffset: number;
}

function base(content: string): Base {
  const entries = [stored("t/a", content), stored("t/b", content)];
  const centralOffset = 2 * (33 + content.length);
  const centralSize = 2 * 49;
  return { entries, truth: { count: 2, centralSize, centralOffset }, endOffset: centralOffset + centralSize };
}

const ESCAPES = {
  none: {},
  count: { count: 0xffff, countHere: 0xffff },
  size: { centralSize: 0xffff_ffff },
  offset: { centralOffset: 0xffff_ffff },
  all: { count: 0xffff, countHere: 0xffff, centralSize: 0xffff_ffff, centralOffset: 0xffff_ffff },
} as const;

const values: Construct = {
  name: "zip64 end record with other values",
  readings: ["the values of the end record", "the values of the zip64 end record"],
  *zips(random) {
    const { entries, truth, endOffset } = base(random.text("abc ", 20));
    const others = {
      true: truth,
      "one file": { ...truth, count: 1, centralSize: 49 },
      "no file": { ...truth, count: 0, centralSize: 0 },
      "other offset": { ...truth, centralOffset: truth.centralOffset + 49 },
    };
    const axes = {
      escape: Object.keys(ESCAPES) as (keyof typeof ESCAPES)[],
      values: Object.keys(others) as (keyof typeof others)[],
    };
    for (const { escape, values: which } of grid(axes)) {
      const beforeEnd = Buffer.concat([zip64End(others[which]), locator(endOffset)]);
      yield [`escaped: ${escape}, values: ${which}`, forgeZip(entries, { beforeEnd, end: ESCAPES[escape] })];
    }
  },
};

const places: Construct = {
  name: "zip64 end record and locator that are missing, displaced or doubled",
  readings: ["the record at the offset of the locator", "the record right before the locator, or none"],
  *zips(random) {
    const { entries, truth, endOffset } = base(random.text("abc ", 20));
    const record = zip64End(truth);
    const other = zip64End({ ...truth, count: 1, centralSize: 49 });
    const gap = Buffer.from("gap!");
    const tails: Readonly<Record<string, Buffer>> = {
      "record alone": record,
      "locator alone": locator(endOffset),
      "locator first": Buffer.concat([locator(endOffset + 20), record]),
      "two records, the first named": Buffer.concat([record, other, locator(endOffset)]),
      "two records, the second named": Buffer.concat([record, other, locator(endOffset + 56)]),
      "two locators, alike": Buffer.concat([record, locator(endOffset), locator(endOffset)]),
      "two locators, the last one wrong": Buffer.concat([record, locator(endOffset), locator(0)]),
      "two records and two locators": Buffer.concat([
        record,
        locator(endOffset),
        other,
        locator(endOffset + 76),
      ]),
      "gap before the record": Buffer.concat([gap, record, locator(endOffset + 4)]),
      "gap before the locator": Buffer.concat([record, gap, locator(endOffset)]),
      "gap after the locator": Buffer.concat([record, locator(endOffset), gap]),
      "locator to the start": Buffer.concat([record, locator(0)]),
      "locator one byte off": Buffer.concat([record, locator(endOffset + 1)]),
      "locator beyond the file": Buffer.concat([record, locator(2 ** 40)]),
      "locator with a negative offset": Buffer.concat([record, locator(-1n)]),
      "locator to itself": Buffer.concat([record, locator(endOffset + 56)]),
      "no disks": Buffer.concat([record, locator(endOffset, 0)]),
      "two disks": Buffer.concat([record, locator(endOffset, 2)]),
    };
    for (const { tail, escape } of grid({ tail: Object.keys(tails), escape: ["none", "all"] as const })) {
      const beforeEnd = tails[tail] ?? gap;
      yield [`${tail}, escaped: ${escape}`, forgeZip(entries, { beforeEnd, end: ESCAPES[escape] })];
    }
  },
};

const extensible: Construct = {
  name: "zip64 end record with data of its own, or another size",
  readings: ["a record of 56 bytes", "a record as long as it says"],
  *zips(random) {
    const { entries, truth, endOffset } = base(random.text("abc ", 20));
    const inner = zip64End({ ...truth, count: 1, centralSize: 49 });
    const forms: Readonly<Record<string, Partial<Zip64End>>> = {
      "size 43": { size: 43 },
      "size 45": { size: 45 },
      "size 0": { size: 0 },
      "a huge size": { size: 2 ** 40 },
      "4 bytes of data": { data: Buffer.from("data") },
      "4 bytes of data that are not counted": { data: Buffer.from("data"), size: 44 },
      "another record as data": { data: inner },
      "another record as data, not counted": { data: inner, size: 44 },
    };
    for (const { form, escape } of grid({ form: Object.keys(forms), escape: ["none", "all"] as const })) {
      const beforeEnd = Buffer.concat([zip64End({ ...truth, ...forms[form] }), locator(endOffset)]);
      yield [`${form}, escaped: ${escape}`, forgeZip(entries, { beforeEnd, end: ESCAPES[escape] })];
    }
  },
};

const bare: Construct = {
  name: "fields at their maximum without zip64 records",
  readings: ["zip64, and damaged", "the values as they stand"],
  *zips(random) {
    const { entries } = base(random.text("abc ", 20));
    const axes = {
      count: [2, 0xffff],
      countHere: [2, 0xffff],
      centralSize: [98, 0xffff_ffff],
      centralOffset: [106, 0xffff_ffff],
    };
    for (const end of grid(axes)) {
      if (Object.values(end).every((value) => value < 0xffff)) continue;
      yield [spelled(end), forgeZip(entries, { end })];
    }
  },
};

/** The tail of the last directory entry looks like a locator: its offset holds the signature, its name the rest. */
const disguised: Construct = {
  name: "a locator made of the last directory entry",
  readings: ["the tail of a name", "a zip64 locator"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const extra of [0, 1]) {
      const name = "t/" + "a".repeat(14 + extra);
      const entry = stored(name, content, { central: { offset: 0x07064b50 } });
      yield [`name of ${name.length} bytes, offset`, forgeZip([entry])];
      const comment = locator(0);
      yield [
        `in the comment of a file, ${extra} bytes before`,
        forgeZip([
          stored("t/a", content, { central: { comment: Buffer.concat([Buffer.alloc(extra), comment]) } }),
        ]),
      ];
    }
  },
};

export const c5: VariantClass = {
  id: "c5",
  title: "zip64 end record and locator",
  constructs: [values, places, extensible, bare, disguised],
};
