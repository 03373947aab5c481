import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demandFree, publish } from "../../src/io/publish.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();

function drafts(name: string): { readonly folder: string; readonly file: string; readonly place: string } {
  const place = join(scratch, name);
  mkdirSync(join(place, "draft/folder"), { recursive: true });
  writeFileSync(join(place, "draft/file"), "new");
  return { folder: join(place, "draft/folder"), file: join(place, "draft/file"), place };
}

describe("publish", () => {
  it("moves everything", async () => {
    const { folder, file, place } = drafts("all");
    await publish([
      { from: folder, to: join(place, "folder") },
      { from: file, to: join(place, "file") },
    ]);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(place, "file"), "utf8")).toBe("new");
  });

  it("takes back what it moved when a later name is taken, and replaces nothing", async () => {
    const { folder, file, place } = drafts("none");
    writeFileSync(join(place, "file"), "old");
    const work = publish([
      { from: folder, to: join(place, "folder") },
      { from: file, to: join(place, "file") },
    ]);
    await expect(work).rejects.toMatchObject({ code: "output", details: { at: join(place, "file") } });
    expect(existsSync(join(place, "folder"))).toBe(false);
    expect(existsSync(folder)).toBe(true);
    expect(readFileSync(join(place, "file"), "utf8")).toBe("old");
  });

  it("takes a link to nothing for a taken name", async () => {
    const path = join(scratch, "link");
    symlinkSync("nothing", path);
    await expect(demandFree([path])).rejects.toMatchObject({ code: "output", details: { at: path } });
    await expect(demandFree([join(scratch, "free")])).resolves.toBeUndefined();
  });
});
