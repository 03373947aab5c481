import type { ComparedRelease } from "../../src/compare/compared-release.ts";
import { judgeUpgrade, type UpgradeJudgement, upgradePair } from "../../src/compare/judge-upgrade.ts";
import { fileDigests, sha256Hex } from "../../src/crypto/digest.ts";
import type { PackageStage } from "../../src/judge/stages.ts";
import type { DocumentHeader } from "../../src/model/documents.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import type { InspectedFile } from "../../src/model/release.ts";
import { parseVersion } from "../../src/model/version.ts";
import { withDocument, withFile, withManifest, withRelease } from "./alter-release.ts";
import { VALID_STAGE } from "./release-fixture.ts";

export type TrustFacts = Omit<ComparedRelease, "release">;

export interface UpgradeSide {
  readonly stage: PackageStage;
  readonly trust: TrustFacts;
}

/** Two releases and the time of the step, for a test to alter in one place. */
export interface Upgrade {
  readonly previous: UpgradeSide;
  readonly candidate: UpgradeSide;
  readonly now: number;
}

const DAY_SECONDS = 86_400;
const NAMESPACE = "https://example.com/spdx";

export const ADA = { keyId: "a1".repeat(32), holder: "Ada", algorithm: "ed25519" };
export const GRACE = { keyId: "b2".repeat(32), holder: "Grace", algorithm: "ed25519" };
export const ADA_P256 = { keyId: "c3".repeat(32), holder: "Ada", algorithm: "ecdsa-p256" };

export const SIGNED: TrustFacts = {
  signaturesJudged: true,
  signers: [ADA],
  unknownKeyIds: [],
  threshold: { needed: 1, holders: 1 },
  trustLevel: "pinned-key",
  testTrust: false,
  rootVersion: 2,
  buildLevel: 1,
  rebuilders: ["Cy"],
  vulnerabilities: [],
  rebuilt: { verdict: "IDENTICAL", causes: [] },
};

/** A step that nobody could object to: new bytes, next counter, true lineage, one day later. */
export function upgradeFrom(from: string, to: string): Upgrade {
  const stage = releaseOf(VALID_STAGE, { version: from, releaseCounter: 7, commit: "a".repeat(40) });
  const previous = { stage, trust: SIGNED };
  return {
    previous,
    candidate: { stage: nextRelease(stage, to), trust: SIGNED },
    now: manifestOf(stage).sourceDateEpoch + 30 * DAY_SECONDS,
  };
}

export const patchUpgrade = (): Upgrade => upgradeFrom("1.2.3", "1.2.4");
export const minorUpgrade = (): Upgrade => upgradeFrom("1.2.3", "1.3.0");

/** The release after this one, with everything else as it was. */
export function nextRelease(stage: PackageStage, version: string): PackageStage {
  const { version: before, releaseCounter, sourceDateEpoch } = manifestOf(stage);
  const next = releaseOf(stage, {
    version,
    releaseCounter: releaseCounter + 1,
    commit: sha256Hex(Buffer.from(`${before} ${version}`)).slice(0, 40),
    sourceDateEpoch: sourceDateEpoch + DAY_SECONDS,
  });
  return withManifest(next, {
    previous: { version: before, manifestSha256: stage.release.manifestSha256 },
  });
}

interface Identity {
  readonly version: string;
  readonly releaseCounter: number;
  readonly commit: string;
  readonly sourceDateEpoch?: number;
}

function releaseOf(
  stage: PackageStage,
  { version, releaseCounter, commit, ...times }: Identity,
): PackageStage {
  const header: Partial<DocumentHeader> = { version, commit, ref: `refs/tags/v${version}`, ...times };
  const manifest: Partial<Manifest> = {
    version,
    releaseCounter,
    channel: parseVersion(version)?.channel ?? "dev",
    source: { ...manifestOf(stage).source, commit, ref: `refs/tags/v${version}` },
    ...times,
  };
  const named = withManifest(withHeaders(stage, header), manifest);
  const described = withDocument(named, "sbom", () => ({ namespace: `${NAMESPACE}/${version}` }));
  return withRelease(withNewBytes(described, version), {
    manifestSha256: sha256Hex(Buffer.from(`manifest of ${version}`)),
  });
}

function withHeaders(stage: PackageStage, header: Partial<DocumentHeader>): PackageStage {
  const { version = "", sourceDateEpoch } = header;
  const documents = ["installers", "reproducibility", "goModules", "bootstrap"] as const;
  const headed = documents.reduce((sum, name) => withDocument(sum, name, () => header), stage);
  return withDocument(headed, "provenance", () => ({
    version,
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  }));
}

/** Every file but the licence and the prebuilt helper comes out of a build with new bytes. */
function withNewBytes(stage: PackageStage, version: string): PackageStage {
  return [...stage.release.files.keys()]
    .filter((path) => path !== "LICENSE" && !path.startsWith("bin/helper"))
    .reduce((sum, path) => withFile(sum, path, (file) => rebuilt(file, version)), stage);
}

function rebuilt(file: InspectedFile, version: string): InspectedFile {
  return { ...file, ...fileDigests(Buffer.from(`${file.path} of ${version}`)) };
}

export function manifestOf({ release }: PackageStage): Manifest {
  const { manifest } = release.documents;
  if (!manifest.ok) throw new Error("the manifest is broken");
  return manifest.value;
}

/** Applied to one side, the side comes out altered; both sides when the earlier release is to have it too. */
export function inPrevious(upgrade: Upgrade, alter: (stage: PackageStage) => PackageStage): Upgrade {
  return { ...upgrade, previous: { ...upgrade.previous, stage: alter(upgrade.previous.stage) } };
}

export function inCandidate(upgrade: Upgrade, alter: (stage: PackageStage) => PackageStage): Upgrade {
  return { ...upgrade, candidate: { ...upgrade.candidate, stage: alter(upgrade.candidate.stage) } };
}

export function inBoth(upgrade: Upgrade, alter: (stage: PackageStage) => PackageStage): Upgrade {
  return inCandidate(inPrevious(upgrade, alter), alter);
}

export function withTrust(
  upgrade: Upgrade,
  previous: Partial<TrustFacts>,
  candidate: Partial<TrustFacts>,
): Upgrade {
  return {
    ...upgrade,
    previous: { ...upgrade.previous, trust: { ...upgrade.previous.trust, ...previous } },
    candidate: { ...upgrade.candidate, trust: { ...upgrade.candidate.trust, ...candidate } },
  };
}

export function pairOf({ previous, candidate, now }: Upgrade) {
  return upgradePair(compared(previous), compared(candidate), now);
}

function compared({ stage, trust }: UpgradeSide): ComparedRelease {
  return { release: stage.release, ...trust };
}

export function judged(upgrade: Upgrade): UpgradeJudgement {
  return judgeUpgrade(pairOf(upgrade), { failOn: "warning" });
}
