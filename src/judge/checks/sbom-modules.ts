import { genericPurl, golangPurl } from "../../formats/purl.ts";
import type { Sighting } from "../../model/check.ts";
import type { SpdxDocument, SpdxPackage } from "../../model/documents.ts";
import type { ReleaseDocuments } from "../../model/release.ts";
import {
  goVersionNumber,
  knownSum,
  linkedModules,
  moduleKey,
  type BinaryArtifact,
} from "./binary-artifacts.ts";
import { compareByKey, memberSightings } from "./comparison.ts";

const LINKS: ReadonlySet<string> = new Set(["STATIC_LINK", "DEPENDS_ON"]);
const STANDARD_LIBRARY = "stdlib";
/** Points from the tool to what it built. */
const TOOL = "BUILD_TOOL_OF";

/** Per binary: the modules that the SBOM links to its file are those of its Go build info, no more, no less. */
export function linkedCodeSightings(
  sbom: SpdxDocument,
  binaries: readonly BinaryArtifact[],
  listed: ReleaseDocuments["goModules"],
): readonly Sighting[] {
  const packages = new Map(sbom.packages.map((item) => [item.id, item]));
  const idOf = new Map(sbom.files.map(({ path, id }) => [path, id]));
  const links = Map.groupBy(
    sbom.relationships.filter(({ type }) => LINKS.has(type)),
    ({ from }) => from,
  );
  const linkedTo = ({ artifact, go }: BinaryArtifact): readonly SpdxPackage[] => {
    const related = go === undefined ? [] : (links.get(idOf.get(artifact.path) ?? "") ?? []);
    return [...new Set(related.map(({ to }) => to))].flatMap((id) => packages.get(id) ?? []);
  };
  const toolsOf = ({ artifact }: BinaryArtifact): readonly SpdxPackage[] =>
    sbom.relationships
      .filter(({ type, to }) => type === TOOL && to === idOf.get(artifact.path))
      .flatMap(({ from }) => packages.get(from) ?? []);
  return [
    ...binaries.flatMap((binary) => toolSightings(binary, toolsOf(binary))),
    ...binaries.flatMap((binary) => binarySightings(binary, linkedTo(binary), listed)),
    ...[...new Set(binaries.flatMap(linkedTo))].flatMap(purlSightings),
  ];
}

function binarySightings(
  { artifact, go }: BinaryArtifact,
  linked: readonly SpdxPackage[],
  listed: ReleaseDocuments["goModules"],
): readonly Sighting[] {
  if (go === undefined) return [];
  const at = artifact.path;
  const modules = linked.filter((item) => !isLibrary(item));
  const { missing, extra, pairs } = compareByKey(linkedModules(go), moduleKey, modules, packageKey);
  return [
    ...toolchainSightings(at, go.goVersion, linked.filter(isLibrary)),
    ...Array.from(missing.keys(), (key) => ({
      problem: "sbom.module-missing",
      at,
      expected: key,
      actual: "not linked",
    })),
    ...Array.from(extra.keys(), (key) => ({
      problem: "sbom.module-unknown",
      at,
      expected: "not linked",
      actual: key,
    })),
    ...pairs.flatMap(({ expected, actual }) => moduleSightings(at, knownSum(expected, listed), actual)),
  ];
}

function moduleSightings(at: string, sum: string | undefined, item: SpdxPackage): readonly Sighting[] {
  if (sum === undefined) return [];
  return memberSightings("sbom.module-differs", at, [[`sum of ${packageKey(item)}`, sum, item.goSum]]);
}

function purlSightings(item: SpdxPackage): readonly Sighting[] {
  const version = isLibrary(item) ? goVersionNumber(item.version) : item.version;
  const expected = golangPurl(item.name, version);
  return memberSightings("sbom.purl-differs", packageKey(item), [["purl", expected, item.purl]]);
}

function isLibrary({ name }: SpdxPackage): boolean {
  return name === STANDARD_LIBRARY;
}

/** The toolchain that built a binary, as the binary itself names it. */
function toolSightings({ artifact, go }: BinaryArtifact, tools: readonly SpdxPackage[]): readonly Sighting[] {
  if (go === undefined) return [];
  return tools.flatMap(({ name, version, purl }) =>
    memberSightings("sbom.toolchain-differs", artifact.path, [
      ["name of the tool", "go", name],
      ["version of the tool", go.goVersion, version],
      ["purl of the tool", genericPurl("go", go.goVersion.replace(/^go/, "")), purl],
    ]),
  );
}

function packageKey({ name, version }: SpdxPackage): string {
  return moduleKey({ path: name, version });
}

/** The standard library carries the version of the toolchain, and is where most known faults of Go binaries are. */
function toolchainSightings(
  at: string,
  goVersion: string,
  libraries: readonly SpdxPackage[],
): readonly Sighting[] {
  const versions = libraries.map(({ version }) => version);
  const [first, second] = versions;
  if (second === undefined && first !== undefined && goVersionNumber(first) === goVersionNumber(goVersion))
    return [];
  return [
    { problem: "sbom.toolchain-differs", at, expected: goVersion, actual: versions.join(", ") || "none" },
  ];
}
