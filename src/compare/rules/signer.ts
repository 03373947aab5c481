import { MANIFEST_FILE } from "../../model/layers.ts";
import type { SignerFacts } from "../../model/report.ts";
import { TRUST_LEVELS } from "../compared-release.ts";
import { over, type RuleEvidence, sameStream, type UpgradeRule } from "../rule.ts";
import type { SignersDiff } from "../signers-diff.ts";

const AT = "release.dsse.json";

const signatureLost: UpgradeRule = {
  id: "signer.signature-lost",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the earlier release was signed and the candidate is not",
  why: "nobody vouches for the candidate; whoever replaced it could not have signed it either",
  remedy: "Sign it: cavra release sign",
  example: { was: "signed by Ada", now: "no signature" },
  ...over(["signers"], ({ signers }) =>
    earlierSigners(signers).length > 0 && signersNow(signers).length === 0 && unknownNow(signers).length === 0
      ? [{ subject: "signatures", at: AT, expected: describe(earlierSigners(signers)), actual: "none" }]
      : [],
  ),
};

const keyChanged: UpgradeRule = {
  id: "signer.key-changed",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "signed by a new key that the trust root does not name",
  why: "no holder of the earlier keys agreed to the new one, so anyone could have made it",
  remedy: "Let the root holders add the key to the trust root: cavra trust rotate",
  example: { was: "signed by key 41aa0c9e of Ada", now: "signed by key 9f2c5510, never seen" },
  ...over(["signers"], ({ signers }) =>
    // A further signature by a stranger beside enough trusted ones takes nothing away.
    signers.holders.now >= signers.needed.now && signers.holders.now > 0
      ? []
      : signers.unknownKeyIds.added.map((keyId) => ({
          subject: keyId,
          at: AT,
          expected: describe(earlierSigners(signers)),
          actual: keyId,
        })),
  ),
};

const rotated: UpgradeRule = {
  id: "signer.rotated",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "signed by a key that did not sign the earlier release",
  why: "the trust root names it, so it was added with the consent of the root holders",
  remedy: "Nothing to do. Who may sign: cavra trust show",
  example: { was: "signed by Ada", now: "signed by Ada and Grace" },
  ...over(
    ["signers"],
    ({ signers }) =>
      earlierSigners(signers).length === 0
        ? []
        : signers.added.map((signer) => ({
            subject: signer.keyId,
            at: AT,
            expected: describe(earlierSigners(signers)),
            actual: describe([signer]),
          })),
    sameStream,
  ),
};

const thresholdLowered: UpgradeRule = {
  id: "signer.threshold-lowered",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "fewer people have to sign than before",
  why: "one stolen key or one careless person now reaches further",
  remedy: "Restore the threshold in the trust root",
  example: { was: "2 of 3 holders", now: "1 of 3 holders" },
  ...over(
    ["signers"],
    ({ signers: { needed } }) =>
      needed.now < needed.was ? [countEvidence("threshold", needed.was, needed.now, "holders needed")] : [],
    sameStream,
  ),
};

const twoPersonLost: UpgradeRule = {
  id: "signer.second-person-lost",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a single person signed what several signed before",
  why: "nobody else looked at what went out, although that was the custom",
  remedy:
    "Have a second holder sign: cavra release sign. To make it a rule, raise the threshold of the trust root",
  example: { was: "signed by Ada and Grace", now: "signed by Ada" },
  ...over(
    ["signers"],
    ({ signers: { holders } }) =>
      holders.was > 1 && holders.now === 1
        ? [countEvidence("holders", holders.was, holders.now, "holders signed")]
        : [],
    sameStream,
  ),
};

function countEvidence(subject: string, was: number, now: number, what: string): RuleEvidence {
  return { subject, at: AT, expected: `${was} ${what}`, actual: `${now} ${what}` };
}

/** Strongest last. Algorithms that are not listed have no place in the order. */
const ALGORITHM_STRENGTH: readonly string[] = ["ecdsa-p256", "ed25519"];

const algorithmWeakened: UpgradeRule = {
  id: "signer.algorithm-weakened",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "a holder signs with a weaker algorithm than before",
  why: "the signature is as hard to forge as its weakest accepted form",
  remedy: "Sign with the stronger key as well",
  example: { was: "Ada with ed25519", now: "Ada with ecdsa-p256 only" },
  ...over(
    ["signers"],
    ({ signers }) => {
      const before = strongestByHolder(earlierSigners(signers));
      return [...strongestByHolder(signersNow(signers))].flatMap(([holder, strength]) => {
        const earlier = before.get(holder) ?? -1;
        return strength >= 0 && strength < earlier
          ? [
              {
                subject: holder,
                at: AT,
                expected: ALGORITHM_STRENGTH[earlier] ?? "",
                actual: ALGORITHM_STRENGTH[strength] ?? "",
              },
            ]
          : [];
      });
    },
    sameStream,
  ),
};

function strongestByHolder(signers: readonly SignerFacts[]): ReadonlyMap<string, number> {
  const strongest = new Map<string, number>();
  for (const { holder, algorithm } of signers) {
    strongest.set(holder, Math.max(strongest.get(holder) ?? -1, ALGORITHM_STRENGTH.indexOf(algorithm)));
  }
  return strongest;
}

const familyLost: UpgradeRule = {
  id: "signer.algorithm-family-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the P-256 signature beside the Ed25519 one is gone",
  why: "sites that may use only FIPS-approved algorithms cannot verify the candidate",
  remedy: "Sign with a P-256 key as well: cavra release sign",
  example: { was: "ed25519 and ecdsa-p256", now: "ed25519" },
  ...over(
    ["signers"],
    ({ signers }) => {
      const before = algorithmsOf(earlierSigners(signers));
      const after = algorithmsOf(signersNow(signers));
      const dualBefore = before.has("ed25519") && before.has("ecdsa-p256");
      return dualBefore && after.has("ed25519") && !after.has("ecdsa-p256")
        ? [{ subject: "ecdsa-p256", at: AT, expected: "ed25519 and ecdsa-p256", actual: "ed25519" }]
        : [];
    },
    sameStream,
  ),
};

const trustLevelDowngrade: UpgradeRule = {
  id: "signer.trust-level-downgrade",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the proof of who made it is weaker than before",
  why: "an attacker who cannot produce the stronger proof offers a release with the weaker one",
  remedy: "Release the candidate by the same means as the earlier release",
  example: { was: "pinned-hardware-key", now: "checksum-only" },
  ...over(
    ["signers"],
    ({ signers: { trustLevel } }) =>
      TRUST_LEVELS.indexOf(trustLevel.now) < TRUST_LEVELS.indexOf(trustLevel.was)
        ? [{ subject: "trust level", at: AT, expected: trustLevel.was, actual: trustLevel.now }]
        : [],
    sameStream,
  ),
};

const trustRootRegressed: UpgradeRule = {
  id: "signer.trust-root-regressed",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the candidate was signed under an older trust root",
  why: "the later root may have taken a key out; who signs under the older one does not know it, or hopes that you do not",
  remedy: "Update the signer's trust root and sign again",
  example: { was: "trust root version 4", now: "trust root version 3" },
  ...over(
    ["signers"],
    ({ signers: { rootVersion } }) =>
      rootVersion.was !== null && rootVersion.now !== null && rootVersion.now < rootVersion.was
        ? [
            {
              subject: "rootVersion",
              at: `${AT}: rootVersion`,
              expected: `at least ${rootVersion.was}`,
              actual: String(rootVersion.now),
            },
          ]
        : [],
    sameStream,
  ),
};

const testSigner: UpgradeRule = {
  id: "signer.test-signer",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the candidate is a rehearsal",
  why: "it was never meant to be installed; anyone may hold the keys of a rehearsal",
  remedy: "Build without --dry-run, and sign with keys of the production trust root",
  example: { was: "a release", now: "dry_run is true" },
  ...over(["lineage"], ({ lineage: { dryRun } }, { previous, candidate }) => [
    ...(dryRun.now
      ? [{ subject: "dry run", at: `${MANIFEST_FILE}: dry_run`, expected: "false", actual: "true" }]
      : []),
    // Under test trust on both sides the whole comparison is a rehearsal, and the verdict says so.
    ...(candidate.testTrust && !previous.testTrust
      ? [{ subject: "test trust", at: AT, expected: "production trust", actual: "test trust" }]
      : []),
  ]),
};

function earlierSigners({ kept, removed }: SignersDiff): readonly SignerFacts[] {
  return [...kept, ...removed];
}

function signersNow({ kept, added }: SignersDiff): readonly SignerFacts[] {
  return [...kept, ...added];
}

function unknownNow({ unknownKeyIds }: SignersDiff): readonly string[] {
  return [...unknownKeyIds.kept, ...unknownKeyIds.added];
}

function algorithmsOf(signers: readonly SignerFacts[]): ReadonlySet<string> {
  return new Set(signers.map(({ algorithm }) => algorithm));
}

function describe(signers: readonly SignerFacts[]): string {
  return signers.map(({ keyId, holder }) => `${keyId} of ${holder}`).join(", ") || "no trusted signer";
}

export const signerRules: readonly UpgradeRule[] = [
  signatureLost,
  keyChanged,
  rotated,
  thresholdLowered,
  twoPersonLost,
  algorithmWeakened,
  familyLost,
  trustLevelDowngrade,
  trustRootRegressed,
  testSigner,
];
