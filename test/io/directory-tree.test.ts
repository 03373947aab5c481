import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTreeFile, TREE_LIMITS, walkTree, type TreeReading } from "../../src/io/directory-tree.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
let count = 0;

/** A new package folder with these files. */
function makeTree(files: Readonly<Record<string, string>>): string {
  count += 1;
  const root = join(scratch, `tree-${count}`);
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o644 });
  }
  return root;
}

function accepted(reading: TreeReading): Extract<TreeReading, { ok: true }> {
  if (!reading.ok) throw new Error(JSON.stringify(reading.sightings));
  return reading;
}

function problemsOf(reading: TreeReading): readonly string[] {
  return reading.ok ? [] : reading.sightings.map(({ problem, at }) => `${problem} ${at}`);
}

describe("walkTree", () => {
  it("lists the files bytewise, with two modes", () => {
    const root = makeTree({ b: "1", "a/x": "22", "a.b": "333", Z: "" });
    chmodSync(join(root, "b"), 0o755);
    chmodSync(join(root, "a.b"), 0o640);
    chmodSync(join(root, "Z"), 0o600);
    const { top, files } = accepted(walkTree(root));
    expect(top).toBe(`tree-${count}`);
    expect(files.map(({ path, mode, sizeBytes }) => [path, mode, sizeBytes])).toEqual([
      ["Z", 0o644, 0],
      ["a.b", 0o644, 3],
      ["a/x", 0o644, 2],
      ["b", 0o755, 1],
    ]);
  });

  it("fixes the real path of a root that was named through a link", () => {
    const root = makeTree({ a: "1" });
    symlinkSync(root, join(scratch, "latest"));
    expect(walkTree(join(scratch, "latest"))).toMatchObject({ ok: true, root, top: `tree-${count}` });
  });

  it.each([
    ["a link to a file", (root: string) => symlinkSync("a", join(root, "link")), "container.link link"],
    ["a link to a folder", (root: string) => symlinkSync("/etc", join(root, "sub")), "container.link sub"],
    [
      "a link to nowhere",
      (root: string) => symlinkSync("nowhere", join(root, "link")),
      "container.link link",
    ],
    ["a pipe", (root: string) => execFileSync("mkfifo", [join(root, "pipe")]), "container.special-file pipe"],
    ["an empty folder", (root: string) => mkdirSync(join(root, "d")), "container.empty-folder d"],
    ["a setuid file", (root: string) => chmodSync(join(root, "a"), 0o4755), "container.mode a"],
    ["a setgid file", (root: string) => chmodSync(join(root, "a"), 0o2755), "container.mode a"],
    ["a world-writable file", (root: string) => chmodSync(join(root, "a"), 0o666), "container.mode a"],
    [
      "a bad name",
      (root: string) => writeFileSync(join(root, "a b"), ""),
      "container.name-character a\\x20b",
    ],
    [
      "a name with an escape",
      (root: string) => writeFileSync(join(root, "\u001b[2J"), ""),
      "container.name-control \\x1b[2J",
    ],
    [
      "a name that is not UTF-8",
      (root: string) => writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), ""),
      "container.name-not-ascii \\xef\\xbf\\xbd",
    ],
    ["a bad folder name", (root: string) => mkdirSync(join(root, "-d")), "container.name-option -d"],
    ["case twins", (root: string) => writeFileSync(join(root, "A"), ""), "container.case-twins"],
  ])("refuses %s", (_, change, expected) => {
    const root = makeTree({ a: "1" });
    change(root);
    expect(problemsOf(walkTree(root)).join("\n")).toContain(expected);
  });

  it("refuses an empty root, and depth beyond the limit", () => {
    expect(problemsOf(walkTree(makeTree({})))).toEqual(["container.empty-folder the folder itself"]);
    expect(problemsOf(walkTree(makeTree({ [`${"d/".repeat(16)}f`]: "" })))[0]).toContain(
      "container.path-depth",
    );
  });

  it("stops at the limits", () => {
    const root = makeTree({ a: "123", b: "456", "c/d": "7" });
    expect(problemsOf(walkTree(root, { ...TREE_LIMITS, maxEntries: 2 }))).toEqual([
      "container.limit the folder",
    ]);
    expect(problemsOf(walkTree(root, { ...TREE_LIMITS, maxEntryBytes: 2 }))).toHaveLength(2);
    expect(problemsOf(walkTree(root, { ...TREE_LIMITS, maxTotalBytes: 6 }))).toEqual([
      "container.limit all files",
    ]);
    expect(walkTree(root, { maxEntries: 3, maxEntryBytes: 3, maxTotalBytes: 7 }).ok).toBe(true);
  });

  it("cannot open what is missing or no folder", () => {
    const root = makeTree({ a: "1" });
    for (const path of [join(root, "none"), join(root, "a")]) {
      expect(() => walkTree(path)).toThrow(expect.objectContaining({ code: "input" }));
    }
  });
});

describe("readTreeFile", () => {
  it("gives the bytes of the file that was walked over", () => {
    const { root, files } = accepted(walkTree(makeTree({ a: "one", "b/c": "two" })));
    expect(files.map((file) => Buffer.from(readTreeFile(root, file)).toString())).toEqual(["one", "two"]);
  });

  it.each([
    ["changed", (root: string) => writeFileSync(join(root, "b/c"), "TWO")],
    ["longer", (root: string) => writeFileSync(join(root, "b/c"), "longer")],
    ["gone", (root: string) => rmSync(join(root, "b/c"))],
    [
      "exchanged for a link",
      (root: string) => {
        renameSync(join(root, "b/c"), join(root, "b/d"));
        symlinkSync("d", join(root, "b/c"));
      },
    ],
    [
      "behind a folder that became a link",
      (root: string) => {
        renameSync(join(root, "b"), join(root, "e"));
        mkdirSync(join(root, "f"));
        writeFileSync(join(root, "f/c"), "two");
        symlinkSync("f", join(root, "b"));
      },
    ],
  ])("refuses a file that is %s since then", (_, change) => {
    const { root, files } = accepted(walkTree(makeTree({ a: "one", "b/c": "two" })));
    change(root);
    const file = files.find(({ path }) => path === "b/c");
    if (file === undefined) throw new Error("no such file");
    expect(() => readTreeFile(root, file)).toThrow(expect.objectContaining({ code: "input" }));
  });
});
