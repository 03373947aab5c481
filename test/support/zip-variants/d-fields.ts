import { forgeZip } from "../hostile-zip.ts";
import { deflated, grid, hexed, stored } from "./pieces.ts";
import type { Construct, VariantClass } from "./variant.ts";

const KINDS: Readonly<Record<string, number>> = {
  fifo: 1,
  "character device": 2,
  "block device": 6,
  link: 0xa,
  socket: 0xc,
  door: 0xd,
  "kind 15": 0xf,
  "kind 3": 3,
  "kind 5": 5,
  "kind 7": 7,
  "kind 9": 9,
  "kind 11": 0xb,
  "kind 14": 0xe,
};

const special: Construct = {
  name: "neither file nor folder",
  readings: ["a file with that content", "a link, a pipe or a device"],
  *zips(random) {
    const targets = ["/etc/passwd", "../../x", "b", random.text("abc ", 20), ""];
    for (const { kind, target, host } of grid({
      kind: Object.keys(KINDS),
      target: targets,
      host: [0, 3, 19],
    })) {
      const external = (((KINDS[kind] ?? 0xa) << 12) | 0o644) * 0x1_0000 + 0x20;
      const central = { external, madeBy: (host << 8) | 0x2d };
      yield [
        `${kind} to ${JSON.stringify(target)}, host ${host}`,
        forgeZip([stored("t/a", target, { central })]),
      ];
    }
    const link = stored("t/a", "..", { central: { external: 0xa1ff_0000 } });
    yield ["a link and a file behind it", forgeZip([link, stored("t/a/b", "x")])];
    yield ["a link and a file in its place", forgeZip([link, stored("t/a", "x")])];
  },
};

const permissions: Construct = {
  name: "permission bits that give something away",
  readings: ["a file", "a file that runs as its owner, or that anybody may change"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const mode of [
      0o4755, 0o2755, 0o6755, 0o1755, 0o7777, 0o4644, 0o666, 0o777, 0o646, 0o722, 0o2644, 0o1644,
    ]) {
      yield [
        `0${mode.toString(8)}`,
        forgeZip([stored("t/a", content, { central: { external: (0o100000 | mode) * 0x1_0000 + 0x20 } })]),
      ];
    }
  },
};

const modest: Construct = {
  name: "other permission bits",
  kind: "foreign",
  readings: ["a file", "a file: no tool gives more than these bits"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const mode of [0o600, 0o400, 0o444, 0o555, 0o640, 0o664, 0o700, 0o711, 0o750, 0o775, 0o000]) {
      yield [
        `0${mode.toString(8)}`,
        forgeZip([stored("t/a", content, { central: { external: (0o100000 | mode) * 0x1_0000 + 0x20 } })]),
      ];
    }
  },
};

export const kindClass: VariantClass = {
  id: "kind",
  title: "links, devices, permission bits",
  constructs: [special, permissions, modest],
};

const versions: Construct = {
  name: "version needed, host and version made by",
  kind: "foreign",
  readings: ["the file", "the file: methods 0 and 8 need no more than version 20"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const madeBy of [
      0x0014, 0x0314, 0x031e, 0x033f, 0x000a, 0x0a14, 0x0b14, 0x1314, 0x132d, 0x0700, 0x03ff,
    ]) {
      yield [`made by ${hexed(madeBy)}`, forgeZip([stored("t/a", content, { central: { madeBy } })])];
    }
    for (const { need, method } of grid({ need: [0, 10, 11, 20], method: [0, 8] })) {
      if (need === (method === 0 ? 10 : 20)) continue;
      const entry = method === 0 ? stored("t/a", content) : deflated("t/a", content);
      yield [`method ${method} needs ${need}`, forgeZip([{ ...entry, both: { need } }])];
    }
    yield ["text attribute", forgeZip([stored("t/a", content, { central: { internal: 1 } })])];
  },
};

const needs: Construct = {
  name: "a version that not every tool has",
  readings: ["the file", "a file that needs a newer tool, left out"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { need, header } of grid({
      need: [21, 25, 27, 45, 46, 50, 51, 61, 62, 63, 64, 99, 255, 0x0314, 0xffff],
      header: ["both", "local", "central"],
    })) {
      yield [`${need} in ${header}`, forgeZip([stored("t/a", content, { [header]: { need } })])];
    }
    for (const internal of [2, 4, 0x8000, 0xffff])
      yield [
        `internal attributes ${internal}`,
        forgeZip([stored("t/a", content, { central: { internal } })]),
      ];
  },
};

export const versionClass: VariantClass = {
  id: "version",
  title: "version needed, host, internal attributes",
  constructs: [needs, versions],
};

const METHODS = [
  1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99, 0x100, 0xffff,
];

const methods: Construct = {
  name: "methods other than store and deflate",
  readings: ["content, with a tool that knows the method", "nothing"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { method, need } of grid({ method: METHODS, need: [20, 63] })) {
      yield [`${method}, needs ${need}`, forgeZip([stored("t/a", content, { both: { method, need } })])];
    }
  },
};

export const methodClass: VariantClass = { id: "method", title: "other methods", constructs: [methods] };

const flags: Construct = {
  name: "each flag, in one header or both",
  readings: ["the file", "a file with a property that only one tool knows"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (let bit = 0; bit < 16; bit += 1) {
      if (bit === 11) continue;
      for (const { header, method } of grid({ header: ["both", "local", "central"], method: [0, 8] })) {
        if (header === "both" && (bit === 1 || bit === 2)) continue;
        const entry = method === 0 ? stored("t/a", content) : deflated("t/a", content);
        yield [
          `bit ${bit} in ${header}, method ${method}`,
          forgeZip([{ ...entry, [header]: { flags: 2 ** bit } }]),
        ];
      }
    }
    yield ["all bits", forgeZip([stored("t/a", content, { both: { flags: 0xffff } })])];
  },
};

const levels: Construct = {
  name: "flags that say how well something was compressed",
  kind: "foreign",
  readings: ["the file", "the file: no reader needs them"],
  *zips(random) {
    for (const bits of [2, 4, 6])
      yield [
        `flags ${bits}`,
        forgeZip([deflated("t/a", random.text("abc ", 20), { both: { flags: bits } })]),
      ];
  },
};

export const flagClass: VariantClass = {
  id: "flag",
  title: "general purpose flags",
  constructs: [flags, levels],
};

const disks: Construct = {
  name: "a part of a set of several files",
  readings: ["the whole zip", "one disk of several"],
  *zips(random) {
    const entries = [stored("t/a", random.text("abc ", 20))];
    for (const end of grid({ disk: [0, 1, 0xffff], centralDisk: [0, 1, 0xffff] })) {
      if (end.disk === 0 && end.centralDisk === 0) continue;
      yield [`disk ${end.disk}, directory on ${end.centralDisk}`, forgeZip(entries, { end })];
    }
    for (const disk of [1, 2, 0xfffe, 0xffff])
      yield [`file on disk ${disk}`, forgeZip([stored("t/a", "x", { central: { disk } })])];
  },
};

export const diskClass: VariantClass = { id: "disk", title: "several disks", constructs: [disks] };

const comments: Construct = {
  name: "comment of a file",
  readings: ["a comment", "records, or text for a terminal"],
  *zips(random) {
    const content = random.text("abc ", 20);
    const texts = {
      "one byte": "x",
      text: random.text("abc ", 40),
      controls: "\x1b[2J\x07",
      signature: "PK\x05\x06",
      "64 KiB": "x".repeat(65_535),
    };
    for (const [name, comment] of Object.entries(texts)) {
      yield [
        name,
        forgeZip([stored("t/a", content, { central: { comment: Buffer.from(comment, "latin1") } })]),
      ];
    }
    for (const commentLength of [1, 22, 0xffff]) {
      yield [
        `length of ${commentLength} without a comment`,
        forgeZip([stored("t/a", content, { central: { commentLength } })]),
      ];
    }
  },
};

export const commentClass: VariantClass = {
  id: "comment",
  title: "comments of files",
  constructs: [comments],
};

const HOURS: readonly (readonly [string, number, number])[] = [
  ["all zero", 0, 0],
  ["all ones", 0xffff, 0xffff],
  ["month 0", 0, 1],
  ["day 0", 0, 1 << 5],
  ["month 13", 0, (44 << 9) | (13 << 5) | 1],
  ["month 15", 0, (44 << 9) | (15 << 5) | 1],
  ["30 February", 0, (44 << 9) | (2 << 5) | 30],
  ["31 April", 0, (44 << 9) | (4 << 5) | 31],
  ["29 February of 2023", 0, (43 << 9) | (2 << 5) | 29],
  ["hour 24", 24 << 11, (44 << 9) | 33],
  ["hour 31", 31 << 11, (44 << 9) | 33],
  ["minute 60", 60 << 5, (44 << 9) | 33],
  ["minute 63", 63 << 5, (44 << 9) | 33],
  ["second 60", 30, (44 << 9) | 33],
  ["second 62", 31, (44 << 9) | 33],
  ["the year 2044", 0, (64 << 9) | 33],
  ["the year 2107", 0, (127 << 9) | 33],
];

const times: Construct = {
  name: "times that do not exist, or not on every system",
  kind: "foreign",
  readings: ["the file", "the file: only its time differs from tool to tool"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const [name, time, date] of HOURS)
      yield [name, forgeZip([stored("t/a", content, { both: { time, date } })])];
    yield ["two times", forgeZip([stored("t/a", content), stored("t/b", content, { both: { time: 0 } })])];
  },
};

const twoTimes: Construct = {
  name: "another time in one header",
  readings: ["the time of the local header", "the time of the central header"],
  *zips(random) {
    const content = random.text("abc ", 20);
    for (const { header, field } of grid({ header: ["local", "central"], field: ["time", "date"] })) {
      yield [`${field} in ${header}`, forgeZip([stored("t/a", content, { [header]: { [field]: 0x21 } })])];
    }
  },
};

export const timeClass: VariantClass = { id: "time", title: "times", constructs: [twoTimes, times] };
