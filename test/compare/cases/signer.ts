import { withManifest } from "../../support/alter-release.ts";
import {
  ADA,
  ADA_P256,
  GRACE,
  inCandidate,
  minorUpgrade,
  type TrustFacts,
  type Upgrade,
  upgradeFrom,
  withTrust,
} from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";

const trust = (previous: Partial<TrustFacts>, candidate: Partial<TrustFacts>): Upgrade =>
  withTrust(minorUpgrade(), previous, candidate);
const STRANGER = "9f".repeat(32);
const BOTH_HOLDERS = { signers: [ADA, GRACE], threshold: { needed: 1, holders: 2 } };

export const signerCases: readonly RuleCase[] = [
  {
    rule: "signer.signature-lost",
    how: "no signature any more",
    trip: () => trust({}, { signers: [], threshold: { needed: 1, holders: 0 } }),
    quietWhen: "the earlier release had none either",
    nearMiss: () => {
      const unsigned = { signers: [], threshold: { needed: 1, holders: 0 } };
      return trust(unsigned, unsigned);
    },
  },
  {
    rule: "signer.key-changed",
    how: "signed only by a stranger",
    trip: () => trust({}, { signers: [], unknownKeyIds: [STRANGER], threshold: { needed: 1, holders: 0 } }),
    quietWhen: "a stranger signed beside enough trusted holders",
    nearMiss: () => trust({}, { unknownKeyIds: [STRANGER] }),
  },
  {
    rule: "signer.rotated",
    how: "another holder of the trust root signed",
    trip: () => trust({}, { signers: [GRACE] }),
    quietWhen: "a holder of two did not sign this time",
    nearMiss: () => trust({ signers: [ADA, GRACE], threshold: { needed: 1, holders: 1 } }, {}),
  },
  {
    rule: "signer.threshold-lowered",
    how: "one holder needed where there were two",
    trip: () => trust({ ...BOTH_HOLDERS, threshold: { needed: 2, holders: 2 } }, { ...BOTH_HOLDERS }),
    quietWhen: "a release candidate, whose channel has a threshold of its own",
    nearMiss: () =>
      withTrust(
        upgradeFrom("1.2.3", "1.3.0-rc.1"),
        { ...BOTH_HOLDERS, threshold: { needed: 2, holders: 2 } },
        {},
      ),
  },
  {
    rule: "signer.second-person-lost",
    how: "one holder signed where two did",
    trip: () => trust(BOTH_HOLDERS, {}),
    quietWhen: "two holders signed where three did",
    nearMiss: () => trust({ ...BOTH_HOLDERS, threshold: { needed: 1, holders: 3 } }, BOTH_HOLDERS),
  },
  {
    rule: "signer.algorithm-weakened",
    how: "Ada has only P-256 where she had Ed25519",
    trip: () => trust({}, { signers: [ADA_P256] }),
    quietWhen: "Ada signs with both",
    nearMiss: () => trust({}, { signers: [ADA, ADA_P256] }),
  },
  {
    rule: "signer.algorithm-family-lost",
    how: "the P-256 signature is gone",
    trip: () => trust({ signers: [ADA, ADA_P256] }, {}),
    quietWhen: "there was never one",
    nearMiss: minorUpgrade,
  },
  {
    rule: "signer.trust-level-downgrade",
    how: "only checksums where a key was pinned",
    trip: () => trust({}, { trustLevel: "checksum-only" }),
    quietWhen: "a hardware key where a key was pinned",
    nearMiss: () => trust({}, { trustLevel: "pinned-hardware-key" }),
  },
  {
    rule: "signer.trust-root-regressed",
    how: "signed under root 1 after root 2",
    trip: () => trust({}, { rootVersion: 1 }),
    quietWhen: "signed under root 3",
    nearMiss: () => trust({}, { rootVersion: 3 }),
  },
  {
    rule: "signer.test-signer",
    how: "a dry run",
    trip: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { dryRun: true })),
    quietWhen: "test trust on both sides",
    nearMiss: () => trust({ testTrust: true }, { testTrust: true }),
  },
  {
    rule: "signer.test-signer",
    how: "test trust after production trust",
    trip: () => trust({}, { testTrust: true }),
    quietWhen: "production trust after test trust",
    nearMiss: () => trust({ testTrust: true }, {}),
  },
];
