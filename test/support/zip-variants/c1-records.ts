import { crc32 } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { deflated, descriptor, extraRecord, grid, localOnly, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const leftOut: Construct = {
  name: "a record that only one side knows",
  readings: ["the files of the directory", "the files that a reader from the start meets"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { place, side, method } of grid({
      place: [0, 1, 2],
      side: ["central", "local"] as const,
      method: [0, 8],
    })) {
      const entries = ["t/a", "t/b", "t/c"].map((name) =>
        method === 0 ? stored(name, content) : deflated(name, content),
      );
      const entry = entries[place];
      if (entry !== undefined) entries[place] = { ...entry, leaveOut: side };
      yield [`no ${side} record for file ${place + 1}, method ${method}`, forgeZip(entries)];
    }
    yield ["no local records at all", forgeZip([stored("t/a", "", { leaveOut: "local" })])];
    yield ["no central records at all", forgeZip([stored("t/a", content, { leaveOut: "central" })])];
  },
};

const hidden: Construct = {
  name: "a local record hidden where the directory does not look",
  readings: ["data, a comment or an extra field", "one more file"],
  *zips(random) {
    const fake = localOnly(forgeZip([stored("t/fake", random.text("xyz ", 20))]));
    const content = random.text("abc ", 20);
    const inExtra = extraRecord(0xcafe, fake);
    yield ["before the first file", forgeZip([stored("t/a", content, { before: fake })])];
    yield ["between two files", forgeZip([stored("t/a", content), stored("t/b", content, { before: fake })])];
    yield ["before the directory", forgeZip([stored("t/a", content)], { beforeCentral: fake })];
    yield ["before the end record", forgeZip([stored("t/a", content)], { beforeEnd: fake })];
    yield ["in the comment", forgeZip([stored("t/a", content)], { end: { comment: fake } })];
    yield ["in the comment of a file", forgeZip([stored("t/a", content, { central: { comment: fake } })])];
    yield ["in the local extra field", forgeZip([stored("t/a", content, { local: { extra: inExtra } })])];
    yield ["in the central extra field", forgeZip([stored("t/a", content, { central: { extra: inExtra } })])];
    yield [
      "in both extra fields",
      forgeZip([stored("t/a", content, { local: { extra: inExtra }, central: { extra: inExtra } })]),
    ];
    yield ["after the end", forgeZip([stored("t/a", content)], { after: fake })];
  },
};

const nestedRecord: Construct = {
  name: "a local record inside of stored data",
  kind: "sound",
  readings: ["the data of one file", "the same: its size says where it ends"],
  *zips(random) {
    const fake = localOnly(forgeZip([stored("t/fake", random.text("xyz ", 20))]));
    yield ["alone", forgeZip([stored("t/a", fake)])];
    yield [
      "with text around it",
      forgeZip([stored("t/a", Buffer.concat([Buffer.from("ab"), fake, Buffer.from("cd")]))]),
    ];
    yield ["in the first of two", forgeZip([stored("t/a", fake), stored("t/b", "b")])];
  },
};

const desync: Construct = {
  name: "a reader from the start loses its step",
  readings: ["the files of the directory", "other files, after a size or length that is wrong only there"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const fake = localOnly(forgeZip([stored("t/fake", random.text("xyz ", 20))]));
    for (const { length, field } of grid({
      length: [1, 4, 30, 60],
      field: ["extraLength", "nameLength"] as const,
    })) {
      const first = stored("t/a", content, { local: { [field]: length } });
      yield [`local ${field} of ${length}`, forgeZip([first, stored("t/b", fake)])];
    }
    for (const { size, central } of grid({ size: [0, 10, 40], central: [false, true] })) {
      const both = { compressedSize: size, size };
      const first = stored("t/a", content, central ? { central: both } : { local: both });
      yield [`${central ? "central" : "local"} size of ${size}`, forgeZip([first, stored("t/b", fake)])];
    }
  },
};

const streamed: Construct = {
  name: "a descriptor that data only pretends to be",
  readings: [
    "data up to the first descriptor signature, then other files",
    "data up to the size in the directory",
  ],
  *zips(random) {
    const text = Buffer.from(random.text("abc ", 20));
    const fake = localOnly(forgeZip([stored("t/fake", random.text("xyz ", 20))]));
    for (const { wide, isEmpty, hasCrc } of grid({
      wide: [false, true],
      isEmpty: [true, false],
      hasCrc: [true, false],
    })) {
      const crc = hasCrc ? crc32(text) : 0;
      const inner = Buffer.concat([
        text,
        descriptor({ signature: true, wide }, crc, text.length, text.length),
        fake,
      ]);
      const outer = descriptor({ signature: true, wide: false }, crc32(inner), inner.length, inner.length);
      const local = { flags: 8, ...(isEmpty ? { crc32: 0, compressedSize: 0, size: 0 } : {}) };
      const entry = stored("t/a", inner, { after: outer, local, central: { flags: 8 } });
      yield [
        `${wide ? "wide" : "narrow"} descriptor, ${isEmpty ? "empty" : "full"} header, ${hasCrc ? "right" : "wrong"} CRC-32`,
        forgeZip([entry]),
      ];
    }
  },
};

const overlaps: Construct = {
  name: "two files share bytes",
  readings: ["two files, one of them with records of the other as data", "an error, or only one of them"],
  *zips(random) {
    const content = random.text("abc ", 60);
    const offsets: readonly ForgedEntry[] = [0, 1, 10, 33, 40, 60].map((offset) =>
      stored("t/b", content, { central: { offset } }),
    );
    for (const second of offsets) {
      const at = second.central?.offset ?? 0;
      yield [`second directory entry at ${at}`, forgeZip([stored("t/a", content), second])];
      yield [
        `second directory entry at ${at}, without a local record`,
        forgeZip([stored("t/a", content), { ...second, leaveOut: "local" }]),
      ];
    }
    for (const grow of [1, 30, 63, 93]) {
      const size = content.length + grow;
      const first = stored("t/a", content, { both: { compressedSize: size, size } });
      yield [`first file ${grow} bytes into the second`, forgeZip([first, stored("t/b", content)])];
    }
    yield [
      "data that runs into the directory",
      forgeZip([stored("t/a", content, { both: { compressedSize: 80, size: 80 } })]),
    ];
  },
};

export const c1: VariantClass = {
  id: "c1",
  title: "read from the start or from the directory: hidden, missing, fake and overlapping records",
  constructs: [leftOut, hidden, desync, streamed, overlaps, nestedRecord],
};
