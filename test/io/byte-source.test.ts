import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openByteSource } from "../../src/io/byte-source.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const content = Buffer.alloc(2_500_000, "0123456789abcdef!");

function sampleFile(name: string, bytes: Uint8Array = content): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("openByteSource", () => {
  it("reads any piece, in any order, small and large", () => {
    const opened = openByteSource(sampleFile("pieces"));
    fc.assert(
      fc.property(fc.nat(content.byteLength), fc.oneof(fc.nat(100), fc.nat(100_000)), (offset, wanted) => {
        const length = Math.min(wanted, content.byteLength - offset);
        expect(Buffer.compare(opened.read(offset, length), content.subarray(offset, offset + length))).toBe(
          0,
        );
      }),
    );
    opened.close();
  });

  it("never changes a piece that was given out", () => {
    const opened = openByteSource(sampleFile("kept"));
    const first = opened.read(3, 20);
    opened.read(1_000_000, 20);
    expect(Buffer.compare(first, content.subarray(3, 23))).toBe(0);
    opened.close();
  });

  it("refuses reads outside of the file", () => {
    const opened = openByteSource(sampleFile("bounds"));
    for (const [offset, length] of [
      [content.byteLength, 1],
      [-1, 2],
      [0, content.byteLength + 1],
      [5, -1],
    ] as const) {
      expect(() => opened.read(offset, length)).toThrow("ends too early");
    }
    opened.close();
    expect(() => opened.read(0, 10)).toThrow("after close");
  });

  it("refuses what is not a regular file of a sane size, without blocking", () => {
    const path = sampleFile("real");
    symlinkSync(path, join(folder, "link"));
    mkdirSync(join(folder, "folder"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const name of ["link", "folder", "pipe", "missing"]) {
      expect(() => openByteSource(join(folder, name))).toThrow(expect.objectContaining({ code: "input" }));
    }
    expect(() => openByteSource(path, content.byteLength - 1)).toThrow("too large");
  });

  it("notices that the file changed, and keeps reading the file that it opened", () => {
    const path = sampleFile("changing", Buffer.from("first"));
    const opened = openByteSource(path);
    opened.assertUnchanged();
    renameSync(sampleFile("other", Buffer.from("other")), path);
    expect(Buffer.from(opened.read(0, 5)).toString()).toBe("first");
    opened.close();
    for (const change of [
      () => appendFileSync(path, "x"),
      () => utimesSync(path, 1, 1),
      () => writeFileSync(path, "otherx"),
    ]) {
      const again = openByteSource(path);
      change();
      expect(() => again.assertUnchanged()).toThrow("changed while it was read");
      again.close();
    }
  });

  it("says so when the file became shorter", () => {
    const path = sampleFile("shrinking");
    const opened = openByteSource(path);
    truncateSync(path, 10);
    expect(() => opened.read(100_000, 50_000)).toThrow("became shorter");
    opened.close();
  });
});
