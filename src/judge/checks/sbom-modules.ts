import type { Sighting } from "../../model/check.ts";
import type { SpdxDocument, SpdxPackage } from "../../model/documents.ts";
import { goVersionNumber, linkedModules, moduleKey, type BinaryArtifact } from "./binary-artifacts.ts";
import { compareByKey, memberSightings } from "./comparison.ts";

const LINKS: ReadonlySet<string> = new Set(["STATIC_LINK", "DEPENDS_ON"]);
const STANDARD_LIBRARY = "stdlib";

/** Per binary: the modules that the SBOM links to its file are those of its Go build info, no more, no less. */
export function linkedCodeSightings(
  sbom: SpdxDocument,
  binaries: readonly BinaryArtifact[],
): readonly Sighting[] {
  const packages = new Map(sbom.packages.map((item) => [item.id, item]));
  const idOf = new Map(sbom.files.map(({ path, id }) => [path, id]));
  const links = Map.groupBy(
    sbom.relationships.filter(({ type }) => LINKS.has(type)),
    ({ from }) => from,
  );
  return binaries.flatMap((binary) => {
    const related = links.get(idOf.get(binary.artifact.path) ?? "") ?? [];
    const linked = [...new Set(related.map(({ to }) => to))].flatMap((id) => packages.get(id) ?? []);
    return binarySightings(binary, linked);
  });
}

function binarySightings(
  { artifact, go }: BinaryArtifact,
  linked: readonly SpdxPackage[],
): readonly Sighting[] {
  if (go === undefined) return [];
  const at = artifact.path;
  const modules = linked.filter((item) => !isLibrary(item) && item.purl.startsWith("pkg:golang/"));
  // The main module is the release itself; documents may say so or leave it out.
  const dependencies = modules.filter(({ name }) => name !== go.main.path);
  const { missing, extra, pairs } = compareByKey(linkedModules(go), moduleKey, dependencies, packageKey);
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
    ...pairs.flatMap(({ key, expected, actual }) =>
      expected.sum === "" || actual.goSum === ""
        ? []
        : memberSightings("sbom.module-differs", at, [[`sum of ${key}`, expected.sum, actual.goSum]]),
    ),
  ];
}

function isLibrary({ name }: SpdxPackage): boolean {
  return name === STANDARD_LIBRARY;
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
