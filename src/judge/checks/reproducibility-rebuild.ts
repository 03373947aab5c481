import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { RebuildStatement } from "../../model/rebuild-statement.ts";
import type { ReleaseStatement, Subject } from "../../model/release-statement.ts";
import type { RebuildEvidence, RebuildStage } from "../stages.ts";
import { digestMembers, fail, memberSightings, type Member } from "./comparison.ts";

const COPY_AGAIN =
  "Copy the .sigs folder again from the source; if it stays, do not install and tell your vendor by another way";
const ASK_REBUILDER =
  "Do not install. Ask the rebuilder by another way than this medium what they built. Who they are: cavra trust show";
const NOTHING_TO_DO =
  "Nothing to do. If you expected this rebuilder to count, ask your vendor for the current trust root";

export const rebuildProblems: readonly Problem[] = [
  {
    id: "reproducibility.rebuild-malformed",
    severity: "error",
    title: "a rebuilder's statement is not a well-formed envelope of one signer",
    why: "a signature that can be read in two ways, or under the name of another, could count twice",
    remedy: COPY_AGAIN,
  },
  {
    id: "reproducibility.rebuild-signature-invalid",
    severity: "error",
    title: "a rebuilder's signature does not verify",
    why: "the statement or the signature was changed after signing; other good statements do not make up for it",
    remedy: COPY_AGAIN,
  },
  {
    id: "reproducibility.rebuild-signature-disputed",
    severity: "error",
    title: "two implementations disagree on a rebuilder's signature",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: ASK_REBUILDER,
  },
  {
    id: "reproducibility.rebuild-not-counted",
    severity: "warning",
    title: "a rebuilder's valid signature does not count",
    why: "a key counts only inside its period and while it is not revoked; outside of that a thief may hold it",
    remedy: "Ask the rebuilder to sign again with a key that the trust root lists",
  },
  {
    id: "reproducibility.rebuild-by-release-signer",
    severity: "warning",
    title: "who signed the release says that they rebuilt it too",
    why: "whoever makes a release cannot be the one who checks it; the statement counts for nothing",
    remedy: "Ask somebody else to rebuild the release: cavra release rebuild PACKAGE",
  },
  {
    id: "reproducibility.rebuild-signer-unknown",
    severity: "note",
    title: "somebody whom your trust root does not name as a rebuilder says that they rebuilt this",
    why: "it counts for nothing: anyone can sign such a statement with a key of their own",
    remedy: NOTHING_TO_DO,
  },
  {
    id: "reproducibility.rebuild-statement-malformed",
    severity: "error",
    title: "what a rebuilder signed is not a rebuild statement",
    why: "a signature over another kind of document must not count for a rebuild",
    remedy: ASK_REBUILDER,
  },
  {
    id: "reproducibility.rebuild-failed",
    severity: "error",
    title: "a rebuilder got other bytes than this release",
    why: "somebody whom you trust to check says that the release does not come from the source it names",
    remedy: ASK_REBUILDER,
  },
  {
    id: "reproducibility.rebuild-wrong-product",
    severity: "error",
    title: "a rebuilder's statement is about another product or version",
    why: "a rebuild of one release must not vouch for another",
    remedy: COPY_AGAIN,
  },
  {
    id: "reproducibility.rebuild-other-release",
    severity: "error",
    title: "a rebuilder's statement is about other bytes than these",
    why: "the statement was taken from another release, or the rebuilder was given another one than you",
    remedy: COPY_AGAIN,
  },
  {
    id: "reproducibility.rebuild-holder-counts-once",
    severity: "note",
    title: "one rebuilder signed with several keys, which counts once",
    why: "independence is counted in people: two keys of one person lie on one desk",
    remedy: "Nothing to do. Where more rebuilders are needed, they must be other people",
  },
  {
    id: "reproducibility.rebuild-threshold-not-met",
    severity: "error",
    title: "fewer holders than demanded rebuilt this release",
    why: "you asked for proof that the release comes from its source, and too few people give it",
    remedy: "Ask your vendor for the statements of the rebuilders; they are added to the .sigs folder",
  },
];

/** What rebuilders say beside the package, each by itself. */
export const rebuildStatements: Check<RebuildStage> = {
  id: "reproducibility.rebuild-statements",
  title: "No rebuilder's statement contradicts this release",
  run(stage) {
    const { rebuilds, release } = stage;
    if (rebuilds.length === 0) return skip(nothingRebuilt(stage));
    if (release === undefined) return skip("there is no release statement to hold rebuilds against");
    const sightings = rebuilds.flatMap((rebuild) => sightingsOf(rebuild, release));
    return failOr(
      [...sightings, ...repeatedHolders(stage)],
      pass(rebuilds.map(({ file }) => file).join(", "), "the two subjects of the release, IDENTICAL"),
    );
  },
};

/** trust-spec section 4: k holders of the role, none of them a release signer. */
export const rebuildThreshold: Check<RebuildStage> = {
  id: "reproducibility.rebuild",
  title: "Independent holders made the same bytes from the source",
  run(stage) {
    const { role, policy, rebuilds } = stage;
    if (role.members.length === 0) return skip(nothingRebuilt(stage));
    const holders = rebuildersOf(stage);
    const words = `${holders.length} of ${role.threshold} needed holders${holders.length === 0 ? "" : ": "}${holders.join(", ")}`;
    if (role.threshold >= 1 && holders.length >= role.threshold) {
      return pass(
        rebuilds.map(({ file }) => file).join(", "),
        `rebuilt by ${holders.length} independent ${holders.length === 1 ? "holder" : "holders"}: ${holders.join(", ")}`,
      );
    }
    if (policy.require.includes("reproducibility.rebuild")) {
      const expected = `${role.threshold} holders`;
      const sighting = { at: "rebuild.<key>.dsse.json", expected, actual: words };
      return fail({ problem: "reproducibility.rebuild-threshold-not-met", ...sighting });
    }
    return skip(rebuilds.length === 0 ? nothingRebuilt(stage) : `rebuilt by ${words}`);
  },
};

export const rebuildChecks: readonly Check<RebuildStage>[] = [rebuildStatements, rebuildThreshold];

function nothingRebuilt({ role }: RebuildStage): string {
  return role.members.length === 0
    ? "nothing was rebuilt, and the trust root names no rebuilders"
    : "nothing was rebuilt: no rebuilder's statement is beside the package";
}

/** Distinct holders whose statements are about exactly this release and say IDENTICAL, sorted. */
export function rebuildersOf({ rebuilds, release }: RebuildStage): readonly string[] {
  if (release === undefined) return [];
  const holders = rebuilds
    .filter((rebuild) => vouches(rebuild, release))
    .flatMap(({ result }) => result?.holders ?? []);
  return [...new Set(holders)].toSorted();
}

function vouches(rebuild: RebuildEvidence, release: ReleaseStatement): boolean {
  return rebuild.result?.met === true && rebuild.statement.ok && sightingsOf(rebuild, release).length === 0;
}

function repeatedHolders(stage: RebuildStage): readonly Sighting[] {
  const { rebuilds, release } = stage;
  if (release === undefined) return [];
  const counted = rebuilds.filter((rebuild) => vouches(rebuild, release));
  return rebuildersOf(stage).flatMap((holder) => {
    const files = counted.flatMap(({ file, result }) =>
      result?.holders.includes(holder) === true ? [file] : [],
    );
    return files.length < 2
      ? []
      : [{ problem: "reproducibility.rebuild-holder-counts-once", at: files.join(", "), actual: holder }];
  });
}

function sightingsOf(rebuild: RebuildEvidence, release: ReleaseStatement): readonly Sighting[] {
  const { file: at, envelope, result, statement } = rebuild;
  if (!envelope.ok) return [{ problem: "reproducibility.rebuild-malformed", at, actual: envelope.reason }];
  if (result?.met !== true) return signatureSightings(rebuild);
  if (!statement.ok) {
    return [{ problem: "reproducibility.rebuild-statement-malformed", at, actual: statement.reason }];
  }
  return statementSightings(at, statement.value, release);
}

function signatureSightings({ file: at, result, releaseSigners }: RebuildEvidence): readonly Sighting[] {
  const { invalid = [], disputed = [], notCounted = [], unknown = [] } = result ?? {};
  const own = releaseSigners.map((holder) => ({
    problem: "reproducibility.rebuild-by-release-signer",
    at,
    actual: holder,
  }));
  return [
    ...invalid.map((keyId) => ({ problem: "reproducibility.rebuild-signature-invalid", at, actual: keyId })),
    ...disputed.map((keyId) => ({
      problem: "reproducibility.rebuild-signature-disputed",
      at,
      actual: keyId,
    })),
    ...notCounted.map(({ reason }) => ({
      problem: "reproducibility.rebuild-not-counted",
      at,
      actual: reason,
    })),
    ...own,
    ...(own.length > 0
      ? []
      : unknown.map((keyId) => ({ problem: "reproducibility.rebuild-signer-unknown", at, actual: keyId }))),
  ];
}

function statementSightings(
  at: string,
  { zip, checksums, predicate }: RebuildStatement,
  release: ReleaseStatement,
): readonly Sighting[] {
  const { product, version, manifestSha256 } = release.predicate;
  return [
    ...memberSightings("reproducibility.rebuild-failed", at, [["verdict", "IDENTICAL", predicate.verdict]]),
    ...memberSightings("reproducibility.rebuild-wrong-product", at, [
      ["product", product, predicate.product],
      ["version", version, predicate.version],
    ]),
    ...memberSightings("reproducibility.rebuild-other-release", at, [
      ["manifestSha256", manifestSha256, predicate.manifestSha256],
      ...subjectMembers("subject[0]", release.zip, zip),
      ...subjectMembers("subject[1]", release.checksums, checksums),
    ]),
  ];
}

function subjectMembers(place: string, expected: Subject, actual: Subject): readonly Member[] {
  return [
    [`${place}.name`, expected.name, actual.name],
    ...digestMembers(expected.digest, actual.digest).map(([name, was, is]): Member => [
      `${place}.digest.${name}`,
      was,
      is,
    ]),
  ];
}
