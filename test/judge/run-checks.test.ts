import { expect, it } from "vitest";
import { runChecks } from "../../src/judge/run-checks.ts";
import { pass, skip, type Check, type Outcome } from "../../src/model/check.ts";
import type { Problem, Severity } from "../../src/model/finding.ts";

const problem = (id: string, severity: Severity): Problem => ({
  id,
  severity,
  title: id,
  why: "w",
  remedy: "r",
});
const problems = new Map(
  [problem("a.error", "error"), problem("a.doubt", "unknown"), problem("a.warning", "warning")].map((p) => [
    p.id,
    p,
  ]),
);
const failing = (id: string): Outcome => ({ status: "fail", sightings: [{ problem: id, at: "here" }] });
const check = (id: string, outcome: Outcome, needs: readonly string[] = []): Check<null> => ({
  id,
  title: id,
  needs,
  run: () => outcome,
});
const statuses = (checks: readonly Check<null>[]): readonly string[] =>
  runChecks(checks, null, problems).results.map(
    ({ id, status, reason }) => `${id} ${status}${reason === undefined ? "" : `: ${reason}`}`,
  );

it("skips what needs a failed, skipped or unknown check, with the reason", () => {
  expect(
    statuses([
      check("a.one", failing("a.error")),
      check("a.two", pass("x", "y"), ["a.one"]),
      check("a.three", pass("x", "y"), ["a.two"]),
      check("a.four", pass("x", "y"), ["a.nowhere"]),
      check("a.five", skip("not asked")),
      check("a.six", pass("x", "y")),
    ]),
  ).toEqual([
    "a.one fail",
    "a.two skip: a.one did not pass",
    "a.three skip: a.two did not pass",
    "a.four skip: a.nowhere did not pass",
    "a.five skip: not asked",
    "a.six pass",
  ]);
});

it("goes on after a doubt, so that a later failure can win", () => {
  expect(
    statuses([check("a.one", failing("a.doubt")), check("a.two", failing("a.error"), ["a.one"])]),
  ).toEqual(["a.one fail", "a.two fail"]);
});

it("lets a check with only warnings pass, and keeps the finding", () => {
  const { results, findings } = runChecks([check("a.one", failing("a.warning"))], null, problems);
  expect(results.map(({ status }) => status)).toEqual(["pass"]);
  expect(findings.map(({ id, check: found }) => [id, found])).toEqual([["a.warning", "a.one"]]);
});

it("treats a problem without words as an error", () => {
  expect(runChecks([check("a.one", failing("a.forgotten"))], null, problems).findings[0]?.severity).toBe(
    "error",
  );
});
