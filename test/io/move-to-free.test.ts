import { existsSync, mkdtempSync, promises, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { moveToFree } from "../../src/io/move-to-free.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();
const link = promises.link;

afterEach(() => {
  promises.link = link;
  syncBuiltinESMExports();
});

/** As FAT answers. */
function withoutLinks(): void {
  promises.link = async () => Promise.reject(Object.assign(new Error("no links"), { code: "EPERM" }));
  syncBuiltinESMExports();
}

function draftIn(folder: string): string {
  const draft = join(folder, "draft");
  writeFileSync(draft, "new");
  return draft;
}

describe.each([
  ["with hard links", () => undefined],
  ["without hard links", withoutLinks],
])("moveToFree, on a file system %s", (_, prepare) => {
  it("moves to a free name", async () => {
    prepare();
    const folder = mkdtempSync(join(root, "free-"));
    const draft = draftIn(folder);
    await moveToFree(draft, join(folder, "file"));
    expect([existsSync(draft), readFileSync(join(folder, "file"), "utf8")]).toEqual([false, "new"]);
  });

  it("replaces nothing", async () => {
    prepare();
    const folder = mkdtempSync(join(root, "taken-"));
    const draft = draftIn(folder);
    writeFileSync(join(folder, "file"), "old");
    const work = moveToFree(draft, join(folder, "file"));
    await expect(work).rejects.toMatchObject({ code: "output", details: { at: join(folder, "file") } });
    expect([readFileSync(draft, "utf8"), readFileSync(join(folder, "file"), "utf8")]).toEqual(["new", "old"]);
  });

  it("leaves no reserved name behind when there is nothing to move", async () => {
    prepare();
    const folder = mkdtempSync(join(root, "nothing-"));
    await expect(moveToFree(join(folder, "draft"), join(folder, "file"))).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect(existsSync(join(folder, "file"))).toBe(false);
  });
});
