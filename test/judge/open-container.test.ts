import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openByteSource } from "../../src/io/byte-source.ts";
import { openDirectory } from "../../src/judge/open-directory.ts";
import { openZip } from "../../src/judge/open-zip.ts";
import type { JudgedContainer, OpenedContainer } from "../../src/judge/open-container.ts";
import { forgeZip, type ForgedEntry } from "../support/hostile-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
const entries: readonly ForgedEntry[] = [
  { name: "pkg/a", content: "one" },
  { name: "pkg/b/c", content: "two two", central: { external: 0x81ed0020 } },
];

let count = 0;
function newPath(): string {
  count += 1;
  return join(scratch, String(count));
}

function zipFile(bytes: Uint8Array): string {
  const path = newPath();
  writeFileSync(path, bytes);
  return path;
}

function container(opened: OpenedContainer): JudgedContainer {
  if (!opened.ok) throw new Error(JSON.stringify(opened.stage.sightings));
  return opened.container;
}

function packageFolder(): string {
  const root = join(newPath(), "pkg");
  mkdirSync(join(root, "b"), { recursive: true });
  writeFileSync(join(root, "a"), "one", { mode: 0o644 });
  writeFileSync(join(root, "b/c"), "two two", { mode: 0o755 });
  return root;
}

describe("a zip and the folder it holds", () => {
  it("say how the zip was made; a folder has nothing to say", () => {
    const zip = container(openZip(openByteSource(zipFile(forgeZip(entries)))));
    // 2024-01-02T03:04:06Z, the time of the forger.
    expect(zip.zip).toEqual({
      method: "deflate",
      modifiedEpochSeconds: Date.UTC(2024, 0, 2, 3, 4, 6) / 1000,
    });
    expect(container(openDirectory(packageFolder())).zip).toBeNull();
  });

  it("open as the same container", () => {
    const file = openByteSource(zipFile(forgeZip(entries)));
    const [zip, folder] = [openZip(file), openDirectory(packageFolder())];
    const facts = [zip, folder].map((opened) => {
      const one = container(opened);
      const files = one.entries.map(({ path, mode, sizeBytes }) => [
        path,
        mode,
        sizeBytes,
        Buffer.from(one.read(path)).toString(),
      ]);
      return { top: one.top, files };
    });
    expect(facts[0]).toEqual({
      top: "pkg",
      files: [
        ["a", 0o644, 3, "one"],
        ["b/c", 0o755, 7, "two two"],
      ],
    });
    expect(facts[1]).toEqual(facts[0]);
    expect(zip.stage).toEqual({ kind: "zip", sightings: [], entryCount: 2, totalBytes: 10 });
    expect(folder.stage).toEqual({ kind: "directory", sightings: [], entryCount: 2, totalBytes: 10 });
    file.close();
  });
});

describe("openZip", () => {
  it("hands on what the grammar saw", () => {
    const file = openByteSource(zipFile(forgeZip(entries, { after: Buffer.from("x") })));
    expect(openZip(file)).toMatchObject({
      ok: false,
      stage: { kind: "zip", sightings: [{ problem: "container.suffix" }] },
    });
    file.close();
  });

  it("opens a zip with damaged data, and names the damage when it is read", () => {
    const file = openByteSource(zipFile(forgeZip([{ name: "pkg/a", content: "one", both: { crc32: 7 } }])));
    const zip = container(openZip(file));
    expect(zip.tryRead("a")).toMatchObject({ ok: false, sighting: { problem: "container.crc", at: "a" } });
    expect(() => zip.read("a")).toThrow(expect.objectContaining({ code: "input" }));
    expect(() => zip.read("none")).toThrow("no such entry");
    file.close();
  });

  it("notices a change since it was opened", () => {
    const path = zipFile(forgeZip(entries));
    const file = openByteSource(path);
    const zip = container(openZip(file));
    zip.assertUnchanged();
    appendFileSync(path, "x");
    expect(() => zip.assertUnchanged()).toThrow("changed");
    file.close();
  });
});

describe("openDirectory", () => {
  it("notices a change since it was opened", () => {
    const root = packageFolder();
    const folder = container(openDirectory(root));
    folder.assertUnchanged();
    writeFileSync(join(root, "b/extra"), "");
    expect(() => folder.assertUnchanged()).toThrow("changed");
    expect(() => folder.read("none")).toThrow("no such entry");
  });

  it("hands on what the walk saw", () => {
    const root = packageFolder();
    mkdirSync(join(root, "empty"));
    expect(openDirectory(root)).toMatchObject({
      ok: false,
      stage: { kind: "directory", sightings: [{ problem: "container.empty-folder" }] },
    });
  });
});
