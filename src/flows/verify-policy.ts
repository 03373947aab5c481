import { closestTo } from "../formats/suggestion.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import { systemTime } from "../io/environment.ts";
import { verificationChecks } from "../judge/problems.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_REQUIRED, type Policy } from "../model/policy.ts";
import { parseVersion } from "../model/version.ts";
import { raisedLimits } from "./raise-limits.ts";
import { findTrust, type MemoryRequest, type TrustSource } from "./trust-source.ts";
import type { Tool } from "./verification-report.ts";
import { readVulnerabilityDatabase } from "./vulnerability-database.ts";
import { verifyRelease } from "./verify-release.ts";

/** What the user decided about a verification, as flags say it. */
export interface VerifyOptions {
  readonly trust?: string | undefined;
  readonly product?: string | undefined;
  readonly line: string;
  readonly channel: string;
  readonly at?: string | undefined;
  readonly minimumVersion?: string | undefined;
  /** An earlier package that is known to be good. */
  readonly previous?: string | undefined;
  readonly allowTestTrust: boolean;
  readonly allowUnsigned: boolean;
  readonly allowMissingProvenance: boolean;
  readonly allowMissingBootstrap: boolean;
  readonly diagnose: boolean;
  /** `--raise-limit NAME=VALUE`, as given. */
  readonly raiseLimits: readonly string[];
  /** A folder of OSV records (`--osv`), when it was taken, and how old it may be. */
  readonly osv?: string | undefined;
  readonly osvUpdated?: string | undefined;
  readonly osvMaxAgeDays?: number | undefined;
  /** `--require ID`: checks that must have passed beside those that always must. */
  readonly require?: readonly string[] | undefined;
  /** undefined: the command keeps no record of releases. */
  readonly memory?: MemoryRequest | undefined;
  /** false: any line and channel that the root signs for (validate-upgrade, inspect). */
  readonly expectStream: boolean;
}

export interface PreparedVerification {
  readonly policy: Policy;
  readonly trust: TrustSource | undefined;
}

/** Reads the clock once, finds the trust, and reads the earlier package if one is named. Throws Failure "usage". */
export async function prepareVerification(options: VerifyOptions, tool: Tool): Promise<PreparedVerification> {
  const now = timeOf(options.at);
  const { memory } = options;
  const trust = await findTrust({ file: options.trust, product: options.product, now, memory });
  const base: Policy = {
    now,
    timeSource: options.at === undefined ? "clock" : "at",
    line: options.line,
    channel: options.channel,
    expectStream: options.expectStream,
    allowTestTrust: options.allowTestTrust,
    allowUnsigned: options.allowUnsigned,
    allowMissingProvenance: options.allowMissingProvenance,
    allowMissingBootstrap: options.allowMissingBootstrap,
    diagnose: options.diagnose,
    mayHaveExpired: false,
    limits: raisedLimits(options.raiseLimits),
    require: requiredChecks(options.require ?? []),
    ...minimumOf(options.minimumVersion),
  };
  const { previous } = options;
  const earlier =
    previous === undefined ? {} : { previous: await earlierRelease(previous, { policy: base, trust }, tool) };
  return { policy: { ...base, ...earlier, ...(await vulnerabilitiesOf(options)) }, trust };
}

/** Throws Failure "usage" for what is no check: a demand that nothing can meet, or a misspelt one that nobody notices. */
function requiredChecks(more: readonly string[]): readonly string[] {
  const known = verificationChecks.map(({ id }) => id);
  const unknown = more.find((id) => !known.includes(id));
  if (unknown === undefined) return [...new Set([...DEFAULT_REQUIRED, ...more])];
  const meant = closestTo(unknown, known);
  throw new Failure("usage", "--require does not name a check", {
    found: unknown,
    hint: meant === undefined ? "all checks: cavra rules" : `did you mean --require ${meant}?`,
  });
}

/** `--at`, else the system clock, in seconds since 1970. Throws Failure "usage" for any other spelling of a time. */
export function timeOf(text: string | undefined): number {
  if (text === undefined) return systemTime();
  const seconds = parseUtcTime(text);
  if (seconds !== undefined) return seconds;
  throw new Failure("usage", "--at is not a time", { expected: "YYYY-MM-DDThh:mm:ssZ", found: text });
}

function minimumOf(text: string | undefined): Pick<Policy, "minimumVersion"> {
  if (text === undefined) return {};
  const version = text.replace(/^v/, "");
  if (parseVersion(version) !== undefined) return { minimumVersion: version };
  throw new Failure("usage", "--min-version is not a version", {
    expected: "for example 1.2.3",
    found: text,
  });
}

/** Older snapshots miss a month of findings; the Go database changes every week. */
const DEFAULT_OSV_MAX_AGE_DAYS = 30;

async function vulnerabilitiesOf({
  osv,
  osvUpdated,
  osvMaxAgeDays: maxAgeDays = DEFAULT_OSV_MAX_AGE_DAYS,
}: VerifyOptions): Promise<Pick<Policy, "vulnerabilities">> {
  if (osv === undefined) return {};
  return { vulnerabilities: { database: await readVulnerabilityDatabase(osv, osvUpdated), maxAgeDays } };
}

/**
 * The earlier package is a floor only if its signatures hold: anyone could hand over an older one. Its vulnerabilities
 * are not looked for: it is not what will be installed.
 */
async function earlierRelease(
  path: string,
  { policy, trust }: PreparedVerification,
  tool: Tool,
): Promise<NonNullable<Policy["previous"]>> {
  const { report } = await verifyRelease({
    tool,
    command: "--previous",
    path,
    signaturesFolder: undefined,
    policy: {
      ...policy,
      expectStream: false,
      diagnose: false,
      mayHaveExpired: true,
      require: DEFAULT_REQUIRED,
    },
    trust: withoutMemory(trust),
  });
  const { release, verdict } = report;
  const isProven = verdict.word === "PASS" || (verdict.word === "UNKNOWN" && policy.allowUnsigned);
  if (release === null || !isProven) {
    throw new Failure("usage", `the package given with --previous does not verify: ${verdict.reason}`, {
      at: path,
      found: verdict.word,
      hint: "cavra release verify-go-package PACKAGE",
    });
  }
  const { version, releaseCounter, manifestSha256 } = release;
  return { version, releaseCounter, manifestSha256 };
}

/** The earlier package is older than what passed since, and that is no fault of it. */
function withoutMemory(trust: TrustSource | undefined): TrustSource | undefined {
  if (trust === undefined) return undefined;
  const { memory: _memory, ...rest } = trust;
  return rest;
}

/** Whoever signs or only looks asks for any stream of the root, test roots too: the root alone decides who signs. */
export function anyStreamOptions(
  given: Pick<VerifyOptions, "trust" | "product" | "previous" | "at">,
): VerifyOptions {
  return {
    ...given,
    line: "main",
    channel: "stable",
    expectStream: false,
    allowTestTrust: true,
    allowUnsigned: false,
    allowMissingProvenance: false,
    allowMissingBootstrap: false,
    diagnose: false,
    raiseLimits: [],
  };
}
