import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openLocalPackage } from "../../src/flows/local-package.ts";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { failureOf } from "../support/build-scratch.ts";
import { fileTree } from "../support/file-tree.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallInput, smallPackage, writeSmallRelease } from "../support/small-release.ts";

const root = scratchFolder();
const made = smallInput({ version: "0.1.0", releaseCounter: 1, previous: null });
let zip = "";

beforeAll(async () => {
  ({ zip } = await writeSmallRelease(root, { version: "0.1.0", releaseCounter: 1, previous: null }));
});

/** The package as a directory, in a folder of its own. */
function directory(name: string): string {
  const folder = join(root, name, made.input.topFolder);
  for (const { path, mode, bytes } of smallPackage(made)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), bytes, { mode });
  }
  return folder;
}

describe("openLocalPackage", () => {
  it("reads a sound package without asking who signed it, zip and directory alike", async () => {
    const folder = directory("sound");
    const [fromZip, fromFolder] = [await openLocalPackage(zip), await openLocalPackage(folder)];
    expect(fromZip.manifest).toEqual(fromFolder.manifest);
    expect(fromZip.manifest).toMatchObject({ version: "0.1.0", releaseCounter: 1, previous: null });
    expect(fromFolder.manifestSha256).toBe(sha256Hex(readFileSync(join(folder, "release-evidence.json"))));
    expect(fromZip.manifestSha256).toBe(fromFolder.manifestSha256);
    expect(fromZip.subject.zip?.sha256).toBe(sha256Hex(readFileSync(zip)));
    expect(fromFolder.subject.zip).toBeNull();
  });

  it("refuses one in which anything does not agree, and names all of it", async () => {
    const folder = directory("spoilt");
    writeFileSync(join(folder, "LICENSE"), "changed");
    writeFileSync(join(folder, "extra"), "extra");
    const before = fileTree(folder);
    const failure = await failureOf(openLocalPackage(folder));
    expect(failure.code).toBe("refused");
    expect(failure.message).toContain("is not a sound package");
    expect(failure.details.output).toMatch(/files\.unlisted: .*\(extra\)/);
    expect(failure.details.output).toMatch(/files\.digest-mismatch: .*\(LICENSE\)/);
    expect(fileTree(folder)).toEqual(before);
  });

  it("calls a draft by the name that it would get: its own is gone when the refusal is read", async () => {
    const folder = directory("draft");
    writeFileSync(join(folder, "extra"), "extra");
    const failure = await failureOf(openLocalPackage(folder, { name: "dist/go-runtime-v0.1.0.zip" }));
    expect(failure.message).toContain("dist/go-runtime-v0.1.0.zip is not a sound package");
    expect(failure.message).not.toContain(root);
    expect(failure.details.hint).toContain("build again");
  });

  it("refuses a hostile container, and one that is no package at all", async () => {
    const folder = directory("linked");
    symlinkSync("/etc/passwd", join(folder, "passwd"));
    expect((await failureOf(openLocalPackage(folder))).code).toBe("refused");
    const prefixed = join(root, "prefixed.zip");
    writeFileSync(prefixed, Buffer.concat([Buffer.from("MZ"), readFileSync(zip)]));
    expect((await failureOf(openLocalPackage(prefixed))).code).toBe("refused");
    const empty = join(root, "empty");
    mkdirSync(empty);
    expect((await failureOf(openLocalPackage(empty))).code).toBe("refused");
    expect((await failureOf(openLocalPackage(join(root, "none.zip")))).code).toBe("input");
  });
});
