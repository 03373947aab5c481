import { describe, expect, it } from "vitest";
import { verdictOf } from "../../src/judge/verdict.ts";
import type { CheckRun } from "../../src/judge/run-checks.ts";
import type { Severity } from "../../src/model/finding.ts";
import { DEFAULT_REQUIRED, type Policy } from "../../src/model/policy.ts";
import { testPolicy } from "../support/policy.ts";

const passing = (ids: readonly string[]): CheckRun => ({
  findings: [],
  results: ids.map((id) => ({ id, title: id, status: "pass", evidence: [{ at: "x" }] })),
});
const withFinding = (run: CheckRun, ...severities: readonly Severity[]): CheckRun => ({
  ...run,
  findings: severities.map((severity) => ({
    id: `a.${severity}`,
    check: "a.a",
    severity,
    title: severity,
    why: "",
    remedy: "",
    at: "x",
  })),
});
const all = passing(DEFAULT_REQUIRED);
const word = (run: CheckRun, policy: Partial<Policy> = {}, kind: "zip" | "directory" = "zip"): string => {
  const { word: found, exitCode, qualifier } = verdictOf(run, testPolicy(policy), kind, "production");
  return `${found} ${exitCode}${qualifier === null ? "" : ` ${qualifier}`}`;
};

describe("the verdict", () => {
  it("is PASS only when every required check passed", () => {
    expect(word(all)).toBe("PASS 0");
    for (const id of DEFAULT_REQUIRED) {
      expect(word(passing(DEFAULT_REQUIRED.filter((other) => other !== id))), id).toBe("UNKNOWN 4");
    }
    expect(word(passing([]))).toBe("UNKNOWN 4");
  });

  it("takes the tree of a directory for the grammar of a zip, and never one for the other", () => {
    const tree = passing(DEFAULT_REQUIRED.map((id) => (id === "container.grammar" ? "container.tree" : id)));
    expect(word(tree, {}, "directory")).toBe("PASS 0");
    expect(word(tree, {}, "zip")).toBe("UNKNOWN 4");
    expect(word(all, {}, "directory")).toBe("UNKNOWN 4");
  });

  it("is the first that applies: REFUSED, FAIL, UNKNOWN", () => {
    expect(word(withFinding(all, "warning", "unknown", "error", "fatal"))).toBe("REFUSED 5");
    expect(word(withFinding(all, "warning", "unknown", "error"))).toBe("FAIL 1");
    expect(word(withFinding(all, "warning", "unknown"))).toBe("UNKNOWN 4");
    expect(word(withFinding(all, "warning", "note"))).toBe("PASS 0");
  });

  it.each<[string, Partial<Policy>]>([
    ["--allow-unsigned", { allowUnsigned: true }],
    ["--allow-missing-provenance", { allowMissingProvenance: true }],
    ["--diagnose", { diagnose: true }],
    ["a removed requirement", { require: DEFAULT_REQUIRED.slice(1) }],
    ["an added requirement that did not run", { require: [...DEFAULT_REQUIRED, "reproducibility.rebuild"] }],
  ])("keeps PASS out of reach of %s, and FAIL within it", (_name, policy) => {
    expect(word(all, policy)).toBe("UNKNOWN 4");
    expect(word(withFinding(all, "error"), policy)).toBe("FAIL 1");
  });

  it("says which trust gave it", () => {
    expect(verdictOf(all, testPolicy(), "zip", "test").qualifier).toBe("test trust");
    expect(verdictOf(all, testPolicy(), "zip", null).word).toBe("UNKNOWN");
  });
});
