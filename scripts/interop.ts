// Asks other tools what they make of our zips, lists, signatures and streams. Slow: run by hand, see docs/interop.md.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findChecksumTools } from "./interop/checksum-tools.ts";
import { findExtractors } from "./interop/extractors.ts";
import { runHostile } from "./interop/hostile.ts";
import { runSignatures } from "./interop/openssl.ts";
import { interopPage, type InteropResults } from "./interop/page.ts";
import { runTrees } from "./interop/tree-agreement.ts";
import { ROOT } from "./run-tool.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    trees: { type: "string", default: "1000" },
    "variants-per-case": { type: "string", default: "45" },
    "variants-per-damage": { type: "string", default: "200" },
    signatures: { type: "string", default: "200" },
    write: { type: "boolean", default: false },
  },
});

// Modes come out as they went in only if nothing masks them.
process.umask(0o022);
const scratch = mkdtempSync(join(tmpdir(), "cavra-interop-"));
try {
  const results = await run();
  report(results);
  if (values.write) writeFileSync(join(ROOT, "docs/interop.md"), interopPage(results));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function run(): Promise<InteropResults> {
  const seed = Number(values.seed);
  const [extractors, checksums] = [await findExtractors(scratch), await findChecksumTools()];
  const missing = [...extractors.missing, ...checksums.missing];
  for (const name of missing) console.log(`skipped: ${name} was not found`);
  if (extractors.found.length === 0) throw new Error("no tool was found: nothing would be compared");
  const trees = await runTrees({
    seed,
    treeCount: Number(values.trees),
    extractors: extractors.found,
    checksumTools: checksums.found,
    scratch,
  });
  console.log(`${trees.trees} trees: ${trees.defects.length} disagreements`);
  if (trees.streams === undefined) console.log("skipped: Python with madler's zlib was not found");
  const signatures = await runSignatures(seed, Number(values.signatures), scratch);
  if (signatures === undefined) console.log("skipped: OpenSSL 3 was not found");
  else console.log(`${signatures.sets} signature sets: ${signatures.defects.length} disagreements`);
  const hostile = await runHostile({
    seed,
    variantsPerCase: Number(values["variants-per-case"]),
    variantsPerDamage: Number(values["variants-per-damage"]),
    extractors: extractors.found,
    scratch,
  });
  const zips = hostile.tallies.reduce((sum, tally) => sum + tally.zips, 0);
  console.log(`${zips} hostile zips: ${hostile.defects.length} defects`);
  const tools = { extractors: extractors.found, checksums: checksums.found, missing };
  const date = new Date().toISOString().slice(0, 10);
  return { date, seed, tools, trees, signatures, hostile };
}

function report({ trees, signatures, hostile }: InteropResults): void {
  const defects = [...trees.defects, ...(signatures?.defects ?? []), ...hostile.defects];
  for (const defect of defects) console.error(`error: ${defect}`);
  console.log(`${defects.length} disagreements in all`);
  process.exitCode = defects.length === 0 ? 0 : 1;
}
