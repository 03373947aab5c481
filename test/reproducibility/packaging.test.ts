import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileTree } from "../support/file-tree.ts";
import { runCavraOn, runOn, type Machine } from "../support/foreign-machine.ts";
import { NODE_RELEASES } from "../support/node-releases.ts";
import { prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import type { ScratchRepository } from "../support/scratch-repository.ts";

const folder = scratchFolder();
let checkout: ScratchRepository;

beforeAll(() => {
  checkout = prebuiltCheckout();
});
afterAll(() => checkout.remove());

/** Every combination of both Nodes with what a machine may be set to. */
function machines(): readonly Machine[] {
  return Object.values(NODE_RELEASES).flatMap((node) =>
    ["America/St_Johns", "Pacific/Kiritimati"].flatMap((timeZone) =>
      ["C", "tr_TR.UTF-8"].flatMap((locale) =>
        ["000", "077"].map((umask) => ({ node, timeZone, locale, umask })),
      ),
    ),
  );
}

describe("packaging", () => {
  it("gives one zip and one directory on Node 22 and 24, in every time zone, locale and umask", () => {
    const trees = machines().map((machine) => {
      const out = mkdtempSync(join(folder, "dist-"));
      runCavraOn(machine, checkout.folder, ["release", "build", "--first-release", "--out", out]);
      return [...fileTree(out)].map(([path, facts]) => `${facts} ${path}`).join("\n");
    });
    expect(trees).toHaveLength(16);
    expect(trees[0]).toMatch(/^644 [0-9a-f]{64} cavra-go-runtime-v0\.1\.0\.zip$/m);
    expect(trees[0]).toMatch(/^755 [0-9a-f]{64} go-runtime-v0\.1\.0\/bin\//m);
    expect(new Set(trees).size).toBe(1);
  });

  it("was varied in truth: the machines differ in version, time zone and locale", () => {
    const tell =
      "const o = Intl.DateTimeFormat().resolvedOptions(); console.log(process.versions.node.slice(0, 2), o.timeZone, o.locale)";
    const told = machines().map((machine) => runOn(machine, folder, ["-e", tell]).trim());
    const seen = [...new Set(told)].map((line) => line.split(" "));
    expect(seen).toHaveLength(8);
    for (const column of [0, 1, 2]) expect(new Set(seen.map((words) => words[column])).size).toBe(2);
  });
});
