import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exists,
  folderNames,
  isFolder,
  permissionBits,
  readIfPresent,
  readInput,
  writeFileAtomic,
  writeSynced,
} from "../../src/io/files.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();

function newFolder(): string {
  return mkdtempSync(join(root, "case-"));
}

describe("readInput", () => {
  it("gives the bytes of a regular file up to the limit, not one more", async () => {
    const path = join(newFolder(), "file");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        writeFileSync(path, bytes);
        expect(await readInput(path, bytes.byteLength)).toEqual(bytes);
        if (bytes.byteLength === 0) return;
        const failure = await failureOf(readInput(path, bytes.byteLength - 1));
        expect(failure).toMatchObject({ code: "input", details: { found: `${bytes.byteLength} bytes` } });
      }),
      { numRuns: 25 },
    );
  });

  it("refuses what is missing, a folder, a link and a file below a file, each by its reason", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "x");
    symlinkSync("file", join(folder, "link"));
    mkdirSync(join(folder, "sub"));
    const cases: readonly (readonly [string, string])[] = [
      ["none", "does not exist"],
      ["sub", "is a folder, not a regular file"],
      ["link", "is a symbolic link"],
      ["file/below", "is not a folder"],
    ];
    for (const [name, reason] of cases) {
      const { code, message } = await failureOf(readInput(join(folder, name), 10));
      expect({ name, code, message }).toEqual({
        name,
        code: "input",
        message: `${join(folder, name)} ${reason}`,
      });
    }
  });

  it("does not wait for a named pipe to which nobody writes", async ({ skip }) => {
    const path = join(newFolder(), "pipe");
    if (spawnSync("mkfifo", [path]).status !== 0) skip("there are no named pipes");
    expect((await failureOf(readInput(path, 10))).message).toBe(
      `${path} is a named pipe, not a regular file`,
    );
  }, 5000);

  it("takes only a missing file for absent", async () => {
    const folder = newFolder();
    expect(await readIfPresent(join(folder, "none"), 10)).toBeUndefined();
    symlinkSync("nowhere", join(folder, "link"));
    expect((await failureOf(readIfPresent(join(folder, "link"), 10))).code).toBe("input");
  });

  it("reads a device without end no further than its limit", async ({ skip }) => {
    if (!(await exists("/dev/zero"))) skip("there is no /dev/zero");
    expect((await failureOf(readInput("/dev/zero", 10))).message).toContain(
      "is a device, not a regular file",
    );
  });
});

describe("writeFileAtomic", () => {
  it("writes whole files with their mode, whatever the umask, and leaves nothing else", async () => {
    const folder = newFolder();
    const umask = process.platform === "win32" ? undefined : process.umask(0o077);
    try {
      await writeFileAtomic(join(folder, "default"), Buffer.from("a"));
      await writeFileAtomic(join(folder, "private"), Buffer.from("b"), { mode: 0o600 });
    } finally {
      if (umask !== undefined) process.umask(umask);
    }
    expect(readdirSync(folder).toSorted()).toEqual(["default", "private"]);
    expect(statSync(join(folder, "default")).mode & 0o777).toBe(0o644);
    expect(statSync(join(folder, "private")).mode & 0o777).toBe(0o600);
  });

  it("replaces a file at once, and a link instead of what it leads to", async () => {
    const folder = newFolder();
    const path = join(folder, "file");
    writeFileSync(path, "old");
    symlinkSync("file", join(folder, "link"));
    await writeFileAtomic(join(folder, "link"), Buffer.from("new"));
    expect([readFileSync(path, "utf8"), readFileSync(join(folder, "link"), "utf8")]).toEqual(["old", "new"]);
    await writeFileAtomic(path, Buffer.from("newer"));
    expect(readFileSync(path, "utf8")).toBe("newer");
  });

  it("leaves the old file and no other when it cannot replace it", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "taken", "mine"), "mine");
    const failure = await failureOf(writeFileAtomic(join(folder, "taken"), Buffer.from("new")));
    expect(failure.code).toBe("output");
    expect(failure.message).toContain(`cannot write ${join(folder, "taken")}`);
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(readdirSync(join(folder, "taken"))).toEqual(["mine"]);
  });

  it("replaces nothing when told to be exclusive", async () => {
    const path = join(newFolder(), "file");
    await writeFileAtomic(path, Buffer.from("first"), { exclusive: true });
    const failure = await failureOf(writeFileAtomic(path, Buffer.from("second"), { exclusive: true }));
    expect(failure).toMatchObject({ code: "output", message: `${path} exists already` });
    expect(readFileSync(path, "utf8")).toBe("first");
  });

  it("lets one of many exclusive writers at one time have the name, and tells all others", async () => {
    const folder = newFolder();
    const path = join(folder, "file");
    const contents = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => letter.repeat(100_000));
    const work = contents.map(async (text) => {
      await writeFileAtomic(path, Buffer.from(text), { exclusive: true });
      return text;
    });
    const settled = await Promise.allSettled(work);
    const [winner, ...more] = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(more).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe(winner);
    for (const one of settled) {
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "output" });
    }
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("takes a link to nothing for a taken name when told to be exclusive", async () => {
    const folder = newFolder();
    symlinkSync("nothing", join(folder, "link"));
    const work = writeFileAtomic(join(folder, "link"), Buffer.from("x"), { exclusive: true });
    expect((await failureOf(work)).message).toBe(`${join(folder, "link")} exists already`);
    expect(readdirSync(folder)).toEqual(["link"]);
  });

  it("says when the folder is missing or is a file", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    for (const name of ["none/x", "file/x"]) {
      const failure = await failureOf(writeFileAtomic(join(folder, name), new Uint8Array()));
      expect({ name, code: failure.code }).toEqual({ name, code: "output" });
    }
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("says when the folder may not be written to", async ({ skip }) => {
    if (process.getuid?.() === 0) skip("root may write anywhere");
    const folder = newFolder();
    chmodSync(folder, 0o500);
    const failure = await failureOf(writeFileAtomic(join(folder, "x"), new Uint8Array()));
    chmodSync(folder, 0o700);
    expect(failure.message).toContain("may not be read or written by you");
  });

  it("lets writers at one time leave one of their files whole", async () => {
    const folder = newFolder();
    const path = join(folder, "file");
    const contents = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => letter.repeat(100_000));
    await Promise.all(contents.map(async (text) => await writeFileAtomic(path, Buffer.from(text))));
    expect(contents).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

describe("looking at paths", () => {
  it("writeSynced makes new files only", async () => {
    const path = join(newFolder(), "file");
    await writeSynced(path, Buffer.from("a"), 0o755);
    expect(await permissionBits(path)).toBe(0o755);
    await expect(writeSynced(path, Buffer.from("b"), 0o644)).rejects.toMatchObject({ code: "EEXIST" });
  });

  it("a link to a folder is no folder", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "sub"));
    symlinkSync("sub", join(folder, "link"));
    expect([await isFolder(join(folder, "sub")), await isFolder(join(folder, "link"))]).toEqual([
      true,
      false,
    ]);
    expect((await failureOf(isFolder(join(folder, "none")))).code).toBe("input");
  });

  it("names come bytewise sorted, and none from a folder that is not there", async () => {
    const folder = newFolder();
    for (const name of ["b", "a", "B", "ä", "a.b", "\u{1f600}", "\uff5e"])
      writeFileSync(join(folder, name), "");
    const names = await folderNames(folder);
    expect(names).toEqual(["B", "a", "a.b", "b", "ä", "\uff5e", "\u{1f600}"]);
    expect(await folderNames(join(folder, "none"))).toEqual([]);
    expect((await failureOf(folderNames(join(folder, "a")))).code).toBe("input");
    expect(await folderNames(folder, 3)).toHaveLength(3);
  });
});
