// Asks other tools what they make of our zips, lists, signatures and streams, of hostile zips, and of the executables that we
// read. Slow: run by hand, see docs/interop.md and docs/hostile-input.md.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bombDefects, measureBombs } from "./interop/bombs.ts";
import { findChecksumTools } from "./interop/checksum-tools.ts";
import { findExtractors, type Extractors } from "./interop/extractors.ts";
import { makeGoCorpus } from "./interop/go-corpus.ts";
import { GO_HEADING, goSection, tallyGo } from "./interop/go-tally.ts";
import { writeHostileData, readFuzzCounts, type HostileData } from "./interop/hostile-data.ts";
import { hostileInputPage } from "./interop/hostile-page.ts";
import { PROFILES, type ClassResult } from "./interop/hostile-tally.ts";
import { runHostile } from "./interop/hostile.ts";
import { runSignatures } from "./interop/openssl.ts";
import { COMPRESSORS_HEADING, compressorsSection, runCompressors } from "./interop/compressors.ts";
import { interopPage, type InteropResults } from "./interop/page.ts";
import { PROVENANCE_HEADING, provenanceSection, tallyProvenance } from "./interop/provenance-tally.ts";
import { installProvenanceTools } from "./interop/provenance-tools.ts";
import { versionOf } from "./interop/run-program.ts";
import { SBOM_HEADING, sbomSection, tallySboms } from "./interop/sbom-tally.ts";
import { installSbomTools } from "./interop/sbom-tools.ts";
import { sectionOf, withSection } from "./interop/sections.ts";
import { runTrees } from "./interop/tree-agreement.ts";
import { TRUST_HEADING, trustSection } from "./interop/trust-page.ts";
import { runTrust } from "./interop/trust-tools.ts";
import { buildIfStale } from "./build.ts";
import { ROOT } from "./root.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** `hostile`, `sound`, `compressors`, `trust`, `binaries`, `sbom` or `provenance`: one part of the run. */
    only: { type: "string" },
    /** Folder of the tools that read SBOMs and statements; what it does not hold yet is installed into it, and it stays. */
    tools: { type: "string" },
    /** Folder of the executables; what it does not hold yet is built and fetched into it, and it stays. */
    corpus: { type: "string" },
    trees: { type: "string", default: "1000" },
    "asked-of-each": { type: "string", default: "1000000" },
    "variants-per-damage": { type: "string", default: "200" },
    /** Files that each compressor is given. */
    samples: { type: "string", default: "1500" },
    signatures: { type: "string", default: "200" },
    write: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const date = new Date().toISOString().slice(0, 10);
const PAGE = join(ROOT, "docs/interop.md");

// Modes come out as they went in only if nothing masks them.
process.umask(0o022);
const scratch = mkdtempSync(join(tmpdir(), "cavra-interop-"));
try {
  const defects = [
    ...(isAsked(undefined, "sound", "hostile") ? await runZips() : []),
    ...(isAsked(undefined, "compressors") ? await runDeflate() : []),
    ...(isAsked(undefined, "trust") ? await runSigners() : []),
    ...(isAsked(undefined, "binaries") ? await runBinaries() : []),
    ...(isAsked(undefined, "sbom") ? await runSboms() : []),
    ...(isAsked(undefined, "provenance") ? await runProvenance() : []),
  ];
  for (const defect of defects) console.error(`error: ${defect}`);
  console.log(`${defects.length} disagreements in all`);
  process.exitCode = defects.length === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Whether `--only` names one of these parts; undefined: it is not given. */
function isAsked(...parts: readonly (string | undefined)[]): boolean {
  return parts.includes(values.only);
}

/** What is asked of tools that extract. The defects. */
async function runZips(): Promise<readonly string[]> {
  const extractors = await findExtractors(scratch);
  if (extractors.found.length === 0) throw new Error("no tool was found: nothing would be compared");
  return [
    ...(values.only === "hostile" ? [] : await runSound(extractors)),
    ...(values.only === "sound" ? [] : await runHostileHalf(extractors)),
  ];
}

/** Whether the reader of deflate streams takes what compressors write. The defects. */
async function runDeflate(): Promise<readonly string[]> {
  const rows = await runCompressors(seed, Number(values.samples), scratch, values.tools);
  for (const { name, streams, refused } of rows)
    console.log(`${name}: ${streams} streams, ${refused.length} refused`);
  if (values.write)
    writeFileSync(PAGE, withSection(readFileSync(PAGE, "utf8"), compressorsSection(rows, date)));
  return rows.flatMap(({ name, refused }) => refused.map((words) => `${name}: ${words}`));
}

/** Whether other tools take our signatures, and we theirs. The defects. */
async function runSigners(): Promise<readonly string[]> {
  await buildIfStale();
  const tally = await runTrust(scratch);
  for (const name of tally.missing) console.log(`skipped: ${name} was not found`);
  console.log(`${tally.rows.length} signatures and keys: ${tally.defects.length} disagreements`);
  if (values.write) writeFileSync(PAGE, withSection(readFileSync(PAGE, "utf8"), trustSection(tally, date)));
  return tally.defects;
}

/** What `go version -m` says of many executables, beside what cavra says. The defects. */
async function runBinaries(): Promise<readonly string[]> {
  const go = await versionOf(["go", "version"]);
  const release = go?.split(" ")[2];
  if (go === undefined || release === undefined) {
    console.log("skipped: Go was not found");
    return [];
  }
  const corpus = await makeGoCorpus(resolve(values.corpus ?? join(scratch, "corpus")), release);
  const tally = await tallyGo(corpus, date, go);
  console.log(`${tally.comparisons.length} executables: ${tally.defects.length} disagreements`);
  if (values.write) writeFileSync(PAGE, withSection(readFileSync(PAGE, "utf8"), goSection(tally)));
  return tally.defects;
}

/** What other tools say of our SBOMs. The defects. */
async function runSboms(): Promise<readonly string[]> {
  const tools = await installSbomTools(resolve(values.tools ?? join(scratch, "tools")));
  for (const { name, path, reason } of tools.values())
    if (path === undefined) console.log(`skipped: ${name} could not be had: ${reason}`);
  const tally = await tallySboms(tools, scratch, date);
  for (const { tool, command, verdict } of tally.answers) console.log(`${tool}: ${command}: ${verdict}`);
  if (values.write) writeFileSync(PAGE, withSection(readFileSync(PAGE, "utf8"), sbomSection(tally)));
  return tally.defects;
}

/** What other tools say of our provenance and statements. The defects. */
async function runProvenance(): Promise<readonly string[]> {
  await buildIfStale();
  const tools = await installProvenanceTools(resolve(values.tools ?? join(scratch, "tools")));
  for (const { name, path, reason } of tools)
    if (path === undefined) console.log(`skipped: ${name} could not be had: ${reason}`);
  const tally = await tallyProvenance(tools, scratch, date);
  for (const { tool, command, verdict } of tally.answers) console.log(`${tool}: ${command}: ${verdict}`);
  if (values.write) writeFileSync(PAGE, withSection(readFileSync(PAGE, "utf8"), provenanceSection(tally)));
  return tally.defects;
}

/** Our own zips, lists, signatures and streams. The defects. */
async function runSound(extractors: Extractors): Promise<readonly string[]> {
  const checksums = await findChecksumTools();
  const missing = [...extractors.missing, ...checksums.missing];
  for (const name of missing) console.log(`skipped: ${name} was not found`);
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
  const tools = { extractors: extractors.found, checksums: checksums.found, missing };
  const results: InteropResults = { date, seed, tools, trees, signatures };
  if (values.write) {
    const before = readFileSync(PAGE, "utf8");
    // What the other parts of the run have written stays.
    const headings = [COMPRESSORS_HEADING, GO_HEADING, SBOM_HEADING, TRUST_HEADING, PROVENANCE_HEADING];
    const kept = headings.flatMap((heading) => sectionOf(before, heading) ?? []);
    writeFileSync(PAGE, kept.reduce(withSection, interopPage(results)));
  }
  return [...trees.defects, ...(signatures?.defects ?? [])];
}

/** Every hostile zip that we can think of. The defects. */
async function runHostileHalf({ found, missing }: Extractors): Promise<readonly string[]> {
  const hostile = await runHostile({
    seed,
    variants: "all",
    variantsPerDamage: Number(values["variants-per-damage"]),
    askedOfEach: Number(values["asked-of-each"]),
    extractors: found,
    scratch,
  });
  for (const line of hostile.classes.map(summary)) console.log(line);
  const bombs = await measureBombs(scratch);
  const defects = [...hostile.defects, ...bombDefects(bombs)];
  const tools = found.map(({ name, version }) => ({ name, version }));
  const data: HostileData = { date, seed, tools, missing, classes: hostile.classes, bombs, defects };
  if (values.write) {
    writeHostileData(data);
    writeFileSync(join(ROOT, "docs/hostile-input.md"), hostileInputPage(data, readFuzzCounts()));
  }
  return defects;
}

/** Produced, refused, accepted and why. */
function summary({ id, title, zips, constructs, disputed, asked }: ClassResult): string {
  const accepted = PROFILES.map((profile) => {
    const taking = constructs.filter((construct) => (construct.accepted[profile] ?? 0) > 0);
    const count = taking.reduce((total, construct) => total + (construct.accepted[profile] ?? 0), 0);
    const why = taking.map(({ name, kind }) => `${kind}: ${name}`).join("; ");
    return `${profile} accepts ${count}${why === "" ? "" : ` (${why})`}`;
  });
  return `${id} ${title}: ${zips} zips; ${accepted.join("; ")}; tools dispute ${disputed} of ${asked}`;
}
