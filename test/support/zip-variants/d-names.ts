import { forgeZip } from "../hostile-zip.ts";
import { grid, stored, utf8 } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const lengths: Construct = {
  name: "names without end, or without beginning",
  readings: ["the name", "a shorter name, another file, or an error half way"],
  *zips(random) {
    const content = random.text("abc ", 20);
    yield ["no name", forgeZip([stored("", content)])];
    yield ["no name, no data", forgeZip([stored("", "")])];
    for (const length of [256, 257, 1000, 5000]) {
      yield [`a segment of ${length}`, forgeZip([stored(`t/${"n".repeat(length)}`, content)])];
    }
    for (const segments of [40, 200, 1000]) {
      yield [`${segments} segments`, forgeZip([stored(`t/${"d/".repeat(segments)}a`, content)])];
    }
    yield ["65,535 bytes", forgeZip([stored(`t/${"n".repeat(65_533)}`, content)])];
    yield ["a segment of 300 before a short one", forgeZip([stored(`t/${"n".repeat(300)}/a`, content)])];
  },
};

const longNames: Construct = {
  name: "names longer than cavra's",
  kind: "foreign",
  readings: ["the name", "the same: common systems can hold it"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const length of [101, 150, 200, 255])
      yield [`a segment of ${length}`, forgeZip([stored(`t/${"n".repeat(length)}`, content)])];
    yield [
      "a path of 241",
      forgeZip([stored(`t/${"n".repeat(99)}/${"n".repeat(99)}/${"n".repeat(39)}`, content)]),
    ];
    for (const segments of [16, 17, 30])
      yield [`${segments} folders`, forgeZip([stored(`t/${"d/".repeat(segments)}a`, content)])];
  },
};

export const lengthClass: VariantClass = {
  id: "length",
  title: "length and depth of names",
  constructs: [lengths, longNames],
};

const DEVICES = [
  "CON",
  "PRN",
  "AUX",
  "NUL",
  "COM0",
  "COM1",
  "COM9",
  "LPT1",
  "LPT9",
  "con",
  "Nul",
  "CONIN$",
  "CONOUT$",
];

const windows: Construct = {
  name: "names that Windows understands otherwise",
  readings: ["a file of that name", "a device, another file, or a stream of one"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const shapes: Readonly<Record<string, (device: string) => string>> = {
      alone: (device) => `t/${device}`,
      extension: (device) => `t/${device}.txt`,
      "two extensions": (device) => `t/${device}.tar.gz`,
      blank: (device) => `t/${device} .txt`,
      folder: (device) => `t/${device}/a`,
    };
    for (const { device, shape } of grid({ device: DEVICES, shape: Object.keys(shapes) })) {
      const name = shapes[shape]?.(device) ?? device;
      yield [name, forgeZip([stored(name, content)])];
    }
    for (const name of ["t/a.", "t/a..", "t/a ", "t/a. .", "t/ a", "t/a./b", "t/a /b", "t/COM¹", "t/LPT²"]) {
      yield [JSON.stringify(name), forgeZip([stored(utf8(name), content)])];
    }
    for (const name of ["t/PROGRA~1", "t/ABCDEF~1.TXT", "t/a~1", "t/GIT~1/config"]) {
      yield [name, forgeZip([stored(name, content)])];
    }
  },
};

const sideFiles: Construct = {
  name: "side files of macOS",
  readings: ["a file", "attributes of another file, merged into it when it is extracted"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const name of ["__MACOSX/._a", "t/__MACOSX/a", "t/.DS_Store", "t/._a", "t/b/._a"]) {
      yield [name, forgeZip([stored(name, content)])];
    }
  },
};

const optionNames: Construct = {
  name: "names that look like an option of a command",
  kind: "foreign",
  readings: ["a file", "a file: zip tools do not read names as options, scripts around them may"],
  *zips(random) {
    for (const name of ["t/-rf", "-t/a", "t/--", "t/-"])
      yield [name, forgeZip([stored(name, random.text("abc ", 20))])];
  },
};

const plainNames: Construct = {
  name: "names that only look special",
  kind: "sound",
  readings: ["a file", "a file: no zip tool treats it otherwise"],
  *zips(random) {
    for (const name of [
      "t/Thumbs.db",
      "t/desktop.ini",
      "t/.git/config",
      "t/.hidden",
      "t/CONSOLE",
      "t/COM",
      "t/COM10",
      "t/a-b_c+d.e",
    ]) {
      yield [name, forgeZip([stored(name, random.text("abc ", 20))])];
    }
  },
};

export const platformClass: VariantClass = {
  id: "platform",
  title: "names with a meaning on one system",
  constructs: [windows, sideFiles, optionNames, plainNames],
};

/** What cannot be seen, or changes how the rest is seen. */
const INVISIBLE = [
  0x00ad, 0x061c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c,
  0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfe0f, 0xfeff, 0xe0041,
];

const invisible: Construct = {
  name: "characters that cannot be seen or that turn the text around",
  readings: ["the name as bytes", "the name that a person sees"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { point, flag } of grid({ point: INVISIBLE, flag: [0, 0x800] })) {
      const name = `t/a${String.fromCodePoint(point)}txt.exe`;
      yield [
        `U+${point.toString(16)} flag ${flag}`,
        forgeZip([stored(utf8(name), content, { both: { flags: flag } })]),
      ];
    }
  },
};

const TWINS: readonly (readonly [string, string, string])[] = [
  ["NFC and NFD", "t/\u00e9", "t/e\u0301"],
  ["NFC and NFD of Hangul", "t/\uac00", "t/\u1100\u1161"],
  ["full width", "t/a", "t/\uff41"],
  ["ligature", "t/fi", "t/\ufb01"],
  ["long s", "t/s", "t/\u017f"],
  ["Kelvin", "t/K", "t/\u212a"],
  ["sharp s", "t/ss", "t/\u00df"],
  ["capital sharp s", "t/\u1e9e", "t/\u00df"],
  ["I with dot", "t/i", "t/\u0130"],
  ["i without dot", "t/I", "t/\u0131"],
  ["final sigma", "t/\u03c3", "t/\u03c2"],
  ["superscript", "t/2", "t/\u00b2"],
  ["one dot leader", "t/a.b", "t/a\u2024b"],
  ["full-width slash", "t/a\uff0fb", "t/ab"],
  ["division slash", "t/a\u2215b", "t/ab"],
  ["two dots leader", "t/\u2025/a", "t/a"],
  ["Ohm", "t/\u03a9", "t/\u2126"],
  ["Angstrom", "t/\u00c5", "t/\u212b"],
  ["Cyrillic a", "t/a", "t/\u0430"],
  ["Greek omicron", "t/o", "t/\u03bf"],
  ["ignorable", "t/ab", "t/a\u200bb"],
];

const twins: Construct = {
  name: "two names that some system or person takes for one",
  readings: ["two files", "one file, or two that look alike"],
  *zips(random) {
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    for (const { twin, flag, reversed } of grid({ twin: TWINS, flag: [0, 0x800], reversed: [false, true] })) {
      const [what, first, second] = twin;
      const both = { both: { flags: flag } };
      const pair = [stored(utf8(first), x, both), stored(utf8(second), y, both)];
      yield [
        `${what}, flag ${flag}${reversed ? ", reversed" : ""}`,
        forgeZip(reversed ? pair.toReversed() : pair),
      ];
    }
  },
};

const oneOfTwins: Construct = {
  name: "one name that some system writes differently",
  readings: ["the name as it stands", "the name in another form of Unicode or another case"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const names = new Set(TWINS.flatMap(([, first, second]) => [first, second]).filter(changesWithForm));
    for (const name of names) {
      yield [JSON.stringify(name), forgeZip([stored(utf8(name), content, { both: { flags: 0x800 } })])];
    }
  },
};

function changesWithForm(name: string): boolean {
  return (
    name.normalize("NFKC") !== name ||
    name.normalize("NFD") !== name ||
    name.toUpperCase().toLowerCase() !== name.toLowerCase()
  );
}

export const unicodeClass: VariantClass = {
  id: "unicode",
  title: "Unicode twins and invisible characters",
  constructs: [invisible, twins, oneOfTwins],
};

const conflicts: Construct = {
  name: "a file that is also the folder of another one",
  readings: ["the file", "the folder, or an error half way"],
  *zips(random) {
    const [x, y] = [random.text("abc ", 20), random.text("xyz ", 20)];
    const pairs: readonly (readonly string[])[] = [
      ["t/a", "t/a/b"],
      ["t/a/b", "t/a"],
      ["t", "t/a"],
      ["t/a", "t/a/b/c/d"],
      ["t/a", "t/a.b", "t/a/b"],
      ["t/a", "t/A/b"],
      ["t/a/b/c", "t/a/b"],
    ];
    for (const list of pairs) {
      yield [list.join(" "), forgeZip(list.map((name, place) => stored(name, place % 2 === 0 ? x : y)))];
    }
  },
};

export const prefixClass: VariantClass = {
  id: "prefix",
  title: "file and folder in one place",
  constructs: [conflicts],
};
