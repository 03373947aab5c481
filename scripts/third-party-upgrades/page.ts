import { RIGHT_ON_DOWNGRADES, RIGHT_ON_UPGRADES, type Judgement } from "./judgements.ts";
import type { ToolRun } from "./tool-run.ts";
import type { SeenFinding, Step } from "./upgrade.ts";

const BYTES_PER_MB = 1e6;
const MS_PER_SECOND = 1000;

const INTRODUCTION = `# Upgrades of programs that are not ours

Written by \`npm run test:third-party -- --write\`. Upgrade rules die of false alarms. So they are held against steps that
really were taken: consecutive versions of Go programs that npm packages carry ready-made. Each version is packaged
with the \`prebuilt\` builder from a repository of its own (the digests stand in a committed list, so the origin is verified),
signed by both test holders, and judged by \`cavra release validate-upgrade\` of the built CLI against the version before
it. Then the same versions are cut in the reverse order, each claiming to follow the newer one: that must fail.

The esbuild binaries carry no Go build info at all, the buf binaries all of it, in three programs for each target. Neither
is built the way our own Go builder builds. A finding that nobody has judged below fails the run.
`;

const FOUND_ON_THE_WAY = `## False alarms that this work found, and what became of them

None came from the published steps themselves; these came from looking at what such packages can hold.

| false alarm | fixed by |
|---|---|
| \`sbom.dependency-downgraded\` on two programs for one target that link two versions of a module, even when nothing changed | modules are compared program by program |
| \`reproducibility.repro-flag-dropped\` on a prebuilt binary that somebody else began to stamp or to link with cgo | the rule looks at what the release builds itself |
| \`release build\` refused one vendored and one ordinary program over the module sum that the first does not record | a missing sum says nothing, as for the judge |

The other way round, a dependency downgrade in a prebuilt Go program beside programs of our own was missed; it is seen now.
`;

export function upgradesPage(runs: readonly ToolRun[], seconds: number): string {
  const steps = runs.flatMap(({ upgrades }) => upgrades);
  const backwards = runs.flatMap(({ downgrades }) => downgrades);
  return [
    INTRODUCTION,
    `${steps.length} steps forwards, ${failing(steps)} of them failed; ${backwards.length} steps backwards, ${failing(backwards)} of them failed. ${seconds} s in all, on two shared cores.`,
    "",
    "## Releases",
    "",
    "| tool | version | targets | programs | programs, MB | zip, MB | built in, s |",
    "|---|---|---|---|---|---|---|",
    ...runs.flatMap(releaseRows),
    "",
    "## Forwards",
    "",
    ...stepTable(steps),
    "",
    ...judgementTable(steps, RIGHT_ON_UPGRADES),
    "",
    "## Backwards",
    "",
    ...stepTable(backwards),
    "",
    ...judgementTable(backwards, RIGHT_ON_DOWNGRADES),
    "",
    FOUND_ON_THE_WAY,
  ].join("\n");
}

function releaseRows({ tool, releases }: ToolRun): readonly string[] {
  const { product, platforms, programs } = tool;
  return releases.map(({ version, programBytes, zipBytes, buildMs }) => {
    const sizes = [programBytes, zipBytes].map((bytes) => (bytes / BYTES_PER_MB).toFixed(1));
    const seconds = (buildMs / MS_PER_SECOND).toFixed(0);
    return `| ${[product, version, platforms.length, programs.length, ...sizes, seconds].join(" | ")} |`;
  });
}

function stepTable(steps: readonly Step[]): readonly string[] {
  return [
    "| step | verdict | errors | warnings | notes | rules evaluated | not evaluated | s |",
    "|---|---|---|---|---|---|---|---|",
    ...steps.map(({ product, from, to, verdict, findings, rulesEvaluated, notEvaluated, durationMs }) => {
      const counts = ["error", "warning", "note"].map((severity) => ofSeverity(findings, severity));
      const seconds = (durationMs / MS_PER_SECOND).toFixed(0);
      const cells = [
        `${product} ${from} -> ${to}`,
        verdict,
        ...counts,
        rulesEvaluated,
        notEvaluated,
        seconds,
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

function ofSeverity(findings: readonly SeenFinding[], severity: string): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** Every rule that found something, where, and what is said of it. */
function judgementTable(steps: readonly Step[], judged: readonly Judgement[]): readonly string[] {
  const seen = steps.flatMap((step) => step.findings.map((finding) => ({ ...finding, step })));
  const groups = Map.groupBy(seen, ({ id, severity }) => `${severity} ${id}`);
  return [
    "| finding | how often | on | for example | judgement |",
    "|---|---|---|---|---|",
    ...[...groups].flatMap(([name, findings]) => {
      const [first] = findings;
      if (first === undefined) return [];
      const on = [...new Set(findings.map(({ step }) => step.product))].join(", ");
      const why = judged.find(({ rule }) => rule === first.id)?.why;
      const judgement = why === undefined ? "not judged yet" : `right: ${why}`;
      const example = `${first.at}: ${first.expected} -> ${first.actual}`;
      return [`| ${[name, findings.length, on, example, judgement].join(" | ")} |`];
    }),
  ];
}

function failing(steps: readonly Step[]): number {
  return steps.filter(({ exitCode }) => exitCode !== 0).length;
}
