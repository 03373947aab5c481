import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { extractTree, type VerifiedFile } from "../../src/io/extract.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
const contents: Readonly<Record<string, string>> = { "a/b/c": "deep", "bin/tool": "#!", empty: "" };
const files: readonly VerifiedFile[] = Object.entries(contents).map(([path, text]) => ({
  path,
  mode: path === "bin/tool" ? 0o755 : 0o644,
  sizeBytes: text.length,
  sha256: createHash("sha256").update(text).digest("hex"),
}));
const read = (path: string): readonly Uint8Array[] => [Buffer.from(contents[path] ?? "")];

let count = 0;
function newParent(): string {
  count += 1;
  const parent = join(scratch, String(count));
  mkdirSync(parent);
  return parent;
}

function readAltered(path: string): readonly Uint8Array[] {
  return path === "bin/tool" ? [Buffer.from("!#")] : read(path);
}

function fail(): never {
  throw new Error("gone");
}

describe("extractTree", () => {
  it("writes every file with its mode, and nothing else", async () => {
    const parent = newParent();
    const before = process.umask(0o077);
    await extractTree(join(parent, "out"), files, read).finally(() => {
      process.umask(before);
    });
    expect(readdirSync(parent)).toEqual(["out"]);
    const found = readdirSync(join(parent, "out"), { recursive: true, encoding: "utf8" }).toSorted();
    expect(found).toEqual(["a", "a/b", "a/b/c", "bin", "bin/tool", "empty"]);
    for (const { path, mode } of files) {
      expect(readFileSync(join(parent, "out", path), "utf8")).toBe(contents[path]);
      expect(statSync(join(parent, "out", path)).mode & 0o7777).toBe(mode);
    }
    for (const path of ["", "a", "a/b"])
      expect(statSync(join(parent, "out", path)).mode & 0o7777).toBe(0o755);
  });

  it("leaves nothing when bytes are not the verified ones", async () => {
    const parent = newParent();
    await expect(extractTree(join(parent, "out"), files, readAltered)).rejects.toMatchObject({
      code: "input",
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  it("leaves nothing when reading fails", async () => {
    const parent = newParent();
    await expect(extractTree(join(parent, "out"), files, fail)).rejects.toThrow();
    expect(readdirSync(parent)).toEqual([]);
  });

  it.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a file", (path: string) => writeFileSync(path, "mine")],
    ["a link to nowhere", (path: string) => symlinkSync("nowhere", path)],
  ])("does not touch %s that is already there", async (_, make) => {
    const parent = newParent();
    make(join(parent, "out"));
    await expect(extractTree(join(parent, "out"), files, read)).rejects.toMatchObject({ code: "output" });
    expect(readdirSync(parent)).toEqual(["out"]);
  });

  it.each(["../x", "/x", "a/../../x", "con", "a\\b"])("never writes the name %s", async (path) => {
    const parent = newParent();
    const bad = files.slice(0, 1).map((file) => ({ ...file, path }));
    await expect(extractTree(join(parent, "out"), bad, read)).rejects.toMatchObject({ code: "internal" });
    expect(existsSync(join(parent, "out"))).toBe(false);
  });
});
