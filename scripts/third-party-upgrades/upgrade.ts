import { cavra, JUDGED_AT, type CutRelease, type Workshop } from "./cut.ts";

export interface SeenFinding {
  readonly id: string;
  readonly severity: string;
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
}

/** What `release validate-upgrade` said of one step. */
export interface Step {
  readonly product: string;
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
  readonly exitCode: number;
  readonly rulesEvaluated: number;
  readonly notEvaluated: number;
  readonly findings: readonly SeenFinding[];
  readonly durationMs: number;
}

interface UpgradeReport {
  readonly verdict: { readonly word: string };
  readonly findings: readonly Partial<SeenFinding>[];
  readonly notChecked: readonly { readonly id: string }[];
  readonly upgrade: { readonly rulesEvaluated: number };
}

/** Rules of an upgrade stand in these families beside checks of one package; `rules` names the rules. */
export async function validateUpgrade(
  workshop: Workshop,
  previous: CutRelease,
  candidate: CutRelease,
  rules: ReadonlySet<string>,
): Promise<Step> {
  const startedMs = performance.now();
  const command = `release validate-upgrade ${previous.zip} ${candidate.zip}`;
  const trust = `--trust trust-root.json --allow-test-trust --at ${JUDGED_AT}`;
  const { exitCode, stdout, stderr } = await cavra(workshop, `${command} ${trust} --json`);
  const durationMs = performance.now() - startedMs;
  const report = JSON.parse(stdout) as Partial<UpgradeReport>;
  if (report.verdict === undefined || report.upgrade === undefined)
    throw new Error(`cavra ${command}: ${stderr}${stdout}`);
  return {
    product: workshop.tool.product,
    from: previous.version,
    to: candidate.version,
    verdict: report.verdict.word,
    exitCode,
    rulesEvaluated: report.upgrade.rulesEvaluated,
    notEvaluated: (report.notChecked ?? []).filter(({ id }) => rules.has(id)).length,
    findings: (report.findings ?? []).map(seen),
    durationMs,
  };
}

function seen({ id = "", severity = "", at = "", expected, actual }: Partial<SeenFinding>): SeenFinding {
  return { id, severity, at, expected: expected ?? "", actual: actual ?? "" };
}
