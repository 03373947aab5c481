import { SHA256_HEX } from "../model/digest.ts";
import { DEFAULT_LIMITS, RAISABLE_LIMITS } from "../model/limits.ts";
import type { Policy } from "../model/policy.ts";
import { parseVersion } from "../model/version.ts";

type Rule = (value: unknown) => boolean;

const isFlag: Rule = (value) => typeof value === "boolean";
const isText: Rule = (value) => typeof value === "string" && value !== "";
const isVersion: Rule = (value) => typeof value === "string" && parseVersion(value) !== undefined;
const isCount: Rule = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

const RULES: { readonly [F in keyof Required<Policy>]: Rule } = {
  now: isCount,
  timeSource: (value) => value === "at" || value === "clock",
  line: isText,
  channel: isText,
  expectStream: isFlag,
  allowTestTrust: isFlag,
  allowUnsigned: isFlag,
  allowMissingProvenance: isFlag,
  allowMissingBootstrap: isFlag,
  diagnose: isFlag,
  mayHaveExpired: isFlag,
  limits: areLimits,
  minimumVersion: isVersion,
  previous: isRelease,
  vulnerabilities: isVulnerabilityPolicy,
  require: (value) => Array.isArray(value) && value.every(isText),
};
const OPTIONAL: ReadonlySet<string> = new Set([
  "minimumVersion",
  "previous",
  "vulnerabilities",
] satisfies (keyof Policy)[]);

/**
 * The field that makes a policy one that nobody decided: missing, of another type, or unheard of. A time that is no
 * number, for example, is neither before nor after any expiry, and would let everything through. undefined when the
 * policy is sound.
 */
export function policyProblem(policy: Policy): string | undefined {
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(policy));
  const unknown = [...fields.keys()].find((name) => !Object.hasOwn(RULES, name));
  if (unknown !== undefined) return unknown;
  const broken = Object.entries(RULES).find(
    ([name, holds]) => !(fields.get(name) === undefined ? OPTIONAL.has(name) : holds(fields.get(name))),
  );
  return broken?.[0];
}

/** A cap that is no number, or is below the default, was set by nobody who meant it. */
function areLimits(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const limits: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  return (
    limits.size === RAISABLE_LIMITS.length &&
    RAISABLE_LIMITS.every(({ member, most }) => {
      const limit = limits.get(member);
      return isCount(limit) && Number(limit) >= DEFAULT_LIMITS[member] && Number(limit) <= most;
    })
  );
}

function isRelease(value: unknown): boolean {
  if (!hasExactly(value, ["version", "releaseCounter", "manifestSha256"])) return false;
  const { version, releaseCounter, manifestSha256 } = value as Partial<NonNullable<Policy["previous"]>>;
  return isVersion(version) && isCount(releaseCounter) && SHA256_HEX.test(String(manifestSha256));
}

/** An age that is no number is neither too old nor fresh. */
function isVulnerabilityPolicy(value: unknown): boolean {
  if (!hasExactly(value, ["database", "maxAgeDays"])) return false;
  const { database, maxAgeDays } = value as Partial<NonNullable<Policy["vulnerabilities"]>>;
  return isCount(maxAgeDays) && Array.isArray(database?.vulnerabilities);
}

function hasExactly(value: unknown, members: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  const names = Object.keys(value);
  return names.length === members.length && members.every((member) => names.includes(member));
}
