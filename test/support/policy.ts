import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { DEFAULT_REQUIRED, type Policy } from "../../src/model/policy.ts";
import { TEST_NOW } from "./trust.ts";

/** The policy of a verify command without flags, except that test trust is allowed. */
export function testPolicy(change: Partial<Policy> = {}): Policy {
  return {
    now: TEST_NOW,
    timeSource: "at",
    line: "main",
    channel: "stable",
    expectStream: true,
    allowTestTrust: true,
    allowUnsigned: false,
    allowMissingProvenance: false,
    allowMissingBootstrap: false,
    diagnose: false,
    mayHaveExpired: false,
    limits: DEFAULT_LIMITS,
    require: DEFAULT_REQUIRED,
    ...change,
  };
}
