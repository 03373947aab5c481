import { forgeZip } from "../hostile-zip.ts";
import { deflated, extraRecord, grid, stored, unicodePath, utf8 } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const OTHER_NAMES: Readonly<Record<string, string>> = {
  "another letter": "t/b",
  "another case": "t/A",
  longer: "t/aa",
  shorter: "t/",
  empty: "",
  "one up": "t/../a",
  absolute: "/t/a",
  backslash: "t\\a",
  "a NUL at the end": "t/a\0",
  "a NUL inside": "t/\0a",
  "a blank at the end": "t/a ",
  "a dot at the end": "t/a.",
  "a slash at the end": "t/a/",
  "not ASCII": utf8("t/ä"),
  "another folder": "u/a",
};

const twoNames: Construct = {
  name: "another name in one header",
  readings: ["the name of the local header", "the name of the central header"],
  *zips(random) {
    const content = random.text("abcdef ", 30);
    for (const { other, header, method } of grid({
      other: Object.keys(OTHER_NAMES),
      header: ["local", "central"] as const,
      method: [0, 8],
    })) {
      const entry = method === 0 ? stored("t/a", content) : deflated("t/a", content);
      const name = OTHER_NAMES[other] ?? "";
      yield [`${other} in the ${header} one, method ${method}`, forgeZip([{ ...entry, [header]: { name } }])];
    }
    for (const length of [0, 1, 2, 4, 10, 0xffff]) {
      for (const header of ["local", "central"] as const) {
        yield [
          `name length ${length} in the ${header} one`,
          forgeZip([{ ...stored("t/a", content), [header]: { nameLength: length } }]),
        ];
      }
    }
  },
};

const unicodePaths: Construct = {
  name: "Info-ZIP Unicode Path (0x7075)",
  readings: ["the name of the header", "the name of the extra field"],
  *zips(random) {
    const content = random.text("abcdef ", 30);
    const good = unicodePath("t/z", "t/a");
    const forms: Readonly<Record<string, Buffer>> = {
      "another name": good,
      "the same name": unicodePath("t/a", "t/a"),
      "version 0": unicodePath("t/z", "t/a", { version: 0 }),
      "version 2": unicodePath("t/z", "t/a", { version: 2 }),
      "wrong checksum": unicodePath("t/z", "t/a", { crc: 1 }),
      "checksum of the new name": unicodePath("t/z", "t/z"),
      "no name": unicodePath("", "t/a"),
      "a folder": unicodePath("t/z/", "t/a"),
      "one up": unicodePath("../z", "t/a"),
      "a NUL": unicodePath("t/z\0y", "t/a"),
      "two of them": Buffer.concat([good, unicodePath("t/y", "t/a")]),
      "a chain": Buffer.concat([good, unicodePath("t/y", "t/z")]),
      "behind a record of times": Buffer.concat([
        extraRecord(0x5455, Buffer.from("0100000000", "hex")),
        good,
      ]),
      "cut off": good.subarray(0, 7),
      "longer than the field": Buffer.concat([good.subarray(0, 2), Buffer.from([0xff, 0]), good.subarray(4)]),
    };
    for (const { form, place } of grid({
      form: Object.keys(forms),
      place: ["local", "central", "both"] as const,
    })) {
      const extra = forms[form] ?? good;
      const changes = {
        ...(place === "central" ? {} : { local: { extra } }),
        ...(place === "local" ? {} : { central: { extra } }),
      };
      yield [`${form}, ${place}`, forgeZip([stored("t/a", content, changes)])];
    }
    for (const id of [0x6375, 0x0008, 0x7070]) {
      yield [
        `extra field 0x${id.toString(16)} with a name`,
        forgeZip([stored("t/a", content, { central: { extra: extraRecord(id, good.subarray(4)) } })]),
      ];
    }
  },
};

const ENCODED: Readonly<Record<string, string>> = {
  "UTF-8": utf8("t/ä"),
  "code page 437": "t/\x84",
  "UTF-8 that is also code page 437": "t/\xc3\xa4",
  "overlong UTF-8": "t/\xc1\x81",
  "half a character": "t/\xc3",
  "a lone surrogate": "t/\xed\xa0\x80",
  "beyond Unicode": "t/\xf4\x90\x80\x80",
  "a byte order mark": "t/\xef\xbb\xbfa",
};

const encodings: Construct = {
  name: "encoding of names and the UTF-8 flag",
  readings: ["the name in UTF-8", "the name in code page 437 or in that of the system"],
  *zips(random) {
    const content = random.text("abcdef ", 30);
    for (const { name, flag } of grid({
      name: Object.keys(ENCODED),
      flag: ["both", "local", "central", "neither"],
    })) {
      if (name === "UTF-8" && flag === "both") continue;
      const entry = stored(ENCODED[name] ?? "t/a", content, flags(flag));
      yield [`${name}, flag in ${flag}`, forgeZip([entry])];
    }
    for (const flag of ["local", "central"]) {
      yield [`ASCII, flag in ${flag} only`, forgeZip([stored("t/a", content, flags(flag))])];
    }
  },
};

const flaggedNames: Construct = {
  name: "UTF-8 flag that tells the truth",
  kind: "foreign",
  readings: ["the name", "the name: it is UTF-8, and both headers say so"],
  *zips(random) {
    const content = random.text("abcdef ", 30);
    for (const name of ["t/a", utf8("t/ä"), utf8("t/日本"), utf8("t/пакет.txt")]) {
      yield [Buffer.from(name, "latin1").toString(), forgeZip([stored(name, content, flags("both"))])];
    }
  },
};

function flags(where: string): object {
  const local = where === "both" || where === "local" ? 0x800 : 0;
  const central = where === "both" || where === "central" ? 0x800 : 0;
  return { local: { flags: local }, central: { flags: central } };
}

export const a3: VariantClass = {
  id: "a3",
  title: "one file with two names: in the two headers, in an extra field, in two encodings",
  constructs: [twoNames, unicodePaths, encodings, flaggedNames],
};
