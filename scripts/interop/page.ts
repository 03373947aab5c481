import type { ChecksumTool } from "./checksum-tools.ts";
import type { Extractor } from "./extractors.ts";
import { grouped, megabytes, table } from "./markdown.ts";
import type { SignatureTally } from "./openssl.ts";
import type { TreeTally } from "./tree-agreement.ts";

export interface InteropResults {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly seed: number;
  readonly tools: {
    readonly extractors: readonly Extractor[];
    readonly checksums: readonly ChecksumTool[];
    readonly missing: readonly string[];
  };
  readonly trees: TreeTally;
  /** undefined: OpenSSL 3 was not found. */
  readonly signatures: SignatureTally | undefined;
}

/** The page docs/interop.md: what was asked, of which tools, and what they answered. */
export function interopPage(results: InteropResults): string {
  const { date, seed } = results;
  const head = `# Other tools

What other tools make of our zips, lists, signatures, streams and SBOMs, and what they read in executables. This page is written by
\`npm run test:interop -- --write\` (about eight minutes of processor time and a fetch of 1.4 GB, by hand; \`--only sound\`, \`hostile\`, \`trust\`, \`binaries\`, \`sbom\` or \`provenance\` runs a part,
\`--corpus DIR\` keeps the executables, \`--tools DIR\` the tools for SBOMs; a tool that is missing is skipped by name, a disagreement ends with 1). A small part of it runs in
\`npm test\`. Last run: ${date}, seed ${seed}, ${defectCount(results)} disagreements.`;
  return `${[head, toolsPart(results), treesPart(results), othersPart(results), HOSTILE].join("\n\n")}\n`;
}

function defectCount({ trees, signatures }: InteropResults): number {
  return trees.defects.length + (signatures?.defects.length ?? 0);
}

function toolsPart({ tools, trees, signatures }: InteropResults): string {
  const versions = [
    ...[...tools.extractors, ...tools.checksums].map(({ name, version }) => [name, version] as const),
    ...(signatures === undefined ? [] : [["OpenSSL", signatures.version] as const]),
    ...(trees.streams === undefined ? [] : [["zlib in Python", trees.streams.zlib] as const]),
  ];
  const missing =
    tools.missing.length === 0 ? "" : `\n\nNot found, so not asked: ${tools.missing.join(", ")}.`;
  return `## Tools\n\n${table(["tool", "version"], versions)}${missing}`;
}

function treesPart({ tools, trees }: InteropResults): string {
  const shapes = [...trees.byShape].map(([shape, count]) => `${grouped(count)} ${shape}`).join(", ");
  const readers = tools.extractors.map(({ name }) => name).join(", ");
  return `## The same files out as in

${grouped(trees.trees)} generated trees (${shapes}) with ${grouped(trees.files)} files of ${megabytes(trees.sizeBytes)} were packed, ${grouped(trees.deflated)} with deflate
and ${grouped(trees.trees - trees.deflated)} with store, and extracted by ${readers}: ${trees.defects.length} disagreements on paths, bytes or modes.
A reader of a pipe does not come to the central directory, where the modes are: of it only paths and bytes are asked.
Python's zipfile and Go's archive/zip are libraries; the programs around them (\`scripts/interop/\`) set the modes they read.`;
}

function othersPart({ tools, trees, signatures }: InteropResults): string {
  const parts: string[] = [];
  if (trees.checkedLists > 0) {
    const names = tools.checksums.map(({ name }) => `\`${name} -c\``).join(" and ");
    parts.push(
      `- **checksums.txt**: ${names} accepted all ${grouped(trees.checkedLists)} lists and named every file, and refused each after one file got one byte more.`,
    );
  }
  if (signatures !== undefined) {
    parts.push(
      `- **Ed25519**: of ${grouped(signatures.sets)} signature sets OpenSSL accepted all ${grouped(signatures.accepted)} signatures (the raw one of checksums.txt, and those in the two envelopes over a PAE put together by the test), refused ${grouped(signatures.refused)} of ${grouped(signatures.accepted * 2)} after one byte of the message or of the signature had changed, and made the same 64 bytes itself ${grouped(signatures.identical)} times.`,
    );
  }
  if (trees.streams !== undefined) {
    const { count, sizeBytes, zlib } = trees.streams;
    parts.push(
      `- **Deflate**: \`scripts/interop/canonical-deflate.py\` wrote all ${grouped(count)} streams (${megabytes(sizeBytes)} before compression) again with zlib ${zlib}, byte for byte. Anyone can run it on a released zip.`,
    );
  }
  return `## Lists, signatures, streams\n\n${parts.join("\n")}`;
}

const HOSTILE = `## Hostile zips

What the same tools make of zips that are meant to be read in two ways: [hostile-input.md](hostile-input.md).`;
