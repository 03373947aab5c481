import type { VulnerabilityMatch } from "../../model/vulnerability.ts";
import { diffVulnerabilities, type VulnerabilityDiff } from "../vulnerabilities-diff.ts";
import type { Detector, RuleEvidence, UpgradePair, UpgradeRule } from "../rule.ts";

/** Both releases were held against one database: whether it can answer at all is for the verification to say. */
function overVulnerabilities(detect: (diff: VulnerabilityDiff) => readonly RuleEvidence[]): Detector {
  return {
    unavailable: ({ previous, candidate }: UpgradePair) => {
      if ((previous.legacy ?? candidate.legacy) !== undefined)
        return "a package of the system before cavra is held against no vulnerability database";
      return previous.vulnerabilities === undefined || candidate.vulnerabilities === undefined
        ? "no vulnerability database was given (--osv DIR)"
        : undefined;
    },
    detect: ({ previous, candidate }: UpgradePair) =>
      detect(diffVulnerabilities(previous.vulnerabilities ?? [], candidate.vulnerabilities ?? [])),
  };
}

const introduced: UpgradeRule = {
  id: "sbom.vulnerability-introduced",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the candidate brings a known vulnerability that the earlier release did not have",
  why: "whoever upgrades is open to a fault that anybody can look up, and was not before",
  remedy: "Build with the fixed version, or have it waived by those who know that the code is never reached",
  example: { was: "golang.org/x/net v0.40.0", now: "golang.org/x/net v0.41.0, which GO-2026-0001 is about" },
  ...overVulnerabilities((diff) =>
    diff.introduced.map(({ was, now }) => ({
      subject: now.id,
      at: place(now),
      expected: was === undefined ? safeVersion(now) : `as before: ${held(was)}`,
      actual: held(now),
    })),
  ),
};

const fixed: UpgradeRule = {
  id: "sbom.vulnerability-fixed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a known vulnerability of the earlier release is gone",
  why: "it is a reason to upgrade",
  remedy: "Nothing to do; name it in the notes of the release",
  example: { was: "golang.org/x/net v0.40.0, which GO-2026-0001 is about", now: "golang.org/x/net v0.41.0" },
  ...overVulnerabilities((diff) =>
    diff.fixed.map((was) => ({
      subject: was.id,
      at: place(was),
      expected: held(was),
      actual: "no program that the record is about",
    })),
  ),
};

function place({ binary, id, aliases }: VulnerabilityMatch): string {
  return `${binary}: ${[id, ...aliases.filter((alias) => alias.startsWith("CVE-"))].join(", ")}`;
}

function safeVersion({ module, fixed: version }: VulnerabilityMatch): string {
  return version === null ? `${module} without it` : `${module} ${version} or later`;
}

const MAX_NAMED = 5;

function held({ module, version, reach, symbols, packages, summary }: VulnerabilityMatch): string {
  const names = (symbols.length > 0 ? symbols : packages).slice(0, MAX_NAMED).join(", ");
  const how = reach === "unknown" ? "functions cannot be listed" : names;
  return `${module} ${version}: ${summary}${how === "" ? "" : ` (${how})`}`;
}

export const sbomVulnerabilityRules: readonly UpgradeRule[] = [introduced, fixed];
