import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { hashFiles, type HashLimits } from "../../src/io/hash-files.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
let trees = 0;

/** A folder with these files, each with its own path for content. */
function tree(...paths: readonly string[]): string {
  trees += 1;
  const root = join(scratch, String(trees));
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

const LIMITS: HashLimits = { maxFiles: 3, maxFileBytes: 5, maxDepth: 3 };
const everything = (): boolean => true;
const notNo = (name: string, kind: string): boolean => (kind === "file" ? name !== "no" : name !== "no2");

function hashed(
  root: string,
  names: readonly string[],
  counts: Parameters<typeof hashFiles>[2] = everything,
): readonly (readonly [string, string])[] {
  return hashFiles(root, names, counts, LIMITS)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => [path, sha256]);
}

const contents = (...paths: readonly string[]) => paths.map((path) => [path, sha256Hex(Buffer.from(path))]);

describe("hashFiles", () => {
  it("hashes the named files and what lies below the named folders", () => {
    const root = tree("VER", "s/a", "s/d/b", "no/c");
    expect(hashed(root, ["VER", "s"])).toEqual(contents("VER", "s/a", "s/d/b"));
  });

  it("leaves out what does not count, and folders as a whole", () => {
    const root = tree("s/a", "s/no", "s/no2/a", "s/d/a");
    expect(hashed(root, ["s"], notNo)).toEqual(contents("s/a", "s/d/a"));
    // A name that was asked for is not chosen.
    expect(hashed(root, ["s/no"], notNo)).toEqual(contents("s/no"));
  });

  it("follows links", () => {
    const root = tree("f/a");
    symlinkSync("f", join(root, "s"));
    symlinkSync("a", join(root, "f/b"));
    const digest = sha256Hex(Buffer.from("f/a"));
    expect(hashed(root, ["s"])).toEqual([
      ["s/a", digest],
      ["s/b", digest],
    ]);
  });

  it("takes as much as its limits say", () => {
    expect(hashed(tree("s/d/1", "s/d/2", "s/d/3"), ["s"])).toHaveLength(3);
  });

  it.each<[string, (root: string) => void, string]>([
    ["more files", (root) => writeFileSync(join(root, "s/4"), ""), "holds more than 3 files"],
    ["a larger file", (root) => writeFileSync(join(root, "s/1"), "123456"), "is 6 bytes; the limit is 5"],
    ["a deeper folder", (root) => mkdirSync(join(root, "s/d/e/f"), { recursive: true }), "deeper than 3"],
    ["a circle", (root) => symlinkSync(".", join(root, "s/again")), "deeper than 3"],
    ["a link to nowhere", (root) => symlinkSync("nowhere", join(root, "s/gone")), "does not exist"],
    ["a device", (root) => symlinkSync("/dev/null", join(root, "s/null")), "is neither a file nor a folder"],
  ])("refuses %s", async (_what, spoil, words) => {
    const root = tree("s/1", "s/2", "s/3");
    spoil(root);
    const failure = await failureOf(Promise.resolve().then(() => hashed(root, ["s"])));
    expect(failure).toMatchObject({ code: "input", message: expect.stringContaining(words) as string });
  });

  it("refuses a name that is not there", async () => {
    const failure = await failureOf(Promise.resolve().then(() => hashed(tree("a"), ["s"])));
    expect(failure).toMatchObject({
      code: "input",
      message: expect.stringContaining("does not exist") as string,
    });
  });
});
