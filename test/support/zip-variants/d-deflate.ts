import { crc32, inflateRawSync } from "node:zlib";
import { forgeZip } from "../hostile-zip.ts";
import { BitWriter } from "./bit-writer.ts";
import { alignedDynamic, writeDynamicBlock, type DynamicBlock } from "./dynamic-block.ts";
import { fixedCode, fixedDeflate, storedBlock, writeFixedBlock } from "./deflate-streams.ts";
import { grid, stored } from "./pieces.ts";
import type { Construct, VariantClass, NamedZip } from "./variant.ts";

/** A file with this stream and the size and CRC-32 of this content, whether they fit or not. */
function zipOf(data: Uint8Array, content: Uint8Array): Buffer {
  return forgeZip([{ name: "t/a", content, data, method: 8 }]);
}

const trailing: Construct = {
  name: "bytes after the last block",
  readings: ["the content of the first stream", "that of both, or an error"],
  *zips(random) {
    const content = Buffer.from(random.text("abc ", 20));
    const stream = fixedDeflate(content);
    const tails: Readonly<Record<string, Buffer>> = {
      "a zero": Buffer.alloc(1),
      "100 zeros": Buffer.alloc(100),
      text: Buffer.from("hidden"),
      "a second stream": stream,
      "an empty stream": storedBlock(Buffer.alloc(0)),
      "a gzip stream": Buffer.from("1f8b0800000000000003", "hex"),
      "a local record": forgeZip([stored("t/b", content)]).subarray(0, 53),
    };
    for (const [name, tail] of Object.entries(tails)) {
      yield [name, zipOf(Buffer.concat([stream, tail]), content)];
      yield [`${name}, after stored blocks`, zipOf(Buffer.concat([storedBlock(content), tail]), content)];
    }
    yield [
      "a second stream, and the size of both",
      zipOf(Buffer.concat([stream, stream]), Buffer.concat([content, content])),
    ];
  },
};

const unfinished: Construct = {
  name: "a stream that does not end",
  readings: ["what there is", "an error"],
  *zips(random) {
    const content = Buffer.from(random.text("abc ", 20));
    const stream = fixedDeflate(content);
    for (const missing of [1, 2, 5, stream.byteLength - 1, stream.byteLength]) {
      yield [`${missing} bytes are missing`, zipOf(stream.subarray(0, stream.byteLength - missing), content)];
    }
    const open = new BitWriter();
    writeFixedBlock(open, content, false);
    yield ["no last block", zipOf(open.bytes(), content)];
    yield ["no last block, stored", zipOf(storedBlock(content, false), content)];
    yield [
      "a flush at the end",
      zipOf(Buffer.concat([storedBlock(content, false), storedBlock(Buffer.alloc(0), false)]), content),
    ];
    yield ["no stream, and no content", zipOf(Buffer.alloc(0), Buffer.alloc(0))];
  },
};

const wrongSizes: Construct = {
  name: "a stream that yields more or less than its size",
  readings: ["all that the stream yields", "as much as the header says"],
  *zips(random) {
    const content = Buffer.from(random.text("abc ", 20));
    for (const change of [-20, -10, -1, 1, 10]) {
      yield [
        `size ${change}`,
        forgeZip([
          {
            name: "t/a",
            content,
            data: fixedDeflate(content),
            method: 8,
            both: { size: content.byteLength + change },
          },
        ]),
      ];
      const claimed =
        change < 0
          ? content.subarray(0, content.byteLength + change)
          : Buffer.concat([content, Buffer.alloc(change)]);
      yield [
        `size ${change}, and the CRC-32 of that`,
        forgeZip([{ name: "t/a", content: claimed, data: fixedDeflate(content), method: 8 }]),
      ];
    }
  },
};

function block(type: number): BitWriter {
  const out = new BitWriter();
  out.bits(1, 1);
  out.bits(type, 2);
  return out;
}

/** Streams that RFC 1951 forbids. The content is what a careless decoder makes of the literals before. */
function* forbiddenStreams(): Generator<readonly [string, BitWriter]> {
  yield ["block type 3", block(3)];
  const far = block(1);
  for (const byte of Buffer.from("ab")) far.code(fixedCode(byte));
  far.code(fixedCode(257));
  far.code({ bits: 4, length: 5 });
  far.bits(0, 1);
  far.code(fixedCode(256));
  yield ["a distance before the start", far];
  for (const symbol of [30, 31]) {
    const out = block(1);
    for (const byte of Buffer.from("ab")) out.code(fixedCode(byte));
    out.code(fixedCode(257));
    out.code({ bits: symbol, length: 5 });
    out.code(fixedCode(256));
    yield [`distance code ${symbol}`, out];
  }
  for (const symbol of [286, 287]) {
    const out = block(1);
    for (const byte of Buffer.from("ab")) out.code(fixedCode(byte));
    out.code(fixedCode(symbol));
    out.code({ bits: 0, length: 5 });
    out.code(fixedCode(256));
    yield [`length code ${symbol}`, out];
  }
  for (const { literals, distances } of [
    { literals: 30, distances: 0 },
    { literals: 31, distances: 0 },
    { literals: 0, distances: 30 },
    { literals: 0, distances: 31 },
  ]) {
    const out = block(2);
    out.bits(literals, 5);
    out.bits(distances, 5);
    out.bits(15, 4);
    yield [`a header with HLIT ${literals} and HDIST ${distances}`, out];
  }
  for (const [name, lengths] of [
    ["oversubscribed code lengths", [1, 1, 1]],
    ["incomplete code lengths", [0, 0, 0, 3]],
    ["a repeat without a code before it", [1, 0, 0, 1]],
  ] as const) {
    const out = block(2);
    out.bits(0, 5);
    out.bits(0, 5);
    out.bits(0, 4);
    for (const length of [...lengths, 0, 0, 0, 0].slice(0, 4)) out.bits(length, 3);
    out.bits(0, 30);
    yield [name, out];
  }
}

const forbidden: Construct = {
  name: "streams that RFC 1951 forbids",
  readings: ["an error", "whatever a careless decoder makes of them"],
  *zips() {
    for (const { content, tail } of grid({ content: ["", "ab", "abab"], tail: [0, 64] })) {
      for (const [name, out] of forbiddenStreams()) {
        const data = Buffer.concat([out.bytes(), Buffer.alloc(tail)]);
        yield [
          `${name}, content ${JSON.stringify(content)}, ${tail} zeros behind`,
          zipOf(data, Buffer.from(content)),
        ];
      }
    }
    const bytes = Buffer.from("abcd");
    const broken = storedBlock(bytes);
    broken.writeUInt16LE(0, 3);
    yield ["a stored block whose lengths differ", zipOf(broken, bytes)];
    yield ["a stored block that is longer than the data", zipOf(storedBlock(bytes).subarray(0, 7), bytes)];
    const zlib = Buffer.concat([Buffer.from("789c", "hex"), fixedDeflate(bytes)]);
    yield ["a zlib header in front", zipOf(zlib, bytes)];
  },
};

/** Literals a, b and c, and matches of three bytes: whoever looks four bits up misses one behind the last literal. */
const SHORT_CODES = { 97: 2, 98: 3, 99: 4, 256: 1, 257: 4 } as const;
const [A, B] = [97, 98];

/** What zlib reads; the first block makes the file longer than nothing. */
function* oddStreams(): Generator<readonly [string, Buffer]> {
  const symbols = [A, B, A];
  for (const distanceCount of [1, 2, 30]) {
    for (const [name, codes] of [
      ["unused", { literals: SHORT_CODES }],
      ["only announced", { literals: { 97: 1, 98: 2, 256: 2 }, literalCount: 258 }],
      ["all announced", { literals: { 97: 1, 98: 2, 256: 2 }, literalCount: 286 }],
    ] as const) {
      const out = new BitWriter();
      writeDynamicBlock(out, { ...codes, distances: {}, distanceCount, symbols }, true);
      yield [`no distances of ${distanceCount}, lengths ${name}`, out.bytes()];
    }
  }
  const two = { 0: 1, 1: 1 } as const;
  const deep = { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 6 } as const;
  const short: Readonly<Record<string, DynamicBlock>> = {
    "a literal": { literals: SHORT_CODES, distances: two, symbols: [A, B, A] },
    "a length": {
      literals: { 256: 1, 257: 2, 97: 3, 98: 4, 99: 5, 100: 5 },
      distances: { 0: 1 },
      symbols: [A, B, [257, 0]],
    },
    "a distance": { literals: SHORT_CODES, distances: deep, symbols: [A, B, A, [257, 0]] },
    "a code length": {
      literals: { 256: 1 },
      distances: two,
      symbols: [],
      lengthLengths: { 0: 2, 1: 1, 2: 3, 3: 3 },
    },
  };
  for (const [name, made] of Object.entries(short)) {
    yield [`${name} before the end`, alignedDynamic(made, Buffer.from("ab"))];
  }
}

const odd: Construct = {
  name: "streams that no compressor writes, and some tool refuses",
  readings: ["the content", "an error, so that the file is missing"],
  *zips() {
    for (const [name, data] of oddStreams()) yield [name, zipOf(data, inflateRawSync(data))];
  },
};

const unusual: Construct = {
  name: "streams that no compressor writes, and every tool reads",
  kind: "sound",
  readings: ["the content", "the same"],
  *zips(random) {
    const content = Buffer.from(random.text("abc ", 40));
    yield ["one stored block", zipOf(storedBlock(content), content)];
    yield [
      "many stored blocks",
      zipOf(
        Buffer.concat(
          [...content].map((byte, place) => storedBlock(Buffer.of(byte), place === content.byteLength - 1)),
        ),
        content,
      ),
    ];
    yield [
      "empty blocks in front",
      zipOf(
        Buffer.concat([
          storedBlock(Buffer.alloc(0), false),
          storedBlock(Buffer.alloc(0), false),
          fixedDeflate(content),
        ]),
        content,
      ),
    ];
    yield [
      "an empty block behind",
      zipOf(Buffer.concat([storedBlock(content, false), storedBlock(Buffer.alloc(0))]), content),
    ];
    const blocks = new BitWriter();
    for (const byte of content) writeFixedBlock(blocks, Buffer.of(byte), false);
    writeFixedBlock(blocks, Buffer.alloc(0), true);
    yield ["a fixed block for each byte", zipOf(blocks.bytes(), content)];
  },
};

export const deflateClass: VariantClass = {
  id: "deflate",
  title: "deflate streams",
  constructs: [trailing, unfinished, wrongSizes, forbidden, odd, unusual],
};

const storedSizes: Construct = {
  name: "stored data with two sizes",
  readings: ["as many bytes as the compressed size", "as many bytes as the size"],
  *zips(random): Generator<NamedZip> {
    const content = random.text("abcdef ", 40);
    for (const { packed, size, sum } of grid({
      packed: [40, 39, 20, 41, 0],
      size: [40, 39, 20, 41, 0],
      sum: ["all", "part"] as const,
    })) {
      if (packed === size) continue;
      const crc =
        sum === "all" ? {} : { crc32: crc32(Buffer.from(content.slice(0, Math.min(packed, size)))) };
      yield [
        `packed ${packed}, size ${size}, CRC-32 of ${sum}`,
        forgeZip([stored("t/a", content, { both: { compressedSize: packed, size, ...crc } })]),
      ];
    }
  },
};

export const storedClass: VariantClass = {
  id: "stored",
  title: "stored data with two sizes",
  constructs: [storedSizes],
};

const emptyDeflated: Construct = {
  name: "an empty file that is deflated",
  kind: "foreign",
  readings: ["an empty file", "the same: the stream is empty and ends"],
  *zips() {
    yield ["a fixed block", zipOf(fixedDeflate(Buffer.alloc(0)), Buffer.alloc(0))];
    yield ["a stored block", zipOf(storedBlock(Buffer.alloc(0)), Buffer.alloc(0))];
  },
};

const bothMethods: Construct = {
  name: "stored and deflated files in one zip",
  kind: "foreign",
  readings: ["the files", "the same: only cavra's own zips have one method"],
  *zips(random) {
    const content = Buffer.from(random.text("abc ", 20));
    yield [
      "stored first",
      forgeZip([stored("t/a", content), { name: "t/b", content, data: fixedDeflate(content), method: 8 }]),
    ];
  },
};

export const mixtureClass: VariantClass = {
  id: "mixture",
  title: "methods that do not fit the file",
  constructs: [emptyDeflated, bothMethods],
};
