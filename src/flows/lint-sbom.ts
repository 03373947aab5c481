import { readInput } from "../io/files.ts";
import { lintRules, lintSbom, type LintResult } from "../judge/sbom/lint-sbom.ts";
import type { LintRule } from "../judge/sbom/lint-rule.ts";
import type { SbomProfile } from "../model/sbom.ts";
import { MAX_SBOM_BYTES } from "../judge/sbom/read-sbom.ts";
import type { Finding } from "../model/finding.ts";
import type { SbomLintFacts } from "../report/sbom-lint.ts";

const RULES: ReadonlyMap<string, LintRule> = new Map(lintRules.map((rule) => [rule.id, rule]));

/** Judges one SBOM file. Throws Failure "input" when it cannot be opened; what is wrong inside is a finding. */
export async function lintSbomFile(path: string, profile: SbomProfile | undefined): Promise<SbomLintFacts> {
  const bytes = await readInput(path, MAX_SBOM_BYTES);
  const { format, defects, hasMoreDefects } = lintSbom(path, bytes, profile);
  return { path, format, profile: profile ?? null, findings: defects.map(findingOf), hasMoreDefects };
}

function findingOf({ rule, pointer, ...facts }: LintResult["defects"][number]): Finding {
  const words = RULES.get(rule);
  if (words === undefined) throw new Error(`no words for ${rule}`);
  const { id, severity, title, clause, remedy } = words;
  const at = pointer === "" ? "the document" : pointer;
  return { id, check: id, severity, title, why: `asked for by ${clause}`, remedy, at, ...facts };
}
