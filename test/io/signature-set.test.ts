import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSignatureSet, signatureFolderOf, writeSignatureSet } from "../../src/io/signature-set.ts";
import { MAX_ENVELOPE_BYTES, MAX_SIGNATURE_FILES } from "../../src/model/limits.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();
const RELEASE = "release.dsse.json";
const COPY = `checksums.${"0a".repeat(8)}.sig`;

function newSet(): string {
  return mkdtempSync(join(root, "set-"));
}

describe("a signature set", () => {
  it("lies beside its subject, with or without a slash at the end", () => {
    expect(signatureFolderOf("a/b.zip")).toBe("a/b.zip.sigs");
    expect(signatureFolderOf("a/b/")).toBe("a/b.sigs");
    expect(signatureFolderOf("a\\b\\")).toBe("a\\b.sigs");
  });

  it("gives back what was written, and lists all other names without reading them", async () => {
    const folder = join(newSet(), "deep", "x.zip.sigs");
    const files = new Map([
      [RELEASE, Buffer.from("{}")],
      [COPY, Buffer.from([1, 2, 3])],
    ]);
    await writeSignatureSet(folder, files);
    const strange = [
      "README",
      "checksums.0A0a0a0a0a0a0a0a.sig",
      "release.dsse.json.bak",
      "root.02.dsse.json",
    ];
    for (const name of strange) symlinkSync("/dev/zero", join(folder, name));
    const set = await readSignatureSet(folder);
    expect(set?.others.toSorted()).toEqual(strange.toSorted());
    expect([...(set?.files ?? [])].map(([name, file]) => [name, file.ok && Buffer.from(file.value)])).toEqual(
      [
        [COPY, files.get(COPY)],
        [RELEASE, files.get(RELEASE)],
      ],
    );
  });

  it("is none where there is nothing", async () => {
    const folder = newSet();
    expect(await readSignatureSet(join(folder, "none"))).toBeUndefined();
    writeFileSync(join(folder, "file"), "");
    expect(await readSignatureSet(join(folder, "file", "below"))).toBeUndefined();
  });

  it.each<readonly [string, (path: string) => void]>([
    ["a file", (path) => writeFileSync(path, "")],
    ["a symbolic link", (path) => symlinkSync("nowhere", path)],
    ["a symbolic link", (path) => symlinkSync(".", path)],
    ["a named pipe", (path) => spawnSync("mkfifo", [path])],
  ])("has a broken statement, which says so, where %s stands", async (kind, put) => {
    const path = join(newSet(), "x.zip.sigs");
    put(path);
    const set = await readSignatureSet(path);
    const reason = `cannot be read: x.zip.sigs is ${kind}, not a folder`;
    expect(set?.files).toEqual(new Map([[RELEASE, { ok: false, at: RELEASE, reason }]]));
  });

  it.each<readonly [string, string, (path: string) => void]>([
    ["a link to a good one", "is a symbolic link", (path) => symlinkSync("good", path)],
    ["a link that leads nowhere", "is a symbolic link", (path) => symlinkSync("nowhere", path)],
    ["a folder", "is a folder, not a regular file", (path) => mkdirSync(path)],
    [
      "a file above the limit",
      `is too large: ${MAX_ENVELOPE_BYTES + 1} bytes, at most ${MAX_ENVELOPE_BYTES} bytes`,
      (path) => writeFileSync(path, Buffer.alloc(MAX_ENVELOPE_BYTES + 1)),
    ],
    ["a named pipe", "is a named pipe, not a regular file", (path) => spawnSync("mkfifo", [path])],
  ])("has a broken file where %s stands", async (_, reason, put) => {
    const folder = newSet();
    writeFileSync(join(folder, "good"), "{}");
    put(join(folder, RELEASE));
    const set = await readSignatureSet(folder);
    expect(set?.files.get(RELEASE)).toEqual({
      ok: false,
      at: RELEASE,
      reason,
    });
  });

  it("reads a file of just the limit", async () => {
    const folder = newSet();
    writeFileSync(join(folder, RELEASE), Buffer.alloc(MAX_ENVELOPE_BYTES));
    expect((await readSignatureSet(folder))?.files.get(RELEASE)).toMatchObject({ ok: true });
  });

  it("reads nothing from among more files than a set can have", async () => {
    const folder = newSet();
    writeFileSync(join(folder, RELEASE), "{}");
    for (let number = 1; number < MAX_SIGNATURE_FILES; number += 1)
      writeFileSync(join(folder, `x${number}`), "");
    expect((await readSignatureSet(folder))?.files.get(RELEASE)).toMatchObject({ ok: true });
    writeFileSync(join(folder, "one more"), "");
    const set = await readSignatureSet(folder);
    expect(set?.files.get(RELEASE)).toMatchObject({ ok: false });
    expect(JSON.stringify([...(set?.files ?? [])])).toContain(
      `stands among more than ${MAX_SIGNATURE_FILES} files`,
    );
  });

  it("keeps files of others when it is written to, and leaves no draft", async () => {
    const folder = newSet();
    writeFileSync(join(folder, "other"), "mine");
    await writeSignatureSet(folder, new Map([[RELEASE, Buffer.from("1")]]));
    await writeSignatureSet(folder, new Map([[RELEASE, Buffer.from("2")]]));
    expect(readdirSync(folder).toSorted()).toEqual(["other", RELEASE]);
    expect(readFileSync(join(folder, RELEASE), "utf8")).toBe("2");
  });

  it("cannot be written where a file is in the way", async () => {
    const folder = newSet();
    writeFileSync(join(folder, "file"), "");
    const failure = await failureOf(
      writeSignatureSet(join(folder, "file"), new Map([[RELEASE, Buffer.from("1")]])),
    );
    expect(failure.code).toBe("output");
  });
});
