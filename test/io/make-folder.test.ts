import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../src/io/make-folder.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();

describe("makeFolder", () => {
  it("makes what is missing, and leaves what is there", async () => {
    const path = join(scratch, "a/b/c");
    await makeFolder(path, 0o700);
    writeFileSync(join(path, "kept"), "");
    await makeFolder(path);
    expect(readdirSync(path)).toEqual(["kept"]);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it("may be called for the same folder at the same time", async () => {
    const path = join(scratch, "many/times/over");
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it("goes through a link to a folder, and not through a file or a link to nothing", async () => {
    mkdirSync(join(scratch, "real"));
    symlinkSync("real", join(scratch, "link"));
    symlinkSync("nothing", join(scratch, "dangling"));
    writeFileSync(join(scratch, "file"), "");
    await makeFolder(join(scratch, "link/below"));
    expect(readdirSync(join(scratch, "real"))).toEqual(["below"]);
    for (const name of ["file", "dangling"]) {
      const path = join(scratch, name, "below");
      await expect(makeFolder(path)).rejects.toMatchObject({ code: "output", details: { at: path } });
    }
  });
});
