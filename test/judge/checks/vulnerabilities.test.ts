import { describe, expect, it } from "vitest";
import { vulnerabilitiesDefects } from "../../support/defects/vulnerabilities.ts";
import { itSeesEach, problemsOf, resultOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";
import { DAY_SECONDS, TEST_DATABASE } from "../../support/vulnerabilities.ts";

describe("known vulnerabilities of the linked code", () => {
  itSeesEach(vulnerabilitiesDefects);

  it("are not asked for without a database, and the report says so", () => {
    const { vulnerabilities: _, ...policy } = VALID_STAGE.policy;
    expect(resultOf({ ...VALID_STAGE, policy }, "vulnerabilities.known")).toMatchObject({
      status: "skip",
      reason: "no vulnerability database was given (--osv DIR)",
    });
  });

  it("take a database of exactly the age that is allowed", () => {
    const database = { ...TEST_DATABASE, updatedEpochSeconds: VALID_STAGE.policy.now - 30 * DAY_SECONDS };
    const policy = { ...VALID_STAGE.policy, vulnerabilities: { database, maxAgeDays: 30 } };
    expect(problemsOf({ ...VALID_STAGE, policy })).toEqual([]);
  });
});
