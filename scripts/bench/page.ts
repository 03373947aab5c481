import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import type { Row } from "./measure.ts";

export interface Contest {
  readonly title: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  /** Of a row of cavra against another one: at most this ratio. */
  readonly targets: readonly Target[];
}

export interface Target {
  readonly row: string;
  readonly against: string;
  readonly atMost: number;
}

/** docs/performance.md. Numbers mean something only as ratios within one run, so they are never put together from two. */
export function performancePage(contests: readonly Contest[]): string {
  return [
    "# Performance",
    "",
    "Written by `npm run bench` in one run; nothing here is edited by hand. Each round runs every command once, one after",
    "the other. Wall and CPU time are medians over the rounds, memory is the largest peak of one process; a ratio is the",
    "median of the ratios within each round. The machine may have been busy with other work: trust the ratios, not the",
    "times. The other tools do less: none of them checks a signature, a document or an executable, `unzip -t`, `7z t` and",
    "`bsdtar` hash nothing, and cavra takes SHA-1, SHA-256 and SHA-512 of every file. Losses are marked.",
    "",
    ...machine(),
    ...contests.flatMap((contest) => ["", `## ${contest.title}`, "", tableOf(contest)]),
    "",
  ].join("\n");
}

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

function outcomeOf({ row, against, atMost }: Target, rows: readonly Row[]): string {
  const ratio = rows.find(({ name }) => name === row)?.ratios.get(against) ?? Number.NaN;
  const word = ratio <= atMost ? "met" : "**LOSS**";
  return `- ${row} against ${against}: ${ratio.toFixed(2)}, target at most ${atMost.toFixed(2)}: ${word}`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function machine(): readonly string[] {
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
  return [
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
