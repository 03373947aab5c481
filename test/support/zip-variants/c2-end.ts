import { forgeZip } from "../hostile-zip.ts";
import { grid, hexed, le, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const END_BYTES = 22;

const comments: Construct = {
  name: "a comment, or only its length",
  readings: ["a zip with a comment", "a cut zip, or the end record somewhere else"],
  *zips(random) {
    const entries = [stored("t/a", random.text("abc ", 20)), stored("t/b", random.text("xyz ", 20))];
    for (const { length, claim } of grid({
      length: [0, 1, 21, 22, 100, 255],
      claim: ["true", "less", "more", "zero", "max"] as const,
    })) {
      const claims = { true: length, less: Math.max(0, length - 1), more: length + 1, zero: 0, max: 0xffff };
      if (length === 0 && claim !== "more" && claim !== "max") continue;
      const comment = Buffer.from(random.text("abc ", length));
      yield [
        `${length} bytes, length ${claim}`,
        forgeZip(entries, { end: { comment, commentLength: claims[claim] } }),
      ];
    }
  },
};

function endOf(zip: Buffer): Buffer {
  return zip.subarray(zip.byteLength - END_BYTES);
}

function withComment(zip: Buffer, comment: Buffer, length = comment.byteLength): Buffer {
  return Buffer.concat([zip.subarray(0, -2), le(length, 2), comment]);
}

const twoZips: Construct = {
  name: "two or three end records",
  readings: ["the first zip", "the last zip"],
  *zips(random) {
    const zips = ["t/a", "t/b", "t/c"].map((name) => forgeZip([stored(name, random.text("abc ", 20))]));
    const [a, b, c] = zips as [Buffer, Buffer, Buffer];
    yield ["one after the other", Buffer.concat([a, b])];
    yield ["three after each other", Buffer.concat([a, b, c])];
    yield ["the second in the comment of the first", withComment(a, b)];
    yield [
      "the third in the comment of the second in the comment of the first",
      withComment(a, withComment(b, c)),
    ];
    yield ["the second behind a comment that is not announced", withComment(a, b, 0)];
    yield ["the second behind a comment that is cut", withComment(a, b, b.byteLength - END_BYTES)];
    yield ["the second behind a comment that is too long", withComment(a, b, b.byteLength + 1)];
    yield ["the end record twice", Buffer.concat([a, endOf(a)])];
    yield [
      "an empty end record behind",
      Buffer.concat([a, Buffer.from("504b0506", "hex"), Buffer.alloc(18)]),
    ];
    yield [
      "an empty end record before",
      Buffer.concat([Buffer.from("504b0506", "hex"), Buffer.alloc(18), a]),
    ];
    yield ["a signature alone behind", Buffer.concat([a, Buffer.from("504b0506", "hex")])];
    yield ["a signature alone in the comment", withComment(a, Buffer.from("504b0506", "hex"))];
    yield [
      "three, with comments that end together",
      Buffer.concat([withComment(a, withComment(b, c)), Buffer.alloc(0)]),
    ];
    yield [
      "a zip of 64 KiB of comment before another end record",
      Buffer.concat([withComment(a, Buffer.alloc(0xffff, 0x20)), b]),
    ];
    yield [
      "an end record further back than a comment reaches",
      Buffer.concat([a, Buffer.alloc(0x1_0010, 0x20)]),
    ];
  },
};

const inside: Construct = {
  name: "an end record inside of a field",
  readings: ["the last 22 bytes", "a record that begins inside of another one"],
  *zips(random) {
    const signature = 0x06054b50;
    const content = random.text("abc ", 20);
    yield [
      "in the size of the directory",
      forgeZip([stored("t/a", content)], { end: { centralSize: signature } }),
    ];
    yield [
      "in the offset of the directory",
      forgeZip([stored("t/a", content)], { end: { centralOffset: signature } }),
    ];
    yield [
      "over both counts",
      forgeZip([stored("t/a", content)], { end: { countHere: 0x4b50, count: 0x0605 } }),
    ];
    yield [
      "over both disks",
      forgeZip([stored("t/a", content)], { end: { disk: 0x4b50, centralDisk: 0x0605 } }),
    ];
    const whole = forgeZip([stored("t/fake", content)]);
    yield ["in the comment of a file", forgeZip([stored("t/a", content, { central: { comment: whole } })])];
    yield ["in the name of a file", forgeZip([stored("t/PK\x05\x06", content)])];
    // The comment of the fake record reaches to the end of the file.
    const rest = 46 + "t/a".length + END_BYTES;
    const fake = Buffer.concat([whole.subarray(0, -2), le(rest, 2)]);
    yield ["in stored data, with a comment that ends with the file", forgeZip([stored("t/a", fake)])];
  },
};

const nested: Construct = {
  name: "a whole zip in stored data",
  kind: "sound",
  readings: ["the zip around it", "the same: the last end record is the end of the file"],
  *zips(random) {
    const inner = forgeZip([stored("t/inner", random.text("abc ", 20))]);
    yield ["alone", forgeZip([stored("t/a", inner)])];
    yield ["last of two", forgeZip([stored("t/a", "a"), stored("t/b.zip", inner)])];
  },
};

const cut: Construct = {
  name: "no whole end record",
  readings: ["nothing", "the files that a reader from the start meets"],
  *zips(random) {
    const zip = forgeZip([stored("t/a", random.text("abc ", 20)), stored("t/b", random.text("xyz ", 20))]);
    for (const missing of [1, 2, 4, 10, 18, 21, 22, 23, 60, 120, zip.byteLength - 4]) {
      yield [`${missing} bytes are missing`, zip.subarray(0, zip.byteLength - missing)];
    }
    for (const place of [0, 1, 2, 3]) {
      const broken = Buffer.from(zip);
      const at = zip.byteLength - END_BYTES + place;
      broken[at] = (broken[at] ?? 0) ^ 0x20;
      yield [`signature with another byte ${place + 1} (${hexed(broken[at] ?? 0)})`, broken];
    }
  },
};

export const c2: VariantClass = {
  id: "c2",
  title: "which end record counts",
  constructs: [comments, twoZips, inside, cut, nested],
};
