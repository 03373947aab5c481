import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import { BOOTSTRAP_FILE } from "../../model/layers.ts";
import type {
  LegacyBootstrap,
  LegacyClaim,
  LegacyDocument,
  LegacyEvidence,
} from "../../model/legacy-package.ts";
import type { Parsed } from "../../model/parsed.ts";
import type { LegacyPackageStage } from "../stages.ts";
import { memberSightings, place } from "./comparison.ts";

const BOOTSTRAP_SCHEMA = "cavra.offline-trust-bootstrap.v1";

export const legacyDocuments: Check<LegacyPackageStage> = {
  id: "legacy.documents",
  title: "The documents of the system before cavra are about this release and its files",
  needs: ["legacy.manifest"],
  run({ evidence, files, documents, bootstrap, signatures, policy }) {
    if (!evidence.ok) return skip("the manifest cannot be read");
    const isWaived = policy.allowMissingBootstrap && !files.has(BOOTSTRAP_FILE);
    const all = [...documents, ...(isWaived ? [] : [{ schema: BOOTSTRAP_SCHEMA, document: bootstrap }])];
    const keyLabels = signatures.flatMap(({ document }) => (document.ok ? [document.value.keyLabel] : []));
    const sightings = [
      ...all.flatMap(({ schema, document }) => documentSightings(document, schema, evidence.value, files)),
      ...(bootstrap.ok ? bootstrapSightings(bootstrap.value, evidence.value, files, keyLabels) : []),
    ];
    return failOr(sightings, pass(all.map(({ document }) => document.at).join(", "), "agree"));
  },
};

/** A document that is missing is told from one that is broken. */
export function unreadable(document: Parsed<unknown> & { readonly ok: false }, isThere: boolean): Sighting {
  const { at, reason } = document;
  return isThere
    ? { problem: "legacy.document-unreadable", at, actual: reason }
    : { problem: "legacy.document-missing", at };
}

function documentSightings(
  document: Parsed<LegacyDocument>,
  schema: string,
  { version, commit }: LegacyEvidence,
  files: LegacyPackageStage["files"],
): readonly Sighting[] {
  const { at } = document;
  if (!document.ok) return [unreadable(document, files.has(at))];
  const { value } = document;
  return [
    ...memberSightings("legacy.document-differs", at, [
      ["schema_version", schema, value.schema],
      ["version", version, value.version],
      ["commit", commit, value.commit ?? commit],
    ]),
    ...value.claims.flatMap((claim) => claimSightings(at, claim, files)),
    ...targetSightings(at, value.targets),
  ];
}

function claimSightings(
  document: string,
  { member, path, sha256, sizeBytes }: LegacyClaim,
  files: LegacyPackageStage["files"],
): readonly Sighting[] {
  const file = files.get(path);
  const at = place(document, member);
  if (file === undefined)
    return [{ problem: "legacy.claim-differs", at, expected: path, actual: "no such file" }];
  return memberSightings("legacy.claim-differs", at, [
    [`sha256 of ${path}`, file.sha256, sha256],
    [`size of ${path}`, file.sizeBytes, sizeBytes ?? file.sizeBytes],
  ]);
}

function targetSightings(at: string, targets: LegacyDocument["targets"]): readonly Sighting[] {
  if (targets === null) return [];
  const [declared, built] = [targets.declared, targets.built].map((names) => names.toSorted().join(", "));
  return declared === built
    ? []
    : [
        {
          problem: "legacy.target-lost",
          at: place(at, "go_targets"),
          expected: built ?? "",
          actual: declared ?? "",
        },
      ];
}

function bootstrapSightings(
  { requiredFiles, keyLabel, releasePackage }: LegacyBootstrap,
  { version }: LegacyEvidence,
  files: LegacyPackageStage["files"],
  keyLabels: readonly string[],
): readonly Sighting[] {
  const absent = requiredFiles.filter((path) => !files.has(path));
  const other = keyLabels.find((label) => label !== keyLabel);
  const expected = `a name that ends with -${version}.zip`;
  return [
    ...absent.map((at) => ({
      problem: "legacy.document-missing",
      at,
      expected: `required by ${BOOTSTRAP_FILE}`,
    })),
    ...memberSightings("legacy.document-differs", BOOTSTRAP_FILE, [
      ["signature_key_id", other ?? keyLabel, keyLabel],
      ["release_package", expected, releasePackage.endsWith(`-${version}.zip`) ? expected : releasePackage],
    ]),
  ];
}
