import type { Finding } from "../model/finding.ts";
import { countFindings, findingLines } from "./findings.ts";
import { line, row, span, type Line } from "./span.ts";

/** What `sbom lint` found. */
export interface SbomLintFacts {
  readonly path: string;
  /** null: it is no SBOM that can be read. */
  readonly format: string | null;
  readonly profile: string | null;
  /** `at` is a JSON pointer (RFC 6901). */
  readonly findings: readonly Finding[];
  readonly hasMoreDefects: boolean;
}

/** 0 when nothing is wrong, 1 otherwise; warnings alone do not fail. */
export function sbomLintExitCode({ findings }: SbomLintFacts): number {
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

export function sbomLintLines(facts: SbomLintFacts): readonly Line[] {
  const { path, format, profile, findings, hasMoreDefects } = facts;
  const passes = sbomLintExitCode(facts) === 0;
  return [
    line([span(passes ? "PASS" : "FAIL", passes ? "good" : "bad"), `  ${path}`], 0, 6),
    row("format", format ?? "none that is known"),
    row("profile", profile ?? "none: the rules of the format alone (--profile ntia, cisa-2025, bsi-2.1)"),
    row("found", `${countFindings(findings) || "nothing wrong"}${hasMoreDefects ? ", and more" : ""}`),
    ...findingLines(findings),
  ];
}

export function sbomLintDocument(facts: SbomLintFacts): object {
  const verdict = sbomLintExitCode(facts) === 0 ? "PASS" : "FAIL";
  return { schema: "cavra.sbom-lint/1", verdict, ...facts };
}
