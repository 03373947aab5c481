import { SPDX_DOCUMENT_ID, relationshipKey } from "../../formats/spdx2-json.ts";
import type { Sighting } from "../../model/check.ts";
import type { SpdxDocument, SpdxPackage, SpdxRelationship } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import { valueOf } from "../../model/parsed.ts";
import type { ReleaseDocuments } from "../../model/release.ts";
import { goVersionNumber, linkedModules, moduleKey, type BinaryArtifact } from "./binary-artifacts.ts";
import { ASK_FOR_TRUE_SBOM } from "./sbom-remedy.ts";

export const sbomRelationshipProblems: readonly Problem[] = [
  {
    id: "sbom.relationship-missing",
    severity: "error",
    title: "the SBOM does not state how two of its elements belong together",
    why: "readers follow these links: what is not linked looks as if it was not used",
    remedy: ASK_FOR_TRUE_SBOM,
  },
  {
    id: "sbom.relationship-unknown",
    severity: "error",
    title: "the SBOM states a link between two elements that nothing in the package bears out",
    why: "readers would draw conclusions about files that do not hold for them",
    remedy: ASK_FOR_TRUE_SBOM,
  },
];

const LINKS = ["STATIC_LINK", "DEPENDS_ON"] as const;

interface Given {
  readonly sbom: SpdxDocument;
  readonly binaries: readonly BinaryArtifact[];
  readonly documents: ReleaseDocuments;
}

/** The relationships are exactly those that follow from files and binaries; those of other findings are left to them. */
export function relationshipSightings(given: Given): readonly Sighting[] {
  const { sbom } = given;
  const [main, second] = sbom.describes;
  if (main === undefined || second !== undefined) return [];
  const elements = new SbomElements(given, main);
  const expected = new Map(
    [...elements.expected()].map((relationship) => [relationshipKey(relationship), relationship]),
  );
  const stated = new Set(sbom.relationships.map(relationshipKey));
  const said = sbom.relationships.filter(
    (item) => !expected.has(relationshipKey(item)) && !elements.isJudgedElsewhere(item),
  );
  return [
    ...[...expected].flatMap(([key, item]) =>
      stated.has(key) || elements.isMissedElsewhere(item)
        ? []
        : [sighting("sbom.relationship-missing", "stated", "not stated", elements.words(item))],
    ),
    ...said.map((item) =>
      sighting("sbom.relationship-unknown", "not stated", "stated", elements.words(item)),
    ),
  ];
}

function sighting(problem: string, expected: string, actual: string, at: string): Sighting {
  return { problem, at, expected, actual };
}

class SbomElements {
  readonly #given: Given;
  readonly #main: string;
  readonly #packages: ReadonlyMap<string, SpdxPackage>;
  readonly #pathOf: ReadonlyMap<string, string>;
  readonly #idOf: ReadonlyMap<string, string>;
  readonly #goFiles: ReadonlySet<string>;
  /** Kind by path, of every file that the manifest lists. */
  readonly #kinds: ReadonlyMap<string, string>;
  /** Builder by path of the binary. */
  readonly #recipes: ReadonlyMap<string, string>;
  /** Pairs of a binary and something that the SBOM links to it by any word. */
  readonly #linked: ReadonlySet<string>;

  constructor(given: Given, main: string) {
    const { sbom, binaries, documents } = given;
    const artifacts = valueOf(documents.manifest)?.artifacts ?? [];
    const recipes = valueOf(documents.reproducibility)?.binaries ?? [];
    this.#given = given;
    this.#kinds = new Map(artifacts.map(({ path, kind }) => [path, kind]));
    this.#recipes = new Map(recipes.map(({ builder, binary }) => [binary, builder]));
    this.#main = main;
    this.#packages = new Map(sbom.packages.map((item) => [item.id, item]));
    this.#pathOf = new Map(sbom.files.map(({ id, path }) => [id, path]));
    this.#idOf = new Map(sbom.files.map(({ id, path }) => [path, id]));
    this.#goFiles = new Set(
      binaries.flatMap(({ artifact, go }) => (go === undefined ? [] : (this.#idOf.get(artifact.path) ?? []))),
    );
    this.#linked = new Set(sbom.relationships.filter(isLink).map(({ from, to }) => `${from} ${to}`));
  }

  *expected(): Generator<SpdxRelationship> {
    const { sbom, binaries } = this.#given;
    const main = this.#main;
    yield { from: SPDX_DOCUMENT_ID, type: "DESCRIBES", to: main };
    for (const { id } of sbom.files) yield { from: main, type: "CONTAINS", to: id };
    const sources = sbom.packages.filter(({ purpose }) => purpose === "SOURCE");
    const packages = Map.groupBy(sbom.packages, ({ name, version }) => moduleKey({ path: name, version }));
    for (const { artifact, go } of binaries) {
      const file = this.#idOf.get(artifact.path);
      if (file === undefined) continue;
      if (this.#isBuilt(artifact))
        for (const { id } of sources) yield { from: file, type: "GENERATED_FROM", to: id };
      if (go === undefined) continue;
      const library = { path: "stdlib", version: go.goVersion };
      for (const module of [...linkedModules(go), library]) {
        for (const { id } of packages.get(moduleKey(module)) ?? []) {
          for (const type of LINKS) yield { from: file, type, to: id };
          yield { from: main, type: "DEPENDS_ON", to: id };
        }
      }
      for (const { id } of packages.get(moduleKey({ path: "go", version: go.goVersion })) ?? [])
        yield { from: id, type: "BUILD_TOOL_OF", to: file };
    }
  }

  /** A file outside of its package, or code that is not linked to its binary by any word: each has its own finding. */
  isMissedElsewhere({ from, type, to }: SpdxRelationship): boolean {
    if (type === "CONTAINS") return true;
    if (!isLink({ type })) return false;
    const files = from === this.#main ? [...this.#goFiles] : [from];
    return !files.some((file) => this.#linked.has(`${file} ${to}`));
  }

  /** Files that are not there, and code or tools that are not those of the binary: other checks name them. */
  isJudgedElsewhere({ from, type, to }: SpdxRelationship): boolean {
    if ([from, to].some((id) => this.#isUndecided(id))) return true;
    if (type === "DEPENDS_ON" && from === this.#main) return this.#packages.get(to)?.purpose === "LIBRARY";
    if (isLink({ type })) return this.#goFiles.has(from) && this.#packages.has(to);
    if (type === "BUILD_TOOL_OF") return this.#goFiles.has(to) && this.#packages.has(from);
    // What a command of the config made from the source is listed as a file like any other.
    if (type !== "GENERATED_FROM" || this.#packages.get(to)?.purpose !== "SOURCE") return false;
    return (
      this.#kindOf(from) === "file" ||
      (this.#kindOf(from) === "binary" && !this.#recipes.has(this.#pathOf.get(from) ?? ""))
    );
  }

  words({ from, type, to }: SpdxRelationship): string {
    return `${this.#nameOf(from)} ${type} ${this.#nameOf(to)}`;
  }

  #nameOf(id: string): string {
    const item = this.#packages.get(id);
    if (item === undefined) return this.#pathOf.get(id) ?? id;
    return moduleKey({ path: item.name, version: goVersionNumber(item.version) });
  }

  /** Only Go programs that were compiled for the release are called so; of others their recipe tells. */
  #isBuilt({ kind, path }: BinaryArtifact["artifact"]): boolean {
    const builder = this.#recipes.get(path);
    return kind === "go-binary" || (builder !== undefined && builder !== "prebuilt");
  }

  /** A file that is not there, or a Go program that says nothing of itself. */
  #isUndecided(id: string): boolean {
    const kind = this.#kindOf(id);
    return kind === "none" || (kind === "go-binary" && !this.#goFiles.has(id));
  }

  /** What the manifest calls a listed file; "none": it lists no such file. undefined: the id is of no file. */
  #kindOf(id: string): string | undefined {
    const path = this.#pathOf.get(id);
    return path === undefined ? undefined : (this.#kinds.get(path) ?? "none");
  }
}

function isLink({ type }: Pick<SpdxRelationship, "type">): boolean {
  return LINKS.some((word) => word === type);
}
