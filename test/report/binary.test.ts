import { describe, expect, it } from "vitest";
import type { BinaryFacts, GoBuildInfo } from "../../src/model/binary.ts";
import type { TextStyle } from "../../src/model/text-style.ts";
import { type BinaryFileFacts, binaryDocument, binaryLines } from "../../src/report/binary.ts";
import { binaryOddities } from "../../src/report/binary-oddities.ts";
import { renderJson } from "../../src/report/json.ts";
import { layOut } from "../../src/report/layout.ts";
import { binaryFacts } from "../support/binary-facts.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { MAIN_MODULE, SYS_MODULE, TEXT_MODULE, TEXT_ORIGINAL } from "../support/release-binaries.ts";

const PLAIN: TextStyle = { widthColumns: 80, color: false, ascii: false };

function goInfo(change: Partial<GoBuildInfo> = {}): GoBuildInfo {
  return {
    goVersion: "go1.26.8",
    path: "example.com/acme/agent/cmd/agent",
    main: MAIN_MODULE,
    modules: [SYS_MODULE, { ...TEXT_ORIGINAL, replacedBy: TEXT_MODULE }],
    settings: new Map([
      ["-trimpath", "true"],
      ["CGO_ENABLED", "0"],
      ["GOARCH", "amd64"],
      ["GOOS", "linux"],
    ]),
    ...change,
  };
}

function withSetting(name: string, value: string): GoBuildInfo {
  return goInfo({ settings: new Map([...goInfo().settings, [name, value]]) });
}

function file(...slices: readonly BinaryFacts[]): BinaryFileFacts {
  return { path: "bin/agent", sizeBytes: 8_123_456, sha256: "5".repeat(64), slices };
}

const SOUND = binaryFacts({ os: "linux", go: goInfo() });
const ODD = binaryFacts({
  os: "linux",
  dynamic: true,
  linkage: { interpreter: "/lib64/ld-linux-x86-64.so.2", libraries: ["libc.so.6", "libevil\u001b[2J.so"] },
  hardening: { positionIndependent: true, nonExecutableData: false, relro: "partial" },
  traces: {
    buildIds: ["gnu:0123", "go:a/b"],
    symbolTable: true,
    debugInfo: true,
    sourcePaths: ["/home/me/agent/main.go"],
    packer: "UPX",
  },
  goProblem: { kind: "copies-differ", reason: "the two copies of the module list differ" },
  goFound: goInfo(),
});
const DARWIN = {
  format: "macho",
  os: "darwin",
  hardening: { positionIndependent: true, nonExecutableData: true, relro: null },
} as const;
const FAT = [
  binaryFacts({ ...DARWIN, go: goInfo({ settings: new Map() }) }),
  binaryFacts({ ...DARWIN, arch: "arm64", go: goInfo({ modules: [SYS_MODULE], settings: new Map() }) }),
];
const SAMPLES: readonly (readonly [string, BinaryFileFacts])[] = [
  ["sound", file(SOUND)],
  ["odd", file(ODD)],
  ["fat", file(...FAT)],
  ["not-go", file(binaryFacts())],
];

describe("the text of an inspected binary", () => {
  it.each(SAMPLES)("%s looks as the golden files show, at every width", async (name, facts) => {
    for (const widthColumns of [60, 80, 120]) {
      const text = layOut(binaryLines(facts), { ...PLAIN, widthColumns });
      await expect(text).toMatchFileSnapshot(`golden/binary-${name}-${widthColumns}.txt`);
    }
  });

  it.each(SAMPLES)("%s as JSON is as its schema says", (_, facts) => {
    const document: unknown = JSON.parse(renderJson(binaryDocument(facts)));
    expect(closedSchemaProblems("binary-1", document)).toBe("");
  });
});

describe("what is odd", () => {
  it.each<[string, readonly BinaryFacts[], string | undefined]>([
    ["nothing", [SOUND], undefined],
    ["a problem of the build info", [ODD], "the two copies of the module list differ"],
    ["a packer", [ODD], "it is packed with UPX"],
    ["an executable stack", [ODD], "its stack or data can be executed"],
    [
      "another target",
      [binaryFacts({ os: "linux", arch: "arm64", go: goInfo() })],
      "its header says linux/arm64, its build info linux/amd64",
    ],
    [
      "a modified checkout",
      [{ ...SOUND, go: withSetting("vcs.modified", "true") }],
      "the checkout that it was built from was modified",
    ],
    [
      "paths in spite of -trimpath",
      [{ ...SOUND, traces: { ...SOUND.traces, sourcePaths: ["/a.go"] } }],
      "it was built with -trimpath, and names source files by absolute path",
    ],
    [
      "paths without -trimpath",
      [
        {
          ...SOUND,
          go: withSetting("-trimpath", "false"),
          traces: { ...SOUND.traces, sourcePaths: ["/a.go"] },
        },
      ],
      undefined,
    ],
    [
      "libraries without cgo",
      [{ ...SOUND, dynamic: true }],
      "it was built without cgo, and loads libraries that its platform does not demand",
    ],
    ["libraries with cgo", [{ ...SOUND, dynamic: true, go: withSetting("CGO_ENABLED", "1") }], undefined],
    [
      "a folder in place of a module",
      [
        {
          ...SOUND,
          go: goInfo({
            modules: [
              { ...TEXT_ORIGINAL, replacedBy: { path: "../text", version: "(devel)", sum: SYS_MODULE.sum } },
            ],
          }),
        },
      ],
      "1 module came from a folder",
    ],
    [
      "a module without a sum",
      [{ ...SOUND, go: goInfo({ modules: [{ ...SYS_MODULE, sum: "" }] }) }],
      "1 module without a sum: built from a vendor folder, or from none",
    ],
    ["slices that differ", FAT, "the slices for amd64 and arm64 hold different modules"],
    ["slices that agree", [FAT[0] ?? SOUND, { ...(FAT[0] ?? SOUND), arch: "arm64" }], undefined],
  ])("sees %s", (_, slices, expected) => {
    const odd = binaryOddities(slices);
    if (expected === undefined) expect(odd).toEqual([]);
    else expect(odd).toContain(expected);
  });
});
