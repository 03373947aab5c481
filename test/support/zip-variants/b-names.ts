import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { deflated, grid, hexed, stored, utf8 } from "./pieces.ts";
import type { Construct, VariantClass, NamedZip } from "./variant.ts";

const duplicates: Construct = {
  name: "one name, several files",
  readings: ["the first of them", "the last of them"],
  *zips(random) {
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    const [first, second, other] = [stored("t/a", x), stored("t/a", y), stored("t/b", x)];
    const cases: Readonly<Record<string, readonly ForgedEntry[]>> = {
      "other content": [first, second],
      "same content": [first, stored("t/a", x)],
      "three of them": [first, second, stored("t/a", x + y)],
      "apart from each other": [first, other, second],
      "at the end": [other, first, second],
      "one stored, one deflated": [first, deflated("t/a", y)],
      "one empty": [first, stored("t/a", "")],
      "empty first": [stored("t/a", ""), first],
      "other modes": [first, stored("t/a", x, { central: { external: 0x81ed_0020 } })],
      "two pairs": [first, second, stored("t/b", y), other],
    };
    for (const [name, entries] of Object.entries(cases)) {
      yield [name, forgeZip(entries)];
      yield [`${name}, directory reversed`, forgeZip(entries, { centralOrder: "reversed" })];
    }
  },
};

export const b1: VariantClass = { id: "b1", title: "the same name twice", constructs: [duplicates] };

const ALLOWED = /[A-Za-z0-9._+-]/;
/** Printable, with a meaning to some system: on Windows, in URLs and shells nothing forbids the rest. */
const MEANINGFUL = /[\\:*?"<>|/]/;

/** Where the byte stands. */
const PLACES: Readonly<Record<string, (byte: string) => string>> = {
  first: (byte) => `t/${byte}a`,
  inside: (byte) => `t/a${byte}b`,
  last: (byte) => `t/a${byte}`,
  alone: (byte) => `t/${byte}`,
  "before the extension": (byte) => `t/a${byte}.txt`,
  "in a folder": (byte) => `t/a${byte}b/c`,
};

function* bytesInNames(
  isWanted: (character: string, place: string) => boolean,
  content: string,
): Generator<NamedZip> {
  for (let byte = 0; byte < 256; byte += 1) {
    const character = String.fromCharCode(byte);
    if (ALLOWED.test(character) || character === "/") continue;
    for (const [place, name] of Object.entries(PLACES)) {
      if (!isWanted(character, place)) continue;
      yield [`${hexed(byte)} ${place}`, forgeZip([stored(name(character), content)])];
    }
  }
}

function isPrintable(character: string, place: string): boolean {
  // Info-ZIP drops a semicolon and digits at the end, as the version of a file on VMS.
  if (character === ";" && (place === "last" || place === "alone")) return false;
  const isBlankEdge = character === " " && (place === "first" || place === "last" || place === "alone");
  return character >= " " && character <= "~" && !MEANINGFUL.test(character) && !isBlankEdge;
}

const specialBytes: Construct = {
  name: "a byte that some system gives a meaning",
  readings: ["the name as it stands", "the name cut, changed, encoded, or refused"],
  *zips(random) {
    yield* bytesInNames((character, place) => !isPrintable(character, place), random.text("abc ", 20));
  },
};

const printableBytes: Construct = {
  name: "a printable byte without a meaning",
  kind: "foreign",
  readings: ["the name", "the name: only cavra's own packages are limited to A-Z a-z 0-9 . _ + -"],
  *zips(random) {
    yield* bytesInNames(isPrintable, random.text("abc ", 20));
  },
};

const sequences: Construct = {
  name: "bytes that mean something together",
  readings: ["the name as it stands", "an escape sequence, a stream, a pattern"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const names = [
      "t/a:b",
      "t/a;1",
      "t/a;1/b",
      "t/a::$DATA",
      "c:a",
      "c:/a",
      "t/a\r\nb",
      "t/\x1b[2J",
      "t/a\x1b]0;x\x07",
      "t/a\0.txt",
      "t/a\0/../b",
      "\0",
      "\0t/a",
      "t\0/a",
      "t/*",
      "t/?",
      "t/a|b",
      't/"',
      "t/<a>",
      "t/a\x7f",
      "t/\b\b\bx",
      "t/\x9b2J",
      "t/\xc2\x85",
      "t/\xe2\x80\xa8",
    ];
    for (const name of names) yield [JSON.stringify(name), forgeZip([stored(name, content)])];
  },
};

export const b2: VariantClass = {
  id: "b2",
  title: "special bytes in names",
  constructs: [specialBytes, sequences, printableBytes],
};

const ALIASES = [
  "t//a",
  "t/./a",
  "./t/a",
  "t/a/.",
  "t/../t/a",
  "t/x/../a",
  "../t/a",
  "../../a",
  "t/..",
  "..",
  ".",
  "t/.",
  "/t/a",
  "//t/a",
  "///t/a",
  "t/...",
  "t/.../a",
  "t/..../a",
  "t\\a",
  "t\\..\\a",
  "..\\a",
  "\\t\\a",
  "\\\\host\\share\\a",
  "C:\\t\\a",
  "c:t/a",
  "t/a/../../../a",
  "t/. /a",
  "t/.. /a",
  "t/a./b",
  "t/a/./b",
  "t/\\a",
] as const;

const aliases: Construct = {
  name: "another way to write a path",
  readings: ["the path as it stands", "t/a, or a path outside of the folder"],
  *zips(random) {
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    for (const name of ALIASES) {
      yield [JSON.stringify(name), forgeZip([stored(name, x)])];
      yield [`${JSON.stringify(name)} beside t/a`, forgeZip([stored(name, x), stored("t/a", y)])];
    }
  },
};

const lookalikes: Construct = {
  name: "looks like another way to write a path",
  kind: "foreign",
  readings: ["the path as it stands", "the same: no tool expands it"],
  *zips(random) {
    for (const name of ["~/a", "t/%2e%2e/a", "t/%2e%2e%2fa", "t/%00"])
      yield [name, forgeZip([stored(name, random.text("abc ", 20))])];
  },
};

export const b3: VariantClass = { id: "b3", title: "path aliases", constructs: [aliases, lookalikes] };

const TWINS: readonly (readonly [string, string])[] = [
  ["t/A", "t/a"],
  ["t/README", "t/readme"],
  ["t/a.TXT", "t/a.txt"],
  ["t/A/b", "t/a/b"],
  ["t/A/b", "t/a/c"],
  ["T/a", "t/a"],
  ["t/A/B/c", "t/A/b/d"],
  ["t/aBc", "t/abC"],
  ["t/A", "t/a/b"],
  ["t/A/x", "t/a"],
];

const caseTwins: Construct = {
  name: "names that differ only in case",
  readings: ["two files", "one file, on systems that ignore case"],
  *zips(random) {
    for (const { twins, same, reversed } of grid({
      twins: TWINS,
      same: [false, true],
      reversed: [false, true],
    })) {
      const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
      const pair = [stored(twins[0], x), stored(twins[1], same ? x : y)];
      const name = `${twins.join(" ")}${same ? ", same content" : ""}${reversed ? ", reversed" : ""}`;
      yield [name, forgeZip(reversed ? pair.toReversed() : pair)];
    }
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    for (const [upper, lower] of [
      ["t/Ä", "t/ä"],
      ["t/Σ", "t/ς"],
      ["t/ẞ", "t/ß"],
      ["t/İ", "t/i"],
      ["t/K", "t/k"],
    ] as const) {
      const flags = { both: { flags: 0x800 } };
      yield [`${upper} ${lower}`, forgeZip([stored(utf8(upper), x, flags), stored(utf8(lower), y, flags)])];
    }
  },
};

export const b4: VariantClass = { id: "b4", title: "case twins", constructs: [caseTwins] };
