import { describe, expect, it } from "vitest";
import { ruleAsJson } from "../../src/compare/rule-json.ts";
import { upgradeRules } from "../../src/compare/upgrade-rules.ts";
import { judged, minorUpgrade, patchUpgrade } from "../support/upgrade-pair.ts";
import { reproducibilityCases } from "./cases/reproducibility.ts";
import { fileCases } from "./cases/files.ts";
import { provenanceCases } from "./cases/provenance.ts";
import { controlCases, sbomCases } from "./cases/sbom.ts";
import { signerCases } from "./cases/signer.ts";
import { vulnerabilityCases } from "./cases/vulnerabilities.ts";
import { versionCases } from "./cases/version.ts";

const cases = [
  ...versionCases,
  ...signerCases,
  ...provenanceCases,
  ...fileCases,
  ...reproducibilityCases,
  ...sbomCases,
  ...vulnerabilityCases,
  ...controlCases,
];
const ruleOf = new Map(upgradeRules.map((rule) => [rule.id, rule]));

describe.each(cases)("$rule", ({ rule, how, trip, besides = [], quietWhen, nearMiss }) => {
  it(`sees: ${how}`, () => {
    const { findings } = judged(trip());
    const seen = findings.filter(({ id }) => id === rule);
    expect(seen.map(({ severity }) => severity)).toContain(ruleOf.get(rule)?.severity);
    const others = findings
      .filter(({ id, severity }) => id !== rule && severity !== "note")
      .map(({ id }) => id);
    expect(new Set(others)).toEqual(new Set(besides));
  });

  it(`is quiet: ${quietWhen}`, () => {
    const { findings } = judged(nearMiss());
    expect(findings.filter(({ id }) => id === rule)).toEqual([]);
  });
});

describe("the registry", () => {
  it("has a case for every rule, and no case without a rule", () => {
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(ruleOf.keys()));
    expect(ruleOf.size).toBe(upgradeRules.length);
  });

  it("weighs the changes last and judges reuse first", () => {
    expect(upgradeRules.at(0)?.id).toBe("version.reused");
    expect(upgradeRules.at(-1)?.id).toBe("version.bump-too-small");
  });

  it.each([
    ["patch", patchUpgrade],
    ["minor", minorUpgrade],
  ])("evaluates every rule on a complete %s upgrade and finds nothing", (_name, upgrade) => {
    const { findings, evaluated, notEvaluated, failing } = judged(upgrade());
    expect(findings).toEqual([]);
    expect(failing).toEqual([]);
    expect(notEvaluated).toEqual([]);
    expect(evaluated).toEqual(upgradeRules.map(({ id }) => id));
  });

  it("writes words that a reader can use", () => {
    for (const { id, title, why, remedy, example } of upgradeRules) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/);
      for (const text of [title, why, remedy, example.was, example.now])
        expect(text.trim().length).toBeGreaterThan(2);
      expect(title.endsWith(".")).toBe(false);
    }
  });

  it("never lets a bump or a single waiver excuse a note or a matter of trust", () => {
    for (const { severity, needs, waivable, id } of upgradeRules) {
      if (severity === "note" || severity === "fatal")
        expect([id, needs, waivable]).toEqual([id, null, "never"]);
      if (/^(?:signer|provenance|controls|sbom)\./.test(id)) expect([id, needs]).toEqual([id, null]);
    }
  });

  it("is plain data without its functions", () => {
    for (const rule of upgradeRules) {
      const json = ruleAsJson(rule);
      expect(JSON.parse(JSON.stringify(json))).toEqual(json);
      expect(json.family).toBe(rule.id.split(".")[0]);
    }
  });
});
