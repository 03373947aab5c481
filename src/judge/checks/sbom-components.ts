import {
  GO_AUTHORS,
  GO_LICENSE,
  goCpe,
  goLocation,
  moduleLocation,
  moduleSupplier,
} from "../../formats/go-origins.ts";
import { genericPurl } from "../../formats/purl.ts";
import { NOASSERTION } from "../../formats/spdx-unstated.ts";
import type { Sighting } from "../../model/check.ts";
import type { SpdxDocument, SpdxPackage } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import type { Manifest } from "../../model/manifest.ts";
import { goVersionNumber, linkedModules, moduleKey, type BinaryArtifact } from "./binary-artifacts.ts";
import { compareByKey, memberSightings, type Member } from "./comparison.ts";
import { ASK_FOR_TRUE_SBOM } from "./sbom-remedy.ts";

export const sbomComponentProblems: readonly Problem[] = [
  {
    id: "sbom.component-missing",
    severity: "error",
    title: "the SBOM leaves out the source or the toolchain of the release",
    why: "nobody could tell what the binaries were made from, or with what",
    remedy: ASK_FOR_TRUE_SBOM,
  },
  {
    id: "sbom.component-unknown",
    severity: "error",
    title: "the SBOM lists a component that nothing in the package holds",
    why: "it describes another build, and sends people after faults that are not there",
    remedy: ASK_FOR_TRUE_SBOM,
  },
  {
    id: "sbom.component-repeated",
    severity: "error",
    title: "the SBOM lists a component more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_FOR_TRUE_SBOM,
  },
  {
    id: "sbom.component-differs",
    severity: "error",
    title: "the SBOM says something else of a component than follows from its name and version",
    why: "scanners and people would look in the wrong place, or hold the wrong party responsible",
    remedy: ASK_FOR_TRUE_SBOM,
  },
];

type Facts = Partial<Omit<SpdxPackage, "id" | "version" | "excludedFiles">>;
type Expected = Pick<SpdxPackage, "name" | "version"> & { readonly facts: Facts };

const SOURCE = "the source";

/**
 * Every package of the SBOM is one that the release has, once, and says what follows from its name and version. Licences of
 * modules do not follow from anything in the package: they stay what the SBOM declares.
 */
export function componentSightings(
  sbom: SpdxDocument,
  manifest: Manifest,
  binaries: readonly BinaryArtifact[],
): readonly Sighting[] {
  const main = sbom.packages.find(({ id }) => sbom.describes.includes(id));
  if (main === undefined) return [];
  const others = sbom.packages.filter((item) => item !== main);
  const expected = [...expectedPackages(manifest, main, binaries)];
  const { missing, extra, repeated, pairs } = compareByKey(expected, keyOfExpected, others, keyOf);
  const linked = linkedIds(sbom, binaries);
  // A module or standard library that is missing is missing from a binary, which another check says of each.
  // Of a Go program that says nothing, nothing can be said to be made up.
  const isSilent = binaries.some(({ artifact, go }) => artifact.kind === "go-binary" && go === undefined);
  const isMissedHere = ({ name, version, facts }: Expected): boolean =>
    facts.purpose === "SOURCE" || (name === "go" && !missing.has(moduleKey({ path: "stdlib", version })));
  return [
    ...[...missing.values()].filter(isMissedHere).map(({ name, version }) => ({
      problem: "sbom.component-missing",
      at: moduleKey({ path: name, version }),
      expected: "listed",
      actual: "not listed",
    })),
    ...[...extra.values()]
      // What a binary links without holding it has a finding of its own.
      .filter(({ id }) => !isSilent && !linked.has(id))
      .map(({ name, version }) => ({
        problem: "sbom.component-unknown",
        at: moduleKey({ path: name, version }),
        expected: "not listed",
        actual: "listed",
      })),
    ...repeated.map((key) => ({
      problem: "sbom.component-repeated",
      at: key,
      expected: "listed once",
      actual: "more than once",
    })),
    ...factSightings(main.name, MAIN, main),
    ...pairs.flatMap(({ key, expected: { facts }, actual }) =>
      factSightings(key, { ...NO_FILES, ...facts }, actual),
    ),
  ];
}

const NO_FILES: Facts = { fileName: "", verificationCode: "" };
const MAIN: Facts = { cpe: "", swhid: "", goSum: "", purpose: "APPLICATION", downloadLocation: NOASSERTION };

function* expectedPackages(
  { product, source }: Manifest,
  main: SpdxPackage,
  binaries: readonly BinaryArtifact[],
): Generator<Expected> {
  const { supplier, licenseDeclared, licenseConcluded } = main;
  yield {
    name: `${product}-source`,
    version: source.commit,
    facts: {
      name: `${product}-source`,
      purl: "",
      cpe: "",
      goSum: "",
      purpose: "SOURCE",
      supplier,
      licenseDeclared,
      licenseConcluded,
    },
  };
  for (const { go } of binaries) {
    if (go === undefined) continue;
    yield* goPackages(go.goVersion);
    for (const { path, version } of linkedModules(go)) {
      const origin = { supplier: moduleSupplier(path), downloadLocation: moduleLocation({ path, version }) };
      yield { name: path, version, facts: { ...origin, cpe: "", swhid: "", purpose: "LIBRARY" } };
    }
  }
}

function* goPackages(version: string): Generator<Expected> {
  const shared: Facts = {
    swhid: "",
    goSum: "",
    supplier: GO_AUTHORS,
    downloadLocation: goLocation(version),
    licenseDeclared: GO_LICENSE,
    licenseConcluded: GO_LICENSE,
  };
  yield { name: "stdlib", version, facts: { ...shared, cpe: goCpe(version), purpose: "LIBRARY" } };
  const purl = genericPurl("go", goVersionNumber(version));
  yield { name: "go", version, facts: { ...shared, purl, cpe: "", purpose: "APPLICATION" } };
}

function keyOfExpected({ name, version, facts }: Expected): string {
  return facts.purpose === "SOURCE" ? SOURCE : moduleKey({ path: name, version });
}

/** There is one source; that it is the right commit is said elsewhere. */
function keyOf({ name, version, purpose }: SpdxPackage): string {
  return purpose === "SOURCE" ? SOURCE : moduleKey({ path: name, version });
}

function factSightings(at: string, facts: Facts, item: SpdxPackage): readonly Sighting[] {
  const members = Object.entries(facts).map(([name, expected]): Member => {
    return [name, expected, item[name as keyof Facts]];
  });
  return memberSightings("sbom.component-differs", at, members);
}

function linkedIds(sbom: SpdxDocument, binaries: readonly BinaryArtifact[]): ReadonlySet<string> {
  const paths = new Set(binaries.flatMap(({ artifact, go }) => (go === undefined ? [] : [artifact.path])));
  const files = new Set(sbom.files.flatMap(({ id, path }) => (paths.has(path) ? [id] : [])));
  return new Set(
    sbom.relationships.flatMap(({ from, type, to }) => {
      if (type === "BUILD_TOOL_OF") return files.has(to) ? [from] : [];
      return ["STATIC_LINK", "DEPENDS_ON"].includes(type) && files.has(from) ? [to] : [];
    }),
  );
}
