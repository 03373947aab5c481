import { describe, expect, it } from "vitest";
import { packageProblems } from "../../../src/judge/checks/package-checks.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { CONTENT_RULES } from "../../support/defects/provenance-content.ts";
import { madeFrom, withProvenanceJson } from "../../support/defects/provenance-rules.ts";
import { ROOT, signedBy, STATEMENT_RULES, withBuilders } from "../../support/defects/provenance-statement.ts";
import { problemsOf, runPackageChecks } from "../../support/problems-of.ts";
import { FIXTURE_BYTES, VALID_STAGE } from "../../support/release-fixture.ts";
import type { TestKeyName } from "../../support/trust.ts";

/** By the numbers that issue and documents use for them. */
const RULES = [...STATEMENT_RULES, ...CONTENT_RULES];

describe("the rules P1 to P25 for provenance", () => {
  it("pass the valid document, signed by a key of its builder", () => {
    expect(problemsOf(signedBy(["release-ada"]))).toEqual([]);
    expect(problemsOf(withProvenanceJson(VALID_STAGE, () => undefined))).toEqual([]);
  });

  it("are all here", () => {
    const numbers = new Set(RULES.map(([number]) => number));
    expect([...numbers]).toEqual(Array.from({ length: 25 }, (_, index) => `P${index + 1}`));
  });

  it.each(RULES)("%s: %s is %s", (_number, _what, finding, stage) => {
    expect(problemsOf(stage())).toContain(finding);
    expect(packageProblems.find(({ id }) => id === finding)?.severity).toBe("error");
  });

  it.each([
    ["P5", "predicateType must be", () => RULES.find(([number]) => number === "P5")],
    [
      "P10",
      "externalParameters.script is not a known member",
      () => RULES.find(([number]) => number === "P10"),
    ],
    ["P23", "documentNamespace", () => RULES.find(([number]) => number === "P23")],
    [
      "P25",
      "runDetails.byproducts is not a known member",
      () => RULES.findLast(([number]) => number === "P25"),
    ],
  ])("%s: says where: %s", (_number, words, rule) => {
    const run = runPackageChecks(rule()?.[3]() ?? VALID_STAGE);
    expect(run.findings.map(({ actual }) => actual ?? "").join("\n")).toContain(words);
  });

  it.each(["v1.2.3", "1.2.3", "agent/v1.2.3", "agent-1.2.3", "v1.2.3+build.7", "release-42"])(
    "P11: accept version 1.2.3 from the tag %s",
    (tag) => {
      expect(problemsOf(madeFrom(VALID_STAGE, `refs/tags/${tag}`))).toEqual([]);
    },
  );

  it("P11: do not ask a branch for a version", () => {
    expect(problemsOf(madeFrom(VALID_STAGE, "refs/heads/v0.1.0"))).toEqual([]);
  });
});

/** What a verifier with this trust root makes of the valid provenance. */
function level(signers: readonly TestKeyName[], root: TrustRoot): number | undefined {
  const { builder } = signedBy(signers, root).provenanceSignature ?? {};
  return builder?.result.met === true ? builder.maxBuildLevel : undefined;
}

describe("the build level", () => {
  it("is what the verifier's trust root grants this signer for this builder, for the same bytes", () => {
    expect(level(["release-ada"], withBuilders({ maxBuildLevel: 1 }))).toBe(1);
    expect(level(["release-ada"], withBuilders({ maxBuildLevel: 3 }))).toBe(3);
    expect(level(["attacker"], withBuilders({ maxBuildLevel: 3 }))).toBeUndefined();
    expect(level(["release-ada"], { ...ROOT, builders: [] })).toBeUndefined();
  });

  it("cannot be written into the document", () => {
    const claiming = withProvenanceJson(VALID_STAGE, ({ predicate }) => {
      predicate.runDetails["buildLevel"] = 3;
    });
    expect(problemsOf(claiming)).toContain("provenance.unreadable");
    expect(
      Buffer.from(FIXTURE_BYTES.get(VALID_STAGE.release.documents.provenance.at) ?? []).toString(),
    ).not.toMatch(/level/i);
  });
});
