import { HOSTILE_CLASSES } from "../../src/formats/zip-classes.ts";
import type { FuzzCount, HostileData } from "./hostile-data.ts";
import type { ClassResult, ConstructResult } from "./hostile-tally.ts";
import { grouped, megabytes, table } from "./markdown.ts";

/** The page docs/hostile-input.md, from the last long run and the counts of the fuzzer. */
export function hostileInputPage(data: HostileData, fuzz: readonly FuzzCount[]): string {
  const parts = [
    meaning(data),
    classesPart(data),
    toolsPart(data),
    acceptedPart(data),
    bombsPart(data),
    constructsPart(data),
    findingsPart(),
    fuzzPart(fuzz),
  ];
  return `# Hostile input\n\n${parts.join("\n\n")}\n`;
}

function meaning({ classes, date, seed, defects }: HostileData): string {
  const zips = sum(
    classes.filter(({ id }) => id !== "damage"),
    (one) => one.zips,
  );
  const [asked, disputed] = [sum(classes, (one) => one.asked), sum(classes, (one) => one.disputed)];
  const disagreement =
    asked === 0
      ? "In the last run no other tool was asked, so that nothing on this page says what they do."
      : `Of ${grouped(asked)} of the zips below that other tools were given, ${grouped(disputed)} (${Math.round((disputed / asked) * 100)} %) were read
differently by two of them, or taken by one and refused by another. Zips that cavra accepted and that a tool read otherwise: **${defects.length}**.`;
  return `A zip describes each file twice and its own end in up to three places, and unzip tools differ on which of them they
believe. Whoever makes a zip can use that: the scanner at the gate sees one program and the installer behind it another. For
you this means that a tool which "opens the file without an error" has told you nothing about what another tool will install. cavra refuses
a zip that can be read in two ways, before anything in it is looked at, and names the field and what was found there.
${disagreement}

\`cavra-zip/1\` is the profile of the zips that cavra makes; \`strict\` is for zips that other tools made: it keeps the rules that
two readers could differ about and drops those of house style. ${grouped(zips)} zips are generated (\`test/support/zip-variants/\`, classes \`a1\` to \`c5\`
as in the ZipDiff study, USENIX Security 2025, then what it does not cover), the rest is random damage. Last run of
\`npm run test:interop -- --only hostile --write\`: ${date}, seed ${seed}. One seed of every defect runs in \`npm test\`.`;
}

function classesPart({ classes }: HostileData): string {
  const header = [
    "class",
    "what is wrong",
    "zips",
    "refused",
    "`cavra-zip/1` accepts",
    "`strict` accepts",
    "findings, most frequent first",
  ];
  const rows = classes.map((one) => {
    const [house, strict] = [acceptedBy(one, "cavra-zip/1"), acceptedBy(one, "strict")];
    const refused = one.zips - Math.max(house, strict);
    return [one.id, one.title, ...[one.zips, refused, house, strict].map(grouped), findings(one)];
  });
  const totals = [
    sum(classes, (one) => one.zips),
    sum(classes, (one) => one.zips - Math.max(acceptedBy(one, "cavra-zip/1"), acceptedBy(one, "strict"))),
    sum(classes, (one) => acceptedBy(one, "cavra-zip/1")),
    sum(classes, (one) => acceptedBy(one, "strict")),
  ];
  return `## What cavra makes of them

*Refused*: by both profiles. What is accepted are controls: harmless relatives of the hostile zips, which have to be told from them (see
*Accepted, and why*). The findings are those of \`strict\`, or of \`cavra-zip/1\` where \`strict\` finds nothing; each begins with \`container.\`
and is explained by \`cavra explain\` and in [checks.md](checks.md).

${table(header, [...rows, ["**all**", "", ...totals.map(grouped), ""]])}`;
}

const MOST_FINDINGS = 6;

function findings({ constructs }: ClassResult): string {
  const counts = new Map<string, number>();
  for (const construct of constructs) {
    for (const [id, count] of Object.entries(construct.findings))
      counts.set(id, (counts.get(id) ?? 0) + count);
  }
  const ids = [...counts].sort(([, a], [, b]) => b - a).map(([id]) => `\`${id}\``);
  const more = ids.length - MOST_FINDINGS;
  return `${ids.slice(0, MOST_FINDINGS).join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function toolsPart({ classes, tools, missing }: HostileData): string {
  if (tools.length === 0) return "## What other tools make of them\n\nNo tool was asked in the last run.";
  const header = ["class", "asked", ...tools.map(({ name }) => name), "disputed"];
  const rows = classes.map((one) => [
    one.id === "damage" ? one.title : one.id,
    grouped(one.asked),
    ...one.tools.map(({ accepted, differs }) => toolCell(one.asked, accepted, differs)),
    grouped(one.disputed),
  ]);
  const absent = missing.length === 0 ? "" : `\n\nNot found, so not asked: ${missing.join(", ")}.`;
  return `## What other tools make of them

How many zips of each class a tool took without complaint; in brackets, how many of those it read otherwise than most of the tools that took
them: other names, other kinds of entries or other bytes. *Disputed*: taken by some and refused by others, or read in two ways. Where the tools were
not asked about every zip of a class, it was about an even selection of them and about every zip that cavra accepts.

${table(header, rows)}

${table(
  ["tool", "version"],
  tools.map(({ name, version }) => [name, version]),
)}${absent}`;
}

function toolCell(asked: number, accepted: number, differs: number): string {
  if (accepted === 0) return "none";
  const taken = accepted === asked ? "all" : grouped(accepted);
  return differs === 0 ? taken : `${taken} (${grouped(differs)})`;
}

const KINDS: Readonly<Record<ConstructResult["kind"], string>> = {
  hostile: "hostile",
  foreign: "control: harmless, and not what cavra writes",
  sound: "control: keeps the profile",
  damaged: "damaged by chance",
};

function acceptedPart({ classes }: HostileData): string {
  const rows = classes.flatMap((one) =>
    one.constructs
      .filter(({ accepted }) => Object.values(accepted).some((count) => count > 0))
      .map(({ name, kind, zips, accepted, readings }) => [
        one.id,
        name,
        KINDS[kind],
        ...[zips, accepted["cavra-zip/1"] ?? 0, accepted["strict"] ?? 0].map(grouped),
        cell(readings[1] ?? ""),
      ]),
  );
  const refused = sum(classes, (one) => one.refusedByATool);
  const asked = sum(classes, (one) => one.asked);
  const given =
    asked === 0
      ? "No tool was asked about them in the last run."
      : `Every one of them was given to all tools above, and all that took it read what cavra read; ${grouped(refused)} were refused by some tool.`;
  return `## Accepted, and why

${given}

${table(["class", "zips", "kind", "number", "`cavra-zip/1`", "`strict`", "why"], rows)}

Damage by chance can write what was there before, hit the padding bits of a stream, or give a file another sound CRC-32 and size. Of the streams
made by hand, with codes that no compressor writes, only those are accepted that every tool reads: cavra follows each stream symbol by symbol
and refuses what Info-ZIP (\`incomplete d-tree\`) or BusyBox (\`unexpected end of file\`) would. \`zip check\` does so; \`release verify-*\` leave it out,
because the digest of the zip is signed.`;
}

function bombsPart({ bombs }: HostileData): string {
  const rows = bombs.map(({ name, sizeBytes, finding, milliseconds, peakBytes, restBytes }) => [
    name,
    grouped(sizeBytes),
    finding === null ? "accepted" : `\`${finding}\``,
    `${milliseconds} ms`,
    megabytes(peakBytes - restBytes),
    megabytes(peakBytes),
  ]);
  return `## Bombs

Limits hold before memory is taken, and no archive inside of a zip is ever opened, so that zips in zips cost what their outermost files do. Each was
judged in a process of its own, without warming up; the best of three. The last column holds Node and the type stripping of the test run, too.

${table(["bomb", "bytes", "finding", "time", "memory for it", "memory of the process"], rows)}`;
}

function constructsPart({ classes }: HostileData): string {
  const rows = classes
    .filter(({ id }) => id !== "damage")
    .flatMap((one) =>
      one.constructs
        .filter(({ kind }) => kind === "hostile")
        .map(({ name, zips, readings }) => [
          one.id,
          name,
          grouped(zips),
          cell(readings[0] ?? ""),
          cell(readings[1] ?? ""),
        ]),
    );
  return `## Two readings

What two readers can take each kind of zip for. This is why they are refused, not repaired.

${table(["class", "defect", "zips", "one reader sees", "another one sees"], rows)}`;
}

function findingsPart(): string {
  const rows = HOSTILE_CLASSES.map(({ id, title, problems, refusedBy }) => [
    id,
    title,
    problems.map((problem) => `\`${problem}\``).join(" "),
    refusedBy.length === 0 ? "reported" : refusedBy.map((profile) => `\`${profile}\``).join(", "),
  ]);
  return `## Findings by class

The classes as the grammar tells them apart (\`src/formats/zip-classes.ts\`), with the findings that name them and the profiles that refuse them.

${table(["class", "what is wrong", "findings", "refused by"], rows)}`;
}

function fuzzPart(fuzz: readonly FuzzCount[]): string {
  const total = sum(fuzz, ({ executions }) => executions);
  const rows = fuzz.map(({ target, executions, corpus, findingsFixed }) => [
    target,
    ...[executions, corpus, findingsFixed].map(grouped),
  ]);
  const text =
    fuzz.length === 0
      ? "No run has been recorded."
      : `${grouped(total)} executions so far.\n\n${table(["parser", "executions", "inputs kept", "findings, all fixed"], rows)}`;
  return `## Fuzzing

From \`docs/data/fuzz-counts.json\`, which \`npm run fuzz\` adds to. ${text}`;
}

function acceptedBy({ constructs }: ClassResult, profile: string): number {
  return sum(constructs, ({ accepted }) => accepted[profile] ?? 0);
}

function sum<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
