import { formatUtcTime, parseUtcTime } from "../../formats/utc-time.ts";
import { failOr, pass, skip, type Check, type Outcome, type Sighting } from "../../model/check.ts";
import type { ReleaseStatement } from "../../model/release-statement.ts";
import { parseVersion } from "../../model/version.ts";
import type { SignatureStage } from "../stages.ts";
import { releaseRollback } from "./release-rollback.ts";
import { releaseThreshold } from "./release-threshold.ts";
import { CLOCK_TOLERANCE_SECONDS } from "./trust.ts";

const STATEMENT = "release.dsse.json";

/** Runs only on a statement that was read; a broken one has been reported by release.statement. */
function onStatement(
  run: (stage: SignatureStage, statement: ReleaseStatement) => Outcome,
): (stage: SignatureStage) => Outcome {
  return (stage) => (stage.statement.ok ? run(stage, stage.statement.value) : skip(stage.statement.reason));
}

/** What was signed is a release statement. Read only after a threshold over its raw bytes was met. */
const releaseStatement: Check<SignatureStage> = {
  id: "release.statement",
  title: "The signed payload is a release statement",
  needs: ["release.threshold"],
  run({ statement }) {
    if (statement.ok) return pass(STATEMENT, "read after its signatures were judged");
    return {
      status: "fail",
      sightings: [{ problem: "release.statement-malformed", at: statement.at, actual: statement.reason }],
    };
  },
};

/** The bytes on the medium are the bytes that the statement names (trust-spec section 6, step 6). */
const releaseSubject: Check<SignatureStage> = {
  id: "release.subject",
  title: "The zip has exactly the size and digests that were signed",
  needs: ["release.statement"],
  run: onStatement(({ subject }, { zip, predicate }) => {
    if (subject.zip === null) return skip("a directory has no zip; its checksums.txt is compared instead");
    const { sizeBytes, sha256, sha512 } = subject.zip;
    const facts = [
      ["size", String(predicate.zipSizeBytes), String(sizeBytes)],
      ["SHA-256", zip.digest.sha256, sha256],
      ["SHA-512", zip.digest.sha512, sha512],
    ] as const;
    // One changed byte changes both digests: the first fact that differs says it all.
    const wrong: Sighting[] = facts
      .filter(([, expected, actual]) => expected !== actual)
      .slice(0, 1)
      .map(([what, expected, actual]) => ({
        problem: "release.subject-differs",
        at: `${subject.name} ${what}`,
        expected,
        actual,
      }));
    const renamed: Sighting[] =
      subject.name === zip.name
        ? []
        : [{ problem: "release.renamed", at: subject.name, expected: zip.name, actual: subject.name }];
    return failOr([...wrong, ...renamed], pass(subject.name, `SHA-256 ${subject.zip.sha256}`));
  }),
};

/** Product, line and channel are those that the root signs for and that this verification expects. */
const releaseContext: Check<SignatureStage> = {
  id: "release.context",
  title: "The release is of the expected product, line and channel",
  needs: ["release.statement"],
  run: onStatement((stage, { predicate }) => {
    const { product, line, channel, version } = predicate;
    return failOr(
      [
        ...differs("release.wrong-product", "product", stage.trust.product, product),
        ...streamSightings(stage, line, channel),
        ...endorsementSightings(stage, version),
        ...expectedStream(stage, line, channel),
        ...differs(
          "release.channel-disagrees",
          "channel",
          parseVersion(version)?.channel ?? "none: not a version",
          channel,
        ),
        ...rootSightings(stage, predicate.rootVersion),
        ...revocation(stage, predicate.manifestSha256),
      ],
      pass(STATEMENT, `${product} ${version}, line ${line}, channel ${channel}`),
    );
  }),
};

function differs(problem: string, member: string, expected: string, actual: string): readonly Sighting[] {
  return expected === actual ? [] : [{ problem, at: `${STATEMENT} ${member}`, expected, actual }];
}

function streamSightings(stage: SignatureStage, line: string, channel: string): readonly Sighting[] {
  const isEndorsed = stage.endorsement !== undefined;
  const met = stage.thresholds.some(
    ({ role, result }) => role.line === line && role.channel === channel && (result.met || isEndorsed),
  );
  return met
    ? []
    : [
        {
          problem: "release.stream-not-signed",
          at: STATEMENT,
          expected: "a stream whose threshold is met",
          actual: `${line}/${channel}`,
        },
      ];
}

function endorsementSightings({ endorsement }: SignatureStage, version: string): readonly Sighting[] {
  return endorsement === undefined
    ? []
    : differs("release.endorsement-disagrees", "version", endorsement.version, version);
}

function expectedStream({ policy }: SignatureStage, line: string, channel: string): readonly Sighting[] {
  if (!policy.expectStream) return [];
  return [
    ...differs("release.wrong-line", "line", policy.line, line),
    ...differs("release.wrong-channel", "channel", policy.channel, channel),
  ];
}

function rootSightings({ trust }: SignatureStage, rootVersion: number): readonly Sighting[] {
  if (rootVersion <= trust.version) return [];
  return [
    {
      problem: "release.root-behind",
      at: "trust root",
      expected: `version ${rootVersion} or later`,
      actual: `version ${trust.version}`,
    },
  ];
}

function revocation({ trust }: SignatureStage, manifestSha256: string): readonly Sighting[] {
  return trust.revoked.manifests.includes(manifestSha256)
    ? [{ problem: "release.revoked", at: "trust root revoked.manifests", actual: manifestSha256 }]
    : [];
}

/** `now` against the expiry that was signed. */
const releaseExpiry: Check<SignatureStage> = {
  id: "release.expiry",
  title: "The release has not expired",
  needs: ["release.statement"],
  run: onStatement(({ policy, endorsement }, { predicate: { expires } }) => {
    if (expires === null) return pass(STATEMENT, "does not expire");
    const end = formatUtcTime(expires);
    if (endorsement !== undefined) return pass(STATEMENT, `expires ${end}; the trust root endorses it`);
    return failOr(
      policy.now > expires && !policy.mayHaveExpired
        ? [{ problem: "release.expired", at: STATEMENT, expected: `before ${end}` }]
        : [],
      pass(STATEMENT, `expires ${end}`),
    );
  }),
};

/** A clock earlier than the release's own build time cannot judge anything (trust-spec section 5). */
const releaseClock: Check<SignatureStage> = {
  id: "release.clock",
  title: "The clock is not earlier than the release itself",
  needs: ["release.statement"],
  run: onStatement(({ policy, trust }, { predicate: { sourceDateEpoch } }) => {
    const earliest = Math.max(sourceDateEpoch, parseUtcTime(trust.issued) ?? 0);
    const known = formatUtcTime(earliest);
    return failOr(
      policy.now < earliest - CLOCK_TOLERANCE_SECONDS
        ? [
            {
              problem: "trust.clock-implausible",
              at: policy.timeSource === "at" ? "--at" : "system clock",
              expected: `not before ${known}`,
            },
          ]
        : [],
      pass("clock", `not before ${known}`),
    );
  }),
};

/** Steps 4 to 6 of trust-spec section 6, in order. */
export const releaseChecks: readonly Check<SignatureStage>[] = [
  releaseThreshold,
  releaseStatement,
  releaseContext,
  releaseRollback,
  releaseExpiry,
  releaseClock,
  releaseSubject,
];
