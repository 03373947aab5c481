import { forgeZip } from "../hostile-zip.ts";
import { deflated, extraRecord, grid, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const FILLERS: Readonly<Record<string, Buffer>> = {
  "a zero": Buffer.alloc(1),
  "a kilobyte of zeros": Buffer.alloc(1024),
  text: Buffer.from("hidden text"),
  "a program": Buffer.from("\x7fELF\x02\x01\x01", "latin1"),
  "a signature of nothing": Buffer.from("PK\x09\x0a", "latin1"),
  "an archive extra data record": Buffer.from("504b060800000000", "hex"),
  "a digital signature": Buffer.from("504b05050000", "hex"),
};
const PLACES = ["before", "between", "before the directory", "in the directory", "after"] as const;

const gaps: Construct = {
  name: "bytes that belong to no record",
  readings: ["nothing", "data that travels along, or other records"],
  *zips(random) {
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    for (const { filler, place } of grid({ filler: Object.keys(FILLERS), place: PLACES })) {
      const bytes = FILLERS[filler] ?? Buffer.alloc(1);
      const entries = [
        stored("t/a", x, place === "before" ? { before: bytes } : {}),
        stored("t/b", y, place === "between" ? { before: bytes } : {}),
      ];
      const zip = {
        ...(place === "before the directory" ? { beforeCentral: bytes } : {}),
        ...(place === "in the directory" ? { beforeEnd: bytes } : {}),
        ...(place === "after" ? { after: bytes } : {}),
      };
      yield [`${filler} ${place}`, forgeZip(entries, zip)];
    }
    for (const padding of [1, 4, 63]) {
      yield [
        `${padding} bytes behind the data, in the local extra field of the next file`,
        forgeZip([stored("t/a", x), stored("t/b", y, { local: { extra: Buffer.alloc(padding) } })]),
      ];
    }
  },
};

export const gapClass: VariantClass = {
  id: "gap",
  title: "bytes before, between and after the records",
  constructs: [gaps],
};

const inner = (content: string): Buffer => forgeZip([stored("u/inner", content)]);

const nested: Construct = {
  name: "an archive in the zip",
  kind: "sound",
  readings: ["a file that happens to be an archive", "the same: verifying never opens it"],
  *zips(random) {
    const zip = inner(random.text("abc ", 20));
    for (const { name, method } of grid({ name: ["a.zip", "a.jar", "a.whl", "a.txt"], method: [0, 8] })) {
      yield [
        `${name}, method ${method}`,
        forgeZip([method === 0 ? stored(`t/${name}`, zip) : deflated(`t/${name}`, zip)]),
      ];
    }
    const deep = [1, 2, 3].reduce((bytes) => forgeZip([stored("u/a.zip", bytes)]), zip);
    yield ["four deep", forgeZip([stored("t/a.zip", deep)])];
  },
};

export const nestedClass: VariantClass = { id: "nested", title: "archives in the zip", constructs: [nested] };

const names = ["t/a", "t/b", "t/c"] as const;

const order: Construct = {
  name: "order of files",
  kind: "foreign",
  readings: ["the same files", "the same files: only cavra's own zips are sorted"],
  *zips(random) {
    const [a, b, c] = names.map((name) => stored(name, random.text("abc ", 20)));
    if (a === undefined || b === undefined || c === undefined) return;
    for (const entries of [
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      yield [entries.map(({ name }) => name).join(" "), forgeZip(entries)];
    }
  },
};

const otherOrder: Construct = {
  name: "the directory in another order than the files",
  readings: ["the order of the records", "the order of the directory, with the last of two that collide"],
  *zips(random) {
    for (const count of [2, 3]) {
      const entries = names.slice(0, count).map((name) => stored(name, random.text("abc ", 20)));
      yield [`${count} files, directory reversed`, forgeZip(entries, { centralOrder: "reversed" })];
      yield [`${count} files, files reversed`, forgeZip(entries.toReversed(), { centralOrder: "reversed" })];
    }
  },
};

const tops: Construct = {
  name: "no single top folder",
  kind: "foreign",
  readings: ["the same files", "the same files: they would land beside the folder that a person expects"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const list of [["t/a", "u/b"], ["a", "t/b"], ["a"], ["a", "b"], ["t/a", "t0/b"]]) {
      yield [list.join(" "), forgeZip(list.map((name) => stored(name, content)))];
    }
  },
};

export const orderClass: VariantClass = {
  id: "order",
  title: "order of files, top folder",
  constructs: [otherOrder, order, tops],
};

const KNOWN_EXTRAS: readonly (readonly [name: string, id: number, data: string])[] = [
  ["Unix times", 0x5455, "0100000000"],
  ["Unix owner", 0x7875, "0104e803000004e8030000"],
  ["NTFS times", 0x000a, `0000000001001800${"00".repeat(24)}`],
];

const timesAndOwners: Construct = {
  name: "times and owners, as other tools write them",
  kind: "foreign",
  readings: ["the file", "the file: such records name neither files nor sizes"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const [name, id, data] of KNOWN_EXTRAS) {
      const extra = extraRecord(id, Buffer.from(data, "hex"));
      yield [name, forgeZip([stored("t/a", content, { local: { extra }, central: { extra } })])];
    }
  },
};

const EXTRA_IDS = [
  0x0000, 0x0007, 0x0009, 0x000c, 0x000d, 0x000e, 0x0014, 0x0017, 0x0019, 0x0065, 0x07c8, 0x4704, 0x5356,
  0x5855, 0x6375, 0x6542, 0x7855, 0x9901, 0xa11e, 0xa220, 0xcafe, 0xfb4a, 0xffff,
];

const extras: Construct = {
  name: "other extra fields",
  readings: [
    "bytes without a meaning",
    "a name, a size, a link, a key or a place that some tool takes from them",
  ],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { id, where } of grid({ id: EXTRA_IDS, where: ["local", "central", "both"] })) {
      const extra = extraRecord(id, Buffer.from("data"));
      const entry = stored("t/a", content, {
        ...(where === "central" ? {} : { local: { extra } }),
        ...(where === "local" ? {} : { central: { extra } }),
      });
      yield [`0x${id.toString(16)} ${where}`, forgeZip([entry])];
    }
    for (const hex of ["00", "0000", "000000", "5554", "55540500", "5554ffff00", "010000"]) {
      for (const header of ["local", "central"]) {
        yield [
          `broken ${hex} ${header}`,
          forgeZip([stored("t/a", content, { [header]: { extra: Buffer.from(hex, "hex") } })]),
        ];
      }
    }
  },
};

export const extraClass: VariantClass = {
  id: "extra",
  title: "extra fields",
  constructs: [extras, timesAndOwners],
};
