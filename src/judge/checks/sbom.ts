import { genericPurl } from "../../formats/purl.ts";
import { packageVerificationCode, spdxFileType } from "../../formats/spdx2.ts";
import { toolCreator } from "../../formats/spdx2-json.ts";
import { NOASSERTION } from "../../formats/spdx-unstated.ts";
import { swhidOf } from "../../formats/swhid.ts";
import { parseUtcTime } from "../../formats/utc-time.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { SpdxDocument, SpdxPackage } from "../../model/documents.ts";
import {
  isLegacySignature,
  laterFiles,
  layerOf,
  legacySignatureFile,
  takesLegacySignature,
} from "../../model/layers.ts";
import type { Manifest } from "../../model/manifest.ts";
import type { InspectedFile, Release } from "../../model/release.ts";
import type { PackageStage } from "../stages.ts";
import { binaryArtifacts } from "./binary-artifacts.ts";
import {
  compareByKey,
  digestMembers,
  fail,
  membershipSightings,
  memberSightings,
  place,
} from "./comparison.ts";
import { componentSightings } from "./sbom-components.ts";
import { linkedCodeSightings } from "./sbom-modules.ts";
import { relationshipSightings } from "./sbom-relationships.ts";
import { spdx3Sightings } from "./sbom-spdx3.ts";

const truth: Check<PackageStage> = {
  id: "sbom.truth",
  title: "The SBOM says what the files and the binaries are",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest, sbom } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const { at } = sbom;
    if (!sbom.ok) return fail({ problem: "sbom.unreadable", at, actual: sbom.reason });
    if (sbom.value.files.length === 0) return fail({ problem: "sbom.no-files", at });
    const content = [...release.files.values()].filter(({ path }) => layerOf(path) === 0);
    const binaries = binaryArtifacts(release);
    const sightings = [
      ...documentSightings(at, sbom.value, manifest.value),
      ...fileSightings(at, sbom.value, content, new Set(binaries.map(({ artifact }) => artifact.path))),
      ...packageSightings(at, sbom.value, manifest.value, content, laterFilesOf(release, manifest.value)),
      ...createdSightings(at, sbom.value, manifest.value),
      ...linkedCodeSightings(sbom.value, binaries, release.documents.goModules),
      ...componentSightings(sbom.value, manifest.value, binaries),
      ...relationshipSightings({ sbom: sbom.value, binaries, documents: release.documents }),
      ...spdx3Sightings(sbom.value, manifest.value, release.files),
    ];
    return failOr(
      sightings,
      pass(at, `${content.length} files and ${sbom.value.packages.length} packages as they are`),
    );
  },
};

/** The vendor is named by nothing else in the package: the SBOM must at least name one, everywhere. */
function documentSightings(
  at: string,
  sbom: SpdxDocument,
  { product, version, tool }: Manifest,
): readonly Sighting[] {
  const tools = sbom.creators.filter((creator) => creator.startsWith("Tool: "));
  const authors = sbom.creators.filter((creator) => !tools.includes(creator));
  const supplier = describedPackage(sbom)?.supplier;
  return memberSightings("sbom.document-differs", at, [
    ["name", `${product}-${version}`, sbom.name],
    ["tool", toolCreator(tool), tools.join(", ")],
    ...(supplier === undefined ? [] : [["author", supplier, authors.join(", ") || NOASSERTION] as const]),
  ]);
}

const FILE_PROBLEMS = {
  missing: "sbom.file-missing",
  extra: "sbom.file-unknown",
  repeated: "sbom.file-repeated",
};

function fileSightings(
  at: string,
  sbom: SpdxDocument,
  content: readonly InspectedFile[],
  programs: ReadonlySet<string>,
): readonly Sighting[] {
  const comparison = compareByKey(content, pathOf, sbom.files, pathOf);
  return [
    ...membershipSightings(comparison, FILE_PROBLEMS, at),
    ...comparison.pairs.flatMap(({ key, expected, actual }) =>
      memberSightings("sbom.file-differs", key, [
        ["fileType", spdxFileType(key, programs.has(key)), actual.fileType],
        ["sha1", expected.sha1, actual.sha1],
        ...digestMembers(expected, actual),
      ]),
    ),
  ];
}

function pathOf({ path }: { readonly path: string }): string {
  return path;
}

/** In legacy mode every file that takes a signature has one (`signatures.legacy-missing`). */
function laterFilesOf(release: Release, { product }: Manifest): readonly string[] {
  const paths = [...release.files.keys()];
  const isLegacy = paths.some(isLegacySignature);
  return laterFiles(product, isLegacy ? paths.filter(takesLegacySignature).map(legacySignatureFile) : []);
}

function packageSightings(
  at: string,
  sbom: SpdxDocument,
  manifest: Manifest,
  content: readonly InspectedFile[],
  later: readonly string[],
): readonly Sighting[] {
  const described = describedPackage(sbom);
  if (described === undefined) {
    const actual = sbom.describes.length === 0 ? "none" : sbom.describes.join(", ");
    return [
      {
        problem: "sbom.package-missing",
        at: place(at, "documentDescribes"),
        expected: "one package",
        actual,
      },
    ];
  }
  return [
    ...memberSightings("sbom.package-differs", at, [
      ["name", manifest.product, described.name],
      ["versionInfo", manifest.version, described.version],
      ["purl", genericPurl(manifest.product, manifest.version), described.purl],
      ["packageFileName", manifest.zipName, described.fileName],
    ]),
    ...memberSightings("sbom.verification-code-wrong", at, [
      ["packageVerificationCode", packageVerificationCode(content), described.verificationCode],
      ["excluded files", later.toSorted().join(", "), described.excludedFiles.join(", ")],
    ]),
    ...sourceSightings(at, sbom, manifest),
    ...containmentSightings(at, sbom, described),
  ];
}

/** A source package is the commit that the release was made from. */
function sourceSightings(
  at: string,
  { packages }: SpdxDocument,
  { source: { repository, commit } }: Manifest,
): readonly Sighting[] {
  return packages
    .filter(({ purpose }) => purpose === "SOURCE")
    .flatMap(({ version, downloadLocation, swhid }) =>
      memberSightings("sbom.package-differs", at, [
        ["versionInfo of the source", commit, version],
        ["SWHID of the source", swhidOf(commit), swhid],
        ["downloadLocation of the source", `git+${repository}@${commit}`, downloadLocation],
      ]),
    );
}

/** A file that belongs to no package is left out by readers that walk from the described package. */
function containmentSightings(
  at: string,
  { files, relationships }: SpdxDocument,
  described: SpdxPackage,
): readonly Sighting[] {
  const contains = relationships.filter(({ from, type }) => from === described.id && type === "CONTAINS");
  const contained = new Set(contains.map(({ to }) => to));
  const loose = files.filter(({ id }) => !contained.has(id));
  return loose.map(({ path }) => ({
    problem: "sbom.file-not-contained",
    at: path,
    expected: `contained in the package that ${at} describes`,
    actual: "not contained",
  }));
}

function describedPackage({ describes, packages }: SpdxDocument): SpdxPackage | undefined {
  const [only, second] = describes;
  return second === undefined ? packages.find(({ id }) => id === only) : undefined;
}

function createdSightings(
  at: string,
  { created }: SpdxDocument,
  { sourceDateEpoch }: Manifest,
): readonly Sighting[] {
  if (parseUtcTime(created) === sourceDateEpoch) return [];
  const expected = `${sourceDateEpoch} seconds since 1970`;
  return [{ problem: "sbom.created-differs", at: place(at, "created"), expected, actual: created }];
}

export const sbomChecks: readonly Check<PackageStage>[] = [truth];
