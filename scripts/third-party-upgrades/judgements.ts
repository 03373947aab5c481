import type { ToolRun } from "./tool-run.ts";
import type { SeenFinding, Step } from "./upgrade.ts";

/** What a release manager of the tool would say of every finding of one rule. */
export interface Judgement {
  readonly rule: string;
  readonly why: string;
}

/** A finding of a rule that is not here was not judged yet: the run fails until somebody has. */
export const RIGHT_ON_UPGRADES: readonly Judgement[] = [
  {
    rule: "reproducibility.toolchain-changed",
    why: "a note: the Go release in the build info did change, and every one of these steps went forward",
  },
  { rule: "sbom.dependency-updated", why: "a note: as in the build info of the binaries" },
  { rule: "sbom.dependency-added", why: "a note: as in the build info of the binaries" },
  { rule: "sbom.dependency-removed", why: "a note: as in the build info of the binaries" },
];

export const RIGHT_ON_DOWNGRADES: readonly Judgement[] = [
  { rule: "version.not-newer", why: "the one that must not be missing" },
  { rule: "version.time-regressed", why: "the source of the older version was committed earlier" },
  {
    rule: "reproducibility.toolchain-downgraded",
    why: "the older binaries were built by an older Go",
  },
  { rule: "sbom.dependency-downgraded", why: "the older binaries link older modules" },
  {
    rule: "files.size-growth",
    why: "programs of buf 1.73.0 and 1.74.0 shrank by 12 to 29 %, so going back makes them grow",
  },
  { rule: "sbom.dependency-added", why: "a note: the later version had dropped the module" },
  { rule: "sbom.dependency-removed", why: "a note: the later version had brought the module" },
];

/** What is not as it should be, a line each. */
export function complaints({ upgrades, downgrades }: ToolRun): readonly string[] {
  return [
    ...upgrades.flatMap((step) => [
      ...(step.verdict === "PASS" ? [] : [`${nameOf(step)}: ${step.verdict} instead of PASS`]),
      ...unjudged(step, RIGHT_ON_UPGRADES),
    ]),
    ...downgrades.flatMap((step) => [
      ...(step.verdict === "FAIL" ? [] : [`${nameOf(step)}: ${step.verdict} instead of FAIL`]),
      ...(step.findings.some(isDowngrade) ? [] : [`${nameOf(step)}: no version.not-newer`]),
      ...unjudged(step, RIGHT_ON_DOWNGRADES),
    ]),
  ];
}

function isDowngrade({ id, severity }: SeenFinding): boolean {
  return id === "version.not-newer" && severity === "error";
}

function unjudged(step: Step, judged: readonly Judgement[]): readonly string[] {
  const known = new Set(judged.map(({ rule }) => rule));
  return step.findings
    .filter(({ id }) => !known.has(id))
    .map(({ id, severity, at, expected, actual }) => {
      return `${nameOf(step)}: not judged yet: ${severity} ${id} at ${at}: ${expected} -> ${actual}`;
    });
}

function nameOf({ product, from, to }: Step): string {
  return `${product} ${from} -> ${to}`;
}
