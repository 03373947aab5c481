import type { ChecksumTool } from "./checksum-tools.ts";
import type { Extractor } from "./extractors.ts";
import type { HostileResult } from "./hostile.ts";
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
  readonly hostile: HostileResult;
}

/** The page docs/interop.md: what was asked, of which tools, and what they answered. */
export function interopPage(results: InteropResults): string {
  const { date, seed } = results;
  const head = `# Other tools

What other tools make of our zips, lists, signatures and streams. This page is written by \`npm run test:interop -- --write\`
(about eight minutes of processor time, by hand; a tool that is missing is skipped by name, a disagreement ends with 1). A small part of it runs in
\`npm test\`. Last run: ${date}, seed ${seed}, ${defectCount(results)} disagreements.`;
  return `${[head, toolsPart(results), treesPart(results), othersPart(results), hostilePart(results)].join("\n\n")}\n`;
}

function defectCount({ trees, signatures, hostile }: InteropResults): number {
  return trees.defects.length + (signatures?.defects.length ?? 0) + hostile.defects.length;
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

function hostilePart({ tools, hostile }: InteropResults): string {
  const names = tools.extractors.map(({ name }) =>
    name.replace(/^(Python|Go|busybox) .*/, "$1").replace(" from a", ","),
  );
  const header = ["class", "zips", "**cavra**", ...names, "split", "read differently"];
  const rows = hostile.tallies.map((tally) => {
    const { name, zips, acceptedByUs, accepted, split, readDifferently } = tally;
    return [name, ...[zips, acceptedByUs, ...accepted, split, readDifferently].map(grouped)];
  });
  const sum = (pick: (tally: (typeof hostile.tallies)[number]) => number): number =>
    hostile.tallies.reduce((total, tally) => total + pick(tally), 0);
  const total = [
    sum(({ zips }) => zips),
    sum(({ acceptedByUs }) => acceptedByUs),
    ...names.map((_, place) => sum(({ accepted }) => accepted[place] ?? 0)),
    sum(({ split }) => split),
    sum(({ readDifferently }) => readDifferently),
  ];
  return `## Hostile zips

How many zips of each class a tool took without complaint. *Split*: some tools took it and others did not. *Read
differently*: two tools were content and wrote different files. The classes \`a\` to \`c\` are those of \`test/support/hostile-zip-cases.ts\`,
with random contents, field values and neighbours; the last ones are random damage.

${table(header, [...rows, ["**all**", ...total.map(grouped)]])}

Of what cavra accepts: "odd but sound deflate" and the two classes with flipped bits and renewed sums are zips of the profile
whose streams another compressor could have written; verifying never compresses again, and every tool reads them alike. "One
bit", "some bytes" and "one field" now and then write what was there before, hit the padding bits of a stream, or give a lone
file another sound time. Every one of them was read alike by every tool, or it would be counted above as a disagreement.

**Known limit.** Streams made by hand, with distance codes that no zlib writes, are read by cavra and refused by Info-ZIP
(\`incomplete d-tree\`) and now and then by busybox (\`unexpected end of file\`): they can keep such a tool from reading a zip that a
trusted signer made with a compressor of his own. No tool reads other files than cavra does, and \`cavra release bundle\` does not write them.`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function megabytes(sizeBytes: number): string {
  return `${grouped(Math.round(sizeBytes / 1_000_000))} MB`;
}
