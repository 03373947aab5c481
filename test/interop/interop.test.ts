import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChecksumTools } from "../../scripts/interop/checksum-tools.ts";
import { findExtractors, type Extractor } from "../../scripts/interop/extractors.ts";
import { runHostile } from "../../scripts/interop/hostile.ts";
import { runSignatures } from "../../scripts/interop/openssl.ts";
import { interopPage } from "../../scripts/interop/page.ts";
import { runTrees, type TreeTally } from "../../scripts/interop/tree-agreement.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

// The long run is `npm run test:interop`; this is a small part of it, so that its programs keep working.
process.umask(0o022);
const scratch = scratchFolder();
const extractors = await findExtractors(scratch);
const checksumTools = await findChecksumTools();

/** Accepts everything and writes nothing. */
const blind: Extractor = {
  name: "blind",
  version: "1",
  restoresModes: true,
  extract: async (jobs) => await Promise.resolve(jobs.map(() => true)),
};

function newFolder(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  return folder;
}

async function trees(name: string, treeCount: number, by: readonly Extractor[]): Promise<TreeTally> {
  const folder = newFolder(name);
  const tools = by.includes(blind) ? [] : checksumTools.found;
  return await runTrees({ seed: 20, treeCount, extractors: by, checksumTools: tools, scratch: folder });
}

describe("other tools", () => {
  it("extract what was packed, accept our lists, and write our streams again", async ({ skip }) => {
    if (extractors.found.length === 0) skip(`none of ${extractors.missing.join(", ")}`);
    const tally = await trees("trees", 20, extractors.found);
    expect(tally).toMatchObject({ trees: 20, defects: [] });
    expect(tally.files).toBeGreaterThan(60);
    if (tally.streams !== undefined) expect(tally.streams.count).toBeGreaterThan(10);
  });

  it("accept our signatures, and none after a change", async ({ skip }) => {
    const tally = await runSignatures(1, 2, newFolder("signatures"));
    if (tally === undefined) skip("no OpenSSL 3");
    expect(tally).toMatchObject({ accepted: 6, refused: 12, identical: 6, defects: [] });
  });

  it("never read a hostile zip that we accept in another way", async ({ skip }) => {
    const few = extractors.found.filter(({ name }) => name === "unzip" || name === "Python zipfile");
    if (few.length === 0) skip("neither unzip nor python3");
    const { classes, defects } = await runHostile({
      seed: 1,
      variants: "seeds",
      variantsPerDamage: 3,
      askedOfEach: 3,
      extractors: few,
      scratch: newFolder("hostile"),
    });
    expect(defects).toEqual([]);
    expect(classes.length).toBeGreaterThan(40);
    expect(classes.some(({ tools }) => tools.some(({ accepted }) => accepted > 0))).toBe(true);
  });
});

describe("the run itself", () => {
  it("sees a tool that writes nothing, and says so on the page", async () => {
    const tally = await trees("blind", 3, [blind]);
    expect(tally.defects).toHaveLength(3);
    expect(tally.defects[0]).toMatch(/^tree 0, blind: .* is missing$/);
    const hostile = await runHostile({
      seed: 1,
      variants: "seeds",
      variantsPerDamage: 1,
      askedOfEach: 1,
      extractors: [blind],
      scratch: newFolder("blind-hostile"),
    });
    expect(hostile.defects.length).toBeGreaterThan(2);
    const page = interopPage({
      date: "2024-01-02",
      seed: 1,
      tools: { extractors: [blind], checksums: [], missing: ["unzip"] },
      trees: tally,
      signatures: undefined,
    });
    expect(page).toContain(`2024-01-02, seed 1, 3 disagreements`);
    expect(page).toContain("Not found, so not asked: unzip.");
  });
});
