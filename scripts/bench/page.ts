import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import type { Row } from "./measure.ts";

/** More runnable processes than this before the first measurement are somebody else's. */
const QUIET_LOAD = 0.5;

export interface Contest {
  readonly title: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  /** Of a row of cavra against another one: at most this ratio. */
  readonly targets: readonly Target[];
}

export type Target =
  | { readonly row: string; readonly against: string; readonly atMost: number }
  | { readonly row: string; readonly atMostMiB: number };

export interface Circumstances {
  readonly date: Date;
  /** Of the minute before the first measurement. */
  readonly loadBefore: number;
}

/** docs/performance.md. Numbers mean something only as ratios within one run, so they are never put together from two. */
export function performancePage(contests: readonly Contest[], circumstances: Circumstances): string {
  return [
    "# Performance",
    "",
    "Written by `npm run bench` in one run; nothing here is edited by hand. Each round runs every command once, one after",
    "the other. Wall and CPU time are medians over the rounds, memory is the largest peak of one process; a ratio is the",
    "median of the ratios within each round. Losses against the targets are marked.",
    "",
    ...machine(circumstances),
    "",
    ...WHY,
    ...contests.flatMap((contest) => ["", `## ${contest.title}`, "", tableOf(contest)]),
    "",
  ].join("\n");
}

/** What the numbers cannot say by themselves. */
const WHY: readonly string[] = [
  "## How to read it",
  "",
  "- **The other tools do less.** None checks a signature, a document or an executable; `unzip -t`, `7z t` and `bsdtar`",
  "  hash nothing. cavra takes SHA-256 and SHA-512 of the zip before it parses it, then CRC-32, SHA-1, SHA-256 and SHA-512",
  "  of every file, because SPDX 2.3 demands the first and the signed documents carry the others. SHA-512 costs nearly as",
  "  much as inflating; the targets were set with a prototype that took CRC-32 and SHA-256 only. Leaving out a digest that",
  "  a signed document states would be faster, and would leave that statement unchecked. The row *unzip and the same",
  "  digests* is the same work with the tools of the system.",
  "- **Reading is done once.** The zip is read once for its digests (by each hashing thread) and once for its data.",
  "  Node inflates in its own threads while cavra hashes; from 192 MiB on a second thread hashes too.",
  "- **Memory does not follow the package.** Files pass in pieces of 256 KiB, which are given back as soon as they are hashed.",
  "  Executables are held whole while they are looked into, at most 64 MiB of them at a time in a thread; a larger one is held",
  "  alone. The rest is Node and its code.",
  "- **Many small files** are the worst case. Each is opened, inflated and hashed three times over by calls that cost more than",
  "  the 3 KB they work on, and a package names every file in five documents, which are read, encoded again, compared with",
  "  their own bytes and then with each other. `zip check` unpacks every file a second time with yauzl",
  "  and follows its deflate stream a third time.",
  "- **Packing** uses the canonical zlib stream (WebAssembly in one thread for each processor), which costs about twice the",
  "  CPU time of a native zlib and gives the same bytes everywhere. `cavra release bundle` first judges the whole folder.",
  "- **Starting** is loading code, a third of it oclif's. Node keeps the bytecode of earlier runs in `dist/bytecode`, beside the",
  "  code. The two implementations of Ed25519 that must agree are part of every refusal that comes after a trust root was read.",
];

/** Times, memory, the ratio to the first row, and what became of each target. */
export function tableOf({ rows, rounds, targets }: Contest): string {
  const [reference] = rows;
  const lines = rows.map((row) => {
    const ratio = row.ratios.get(reference?.name ?? "") ?? Number.NaN;
    const cells = [
      row.name,
      `${seconds(row.wallMs)} s`,
      `${seconds(row.cpuMs)} s`,
      `${Math.round(row.rssBytes / 1024 / 1024)} MiB`,
      ratio.toFixed(2),
      `\`${row.command}\``,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `${rounds} rounds; ratio: wall time by that of ${reference?.name ?? "nothing"}.`,
    "",
    "| what | wall | CPU | peak memory | ratio | command |",
    "|---|---|---|---|---|---|",
    ...lines,
    ...(targets.length === 0 ? [] : [""]),
    ...targets.map((target) => outcomeOf(target, rows)),
  ].join("\n");
}

function outcomeOf(target: Target, rows: readonly Row[]): string {
  const own = rows.find(({ name }) => name === target.row);
  if ("atMostMiB" in target) {
    const found = Math.round((own?.rssBytes ?? Number.NaN) / 1024 / 1024);
    return `- ${target.row}: ${found} MiB, target at most ${target.atMostMiB} MiB: ${outcome(found <= target.atMostMiB)}`;
  }
  const { row, against, atMost } = target;
  const ratio = own?.ratios.get(against) ?? Number.NaN;
  return `- ${row} against ${against}: ${ratio.toFixed(2)}, target at most ${atMost.toFixed(2)}: ${outcome(ratio <= atMost)}`;
}

function outcome(isMet: boolean): string {
  return isMet ? "met" : "**LOSS**";
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function machine({ date, loadBefore }: Circumstances): readonly string[] {
  const versions: readonly (readonly [string, readonly [string, ...string[]]])[] = [
    ["zip", ["zip", "-v"]],
    ["unzip", ["unzip", "-v"]],
    ["7z", ["7z", "i"]],
    ["bsdtar", ["bsdtar", "--version"]],
    ["Python", ["python3", "--version"]],
    ["Go", ["go", "version"]],
    ["sha256sum", ["sha256sum", "--version"]],
  ];
  const gib = Math.round(totalmem() / 1024 ** 3);
  const [loadAfter = 0] = loadavg();
  const isBusy = loadBefore > QUIET_LOAD;
  return [
    `- ${date.toISOString().slice(0, 10)}; load average ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`,
    ...(isBusy
      ? ["- **The machine was busy with other work: trust the ratios a little and the times not at all.**"]
      : []),
    `- ${availableParallelism()} processors (${cpus()[0]?.model.trim() ?? "unknown"}), ${gib} GiB, ${process.platform} ${release()}`,
    `- Node ${process.versions.node}`,
    ...versions.map(([name, argv]) => `- ${name}: ${versionLine(name, argv)}`),
  ];
}

function versionLine(name: string, [program, ...rest]: readonly [string, ...string[]]): string {
  const lines = execFileSync(program, rest, { encoding: "utf8" }).split("\n");
  const says = lines.find((line) => /\d\.\d/.test(line) && !line.startsWith("Copyright"));
  return says?.trim() ?? name;
}
