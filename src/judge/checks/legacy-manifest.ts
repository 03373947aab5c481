import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE } from "../../model/layers.ts";
import type { LegacyArtifact } from "../../model/legacy-package.ts";
import type { LegacyPackageStage } from "../stages.ts";
import { compareByKey, fail, membershipSightings, memberSightings, place } from "./comparison.ts";

/** Controls of the existing system that something in the package must bear out, and the kind of artifact that does. */
const CONTROL_KINDS: ReadonlyMap<string, string> = new Map([
  ["spdx-sbom", "sbom"],
  ["slsa-provenance", "slsa-provenance"],
  ["sha256-checksums", "checksums"],
  ["signed-installer-metadata", "installer-metadata"],
  ["managed-endpoint-deployment-manifests", "managed-endpoint-deployment"],
  ["signed-ci-runner-bundles", "ci-runner-bundles"],
  ["release-channel-manifests", "release-channel-manifest"],
  ["managed-workstation-updater-policy", "updater-policy"],
]);
const SIGNED_CONTROL = /signed-|signatures$/;

export const legacyManifest: Check<LegacyPackageStage> = {
  id: "legacy.manifest",
  title: "The manifest of the system before cavra can be read, and is of a release",
  needs: ["files.closed-world", "files.digests"],
  run({ evidence, top }) {
    if (!evidence.ok)
      return fail({ problem: "legacy.manifest-unreadable", at: MANIFEST_FILE, actual: evidence.reason });
    const { version, dryRun } = evidence.value;
    const sightings = [
      ...memberSightings("legacy.dry-run", MANIFEST_FILE, [["dry_run", false, dryRun]]),
      ...(top.endsWith(`-${version}`)
        ? []
        : [
            {
              problem: "legacy.top-differs",
              at: MANIFEST_FILE,
              expected: `a name that ends with -${version}`,
              actual: top,
            },
          ]),
    ];
    return failOr(sightings, pass(MANIFEST_FILE, version));
  },
};

export const legacyControls: Check<LegacyPackageStage> = {
  id: "legacy.controls",
  title: "The manifest of the system before cavra claims no control that the package does not have",
  needs: ["legacy.manifest"],
  run({ evidence, signatures }) {
    if (!evidence.ok) return skip("the manifest cannot be read");
    const { controls, artifacts } = evidence.value;
    const kinds = new Set(artifacts.map(({ kind }) => kind));
    const isFalse = (control: string): boolean => {
      const kind = CONTROL_KINDS.get(control);
      const isUnsigned = SIGNED_CONTROL.test(control) && signatures.length === 0;
      return isUnsigned || (kind !== undefined && !kinds.has(kind));
    };
    const at = place(MANIFEST_FILE, "controls");
    return failOr(
      controls.filter(isFalse).map((actual) => ({ problem: "legacy.control-false", at, actual })),
      pass(at, `${controls.length} labels`),
    );
  },
};

export const legacyArtifacts: Check<LegacyPackageStage> = {
  id: "legacy.artifacts",
  title: "The manifest of the system before cavra lists exactly the listed files, as they are",
  needs: ["legacy.manifest"],
  run({ evidence, list, files }) {
    if (!evidence.ok || !list.ok) return skip("the manifest cannot be read");
    const { artifacts } = evidence.value;
    const listed = [...list.value.map(({ path }) => path), CHECKSUMS_FILE];
    const comparison = compareByKey(listed, itself, artifacts, ({ path }) => path);
    const sightings = [
      ...membershipSightings(comparison, PROBLEMS, MANIFEST_FILE),
      ...artifacts.flatMap((artifact) => artifactSightings(artifact, files)),
    ];
    return failOr(sightings, pass(MANIFEST_FILE, `${artifacts.length} artifacts equal`));
  },
};

const PROBLEMS = {
  missing: "legacy.artifact-missing",
  extra: "legacy.artifact-unknown",
  repeated: "legacy.artifact-repeated",
};

const itself = (path: string): string => path;

function artifactSightings(
  { path, sha256, sizeBytes }: LegacyArtifact,
  files: LegacyPackageStage["files"],
): readonly Sighting[] {
  const file = files.get(path);
  if (file === undefined) return [];
  return memberSightings("legacy.artifact-differs", path, [
    ["sha256", file.sha256, sha256],
    ["size_bytes", file.sizeBytes, sizeBytes],
  ]);
}

export const legacyListedSignatures: Check<LegacyPackageStage> = {
  id: "legacy.signatures",
  title: "The manifest of the system before cavra lists exactly the signatures that are there",
  needs: ["legacy.manifest"],
  run({ evidence, signatures }) {
    if (!evidence.ok) return skip("the manifest cannot be read");
    const { signatures: listed, signatureCount, signingRequired, signer } = evidence.value;
    const found = signatures.flatMap(({ document }) => (document.ok ? [document.value] : []));
    const present = found.filter(({ subject }) => subject !== MANIFEST_FILE);
    const { missing, extra, repeated, pairs } = compareByKey(
      present,
      ({ subject }) => subject,
      listed,
      ({ subject }) => subject,
    );
    const problem = "legacy.signatures-differ";
    const sightings = [
      ...[...missing.keys()].map((at) => ({ problem, at, expected: "not signed", actual: "signed" })),
      ...[...extra.keys(), ...repeated].map((at) => ({
        problem,
        at,
        expected: "signed",
        actual: "not once",
      })),
      ...pairs.flatMap(({ key, expected, actual }) =>
        memberSightings(problem, key, [
          ["key_id", actual.keyLabel, expected.keyLabel],
          ["public_key_sha256", actual.publicKeyPemSha256, expected.publicKeyPemSha256],
        ]),
      ),
      ...found.flatMap(({ subject, signer: named }) =>
        memberSightings(problem, subject, [["signer", signer, named]]),
      ),
      ...memberSightings(problem, MANIFEST_FILE, [
        ["signature_count", signatureCount, present.length],
        ["signing_required without signatures", false, signingRequired && found.length === 0],
      ]),
    ];
    return failOr(sightings, pass(MANIFEST_FILE, `${present.length} signatures`));
  },
};
