import { forgeZip } from "../hostile-zip.ts";
import { grid, manyEmptyFiles, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const FILES = 3;

const counts: Construct = {
  name: "another number of files",
  readings: ["as many files as the end record says", "as many as the directory holds"],
  *zips(random) {
    const entries = ["t/a", "t/b", "t/c"].map((name) => stored(name, random.text("abc ", 20)));
    const values = [0, 1, 2, 3, 4, 0xffff];
    for (const end of grid({ count: values, countHere: values })) {
      if (end.count === FILES && end.countHere === FILES) continue;
      yield [`${end.count} in all, ${end.countHere} on this disk`, forgeZip(entries, { end })];
    }
  },
};

const sizes: Construct = {
  name: "another size of the directory",
  readings: ["the directory found from its offset", "the directory found from its size"],
  *zips(random) {
    const entries = ["t/a", "t/b", "t/c"].map((name) => stored(name, random.text("abc ", 20)));
    const size = entries.length * (46 + 3);
    for (const change of [-size, -50, -49, -46, -1, 1, 46, 49, 50, 100]) {
      yield [`${change} bytes`, forgeZip(entries, { end: { centralSize: size + change } })];
    }
    yield ["its maximum", forgeZip(entries, { end: { centralSize: 0xffff_ffff } })];
    yield [
      "a file fewer, and its size fits",
      forgeZip(entries, { end: { count: 2, countHere: 2, centralSize: 98 } }),
    ];
  },
};

const inComments: Construct = {
  name: "a directory entry inside of another one",
  readings: ["the files that the end record counts", "one more, from a comment or an extra field"],
  *zips(random) {
    const zip = forgeZip([stored("t/fake", random.text("xyz ", 20))]);
    const central = zip.subarray(zip.indexOf("PK\x01\x02", 0, "latin1"), -22);
    for (const { field, count } of grid({ field: ["comment", "extra"] as const, count: [1, 2] })) {
      const entry = stored("t/a", random.text("abc ", 20), { central: { [field]: central } });
      yield [`in the ${field}, count ${count}`, forgeZip([entry], { end: { count, countHere: count } })];
    }
  },
};

/** 65,537 is 1 modulo 65,536: a reader that trusts the 16 bits sees one file. */
const manyFiles: Construct = {
  name: "more files than 16 bits can count",
  readings: ["1 file", "65,537 files"],
  *zips() {
    yield ["65,537 files, counted as 1", manyEmptyFiles(65_537)];
  },
};

export const c3: VariantClass = {
  id: "c3",
  title: "number of files and size of the directory",
  constructs: [counts, sizes, inComments, manyFiles],
};

const ADJUSTED = ["none", "directory", "files", "both"] as const;

const prefixed: Construct = {
  name: "bytes before the first file",
  readings: ["offsets from the start of the file", "offsets from where the zip seems to begin"],
  *zips(random) {
    const contents = [random.text("abc ", 20), random.text("xyz ", 20)];
    const prefixes: Readonly<Record<string, Buffer>> = {
      "one byte": Buffer.from("x"),
      "a split marker": Buffer.from("PK\x07\x08", "latin1"),
      "a single segment marker": Buffer.from("PK00"),
      "the head of a program": Buffer.from("#!/bin/sh\nexit\n"),
      "a whole zip": forgeZip([stored("t/z", random.text("abc ", 30))]),
      "a thousand zeros": Buffer.alloc(1000),
    };
    for (const { prefix, adjusted } of grid({ prefix: Object.keys(prefixes), adjusted: ADJUSTED })) {
      const before = prefixes[prefix] ?? Buffer.alloc(0);
      const shift = before.byteLength;
      const files = adjusted === "files" || adjusted === "both";
      const directory = adjusted === "directory" || adjusted === "both";
      const recordBytes = contents.map((content) => 30 + 3 + content.length);
      const entries = contents.map((content, place) =>
        stored(place === 0 ? "t/a" : "t/b", content, {
          ...(place === 0 ? { before } : {}),
          central: { offset: (place === 0 ? 0 : (recordBytes[0] ?? 0)) + (files ? shift : 0) },
        }),
      );
      const centralOffset = recordBytes.reduce((sum, size) => sum + size, 0) + (directory ? shift : 0);
      yield [`${prefix}, adjusted: ${adjusted}`, forgeZip(entries, { end: { centralOffset } })];
    }
  },
};

const displaced: Construct = {
  name: "the directory is not where its offset says",
  readings: ["the directory at the offset", "the directory right before the end record"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const decoy = forgeZip([stored("t/z", random.text("xyz ", 20))]);
    for (const centralOffset of [0, 1, 52, 54, 102, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff]) {
      yield [`offset ${centralOffset}`, forgeZip([stored("t/a", content)], { end: { centralOffset } })];
    }
    const central = decoy.subarray(decoy.indexOf("PK\x01\x02", 0, "latin1"), -22);
    const first = stored("t/a", content);
    yield ["another directory in front of it", forgeZip([first], { beforeCentral: central })];
    yield [
      "another directory in front, and the offset of that",
      forgeZip([first], { beforeCentral: central, end: { centralOffset: 53 } }),
    ];
    yield ["another directory behind it", forgeZip([first], { beforeEnd: central })];
  },
};

export const c4: VariantClass = {
  id: "c4",
  title: "offset of the directory, and what stands before the zip",
  constructs: [prefixed, displaced],
};
