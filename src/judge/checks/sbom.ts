import { genericPurl } from "../../formats/purl.ts";
import { packageVerificationCode } from "../../formats/spdx2.ts";
import { swhidOf } from "../../formats/swhid.ts";
import { parseUtcTime } from "../../formats/utc-time.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { SpdxDocument, SpdxPackage } from "../../model/documents.ts";
import {
  CHECKSUMS_FILE,
  layerOf,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  provenanceFile,
  sbomFile,
  spdx3File,
} from "../../model/layers.ts";
import type { Manifest } from "../../model/manifest.ts";
import type { InspectedFile } from "../../model/release.ts";
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
import { linkedCodeSightings } from "./sbom-modules.ts";
import { sbomSpdx3Problems, spdx3Sightings } from "./sbom-spdx3.ts";

const ASK_MAKER = "Ask the maker for a release whose SBOM was made from these very files";

export const sbomProblems: readonly Problem[] = [
  {
    id: "sbom.unreadable",
    severity: "error",
    title: "the SBOM is missing or cannot be read",
    why: "nothing says which code of others is inside, so known faults cannot be looked up",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.no-files",
    severity: "error",
    title: "the SBOM lists no file",
    why: "a list of nothing must not look as if everything was described",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-missing",
    severity: "error",
    title: "a file is not in the SBOM",
    why: "nobody can look up what this file is made of",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-unknown",
    severity: "error",
    title: "the SBOM lists a file that it must not list or that is not in the package",
    why: "it describes another set of files than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-repeated",
    severity: "error",
    title: "the SBOM lists a file more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-differs",
    severity: "error",
    title: "the SBOM describes other bytes of a file",
    why: "what it says of this file is about another build",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-not-contained",
    severity: "error",
    title: "the SBOM does not put a file into the package that it describes",
    why: "readers start at the package, and would not come across this file",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.package-missing",
    severity: "error",
    title: "the SBOM does not describe exactly one package",
    why: "it must be clear what the document is about",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.package-differs",
    severity: "error",
    title: "the SBOM is about another release",
    why: "its list of components is not that of the release you have",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.verification-code-wrong",
    severity: "error",
    title: "the verification code of the SBOM is not that of the files",
    why: "the one value that ties the SBOM to its files does not hold",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.created-differs",
    severity: "error",
    title: "the SBOM was made at another time than the release says",
    why: "it was made apart from the release, or by a tool that reads the clock; nobody could make it again",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-missing",
    severity: "error",
    title: "a module that is linked into a binary is not in the SBOM",
    why: "known faults in this code would go unnoticed",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-unknown",
    severity: "error",
    title: "the SBOM links a module to a binary that does not hold it",
    why: "the SBOM describes another build, and sends people after faults that are not there",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-differs",
    severity: "error",
    title: "the SBOM names other code for a module than the binary holds",
    why: "the same version with another sum is other code: one of the two was exchanged",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.purl-differs",
    severity: "error",
    title: "the package URL of a module names something else than the module",
    why: "scanners look up known faults by this URL, and would look up those of other code",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.toolchain-differs",
    severity: "error",
    title: "the SBOM names another standard library than a binary was built with",
    why: "most known faults of Go programs are looked up by the version of the standard library",
    remedy: ASK_MAKER,
  },
  ...sbomSpdx3Problems,
];

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
    const sightings = [
      ...fileSightings(at, sbom.value, content),
      ...packageSightings(at, sbom.value, manifest.value, content),
      ...createdSightings(at, sbom.value, manifest.value),
      ...linkedCodeSightings(sbom.value, binaryArtifacts(release), release.documents.goModules),
      ...spdx3Sightings(sbom.value, manifest.value, release.files),
    ];
    return failOr(
      sightings,
      pass(at, `${content.length} files and ${sbom.value.packages.length} packages as they are`),
    );
  },
};

const FILE_PROBLEMS = {
  missing: "sbom.file-missing",
  extra: "sbom.file-unknown",
  repeated: "sbom.file-repeated",
};

function fileSightings(
  at: string,
  sbom: SpdxDocument,
  content: readonly InspectedFile[],
): readonly Sighting[] {
  const comparison = compareByKey(content, pathOf, sbom.files, pathOf);
  return [
    ...membershipSightings(comparison, FILE_PROBLEMS, at),
    ...comparison.pairs.flatMap(({ key, expected, actual }) =>
      memberSightings("sbom.file-differs", key, [
        ["sha1", expected.sha1, actual.sha1],
        ...digestMembers(expected, actual),
      ]),
    ),
  ];
}

function pathOf({ path }: { readonly path: string }): string {
  return path;
}

function packageSightings(
  at: string,
  sbom: SpdxDocument,
  manifest: Manifest,
  content: readonly InspectedFile[],
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
      ["excluded files", laterFiles(manifest.product).join(", "), described.excludedFiles.join(", ")],
    ]),
    ...sourceSightings(at, sbom, manifest),
    ...containmentSightings(at, sbom, described),
  ];
}

/** Made after the SBOM, so its verification code leaves them out (SPDX 2.3, 7.9). */
function laterFiles(product: string): readonly string[] {
  const made = [sbomFile(product), spdx3File(product), provenanceFile(product)];
  return [...made, MANIFEST_FILE, MANIFEST_MARKDOWN_FILE, CHECKSUMS_FILE].sort();
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
