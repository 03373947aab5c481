import { compareGoModuleVersions } from "../../formats/go-version.ts";
import type { GoBuildInfo } from "../../model/binary.ts";
import type { Target } from "../../model/target.ts";
import type {
  AffectedModule,
  AffectedPackage,
  VersionRange,
  Vulnerability,
  VulnerabilityMatch,
} from "../../model/vulnerability.ts";
import { linkedModules } from "../checks/binary-artifacts.ts";

/** One Go program, as far as vulnerabilities are concerned. */
export interface ScannedBinary {
  /** Path in the package. */
  readonly path: string;
  readonly target: Target;
  readonly go: GoBuildInfo;
  /** By package; undefined when the function table cannot be read. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

interface LinkedVersion {
  readonly module: string;
  /** As the binary names it. */
  readonly version: string;
  /** With `v`, in the form that Go compares; undefined when it has no order. */
  readonly ordered: string | undefined;
}

export type VulnerabilityIndex = ReadonlyMap<
  string,
  readonly { readonly vulnerability: Vulnerability; readonly affected: AffectedModule }[]
>;

export function indexByModule(vulnerabilities: readonly Vulnerability[]): VulnerabilityIndex {
  return Map.groupBy(
    vulnerabilities.flatMap((vulnerability) =>
      vulnerability.affected.map((affected) => ({ vulnerability, affected })),
    ),
    ({ affected }) => affected.module,
  );
}

/** Every record that is about a version that the program links, and how close the program comes to the code in question. */
export function matchBinary(index: VulnerabilityIndex, binary: ScannedBinary): readonly VulnerabilityMatch[] {
  return linkedVersions(binary.go).flatMap((linked) =>
    (index.get(linked.module) ?? []).flatMap(({ vulnerability, affected }) => {
      const range = rangeOf(affected, linked.ordered);
      if (range === undefined) return [];
      return [{ ...matchFacts(binary, linked, vulnerability, range), ...reachOf(affected, binary) }];
    }),
  );
}

function matchFacts(
  { path }: ScannedBinary,
  { module, version }: LinkedVersion,
  { id, aliases, summary }: Vulnerability,
  range: VersionRange | "no order",
): Pick<
  VulnerabilityMatch,
  "id" | "aliases" | "summary" | "binary" | "module" | "version" | "fixed" | "isVersionKnown"
> {
  const isVersionKnown = range !== "no order";
  return {
    id,
    aliases,
    summary,
    binary: path,
    module,
    version,
    isVersionKnown,
    fixed: isVersionKnown ? range.fixed : null,
  };
}

function linkedVersions(go: GoBuildInfo): readonly LinkedVersion[] {
  const modules = [go.main, ...linkedModules(go)].map(({ path, version }) => ({
    module: path,
    version,
    ordered: compareGoModuleVersions(version, version) === undefined ? undefined : version,
  }));
  return [...modules, { module: "stdlib", version: go.goVersion, ordered: semanticGoVersion(go.goVersion) }];
}

/** `go1.22rc1` is `v1.22.0-rc.1` in the database, `go1.26.8 X:nodwarf5` is `v1.26.8`; a development tree has no order. */
export function semanticGoVersion(goVersion: string): string | undefined {
  const match = /^go(1)\.([0-9]+)(?:\.([0-9]+))?(?:(rc|beta)([0-9]+))?(?:[ -].*)?$/.exec(goVersion);
  if (match === null) return undefined;
  const [, major = "", minor = "", patch = "0", word, number = ""] = match;
  return `v${major}.${minor}.${patch}${word === undefined ? "" : `-${word}.${number}`}`;
}

/** The range that a version lies in. Without an order nothing rules the record out. */
function rangeOf(
  { ranges }: AffectedModule,
  version: string | undefined,
): VersionRange | "no order" | undefined {
  if (version === undefined) return ranges.length === 0 ? undefined : "no order";
  return ranges.find(
    ({ introduced, fixed }) =>
      (introduced === "0" || isAtLeast(version, introduced)) &&
      (fixed === null || !isAtLeast(version, fixed)),
  );
}

function isAtLeast(version: string, bound: string): boolean {
  const order = compareGoModuleVersions(version, `v${bound}`);
  return order === undefined || order >= 0;
}

/** Symbols beat packages, packages beat modules: the closest that was seen. */
function reachOf(
  { packages }: AffectedModule,
  { functions, target }: ScannedBinary,
): Pick<VulnerabilityMatch, "reach" | "packages" | "symbols"> {
  if (functions === undefined) return { reach: "unknown", packages: [], symbols: [] };
  if (packages.length === 0) return { reach: "package", packages: [], symbols: [] };
  const linked = packages.filter((item) => concerns(item, target) && functions.has(item.path));
  if (linked.length === 0) return { reach: "absent", packages: [], symbols: [] };
  const symbols = linked.flatMap((item) => {
    const present = functions.get(item.path) ?? new Set();
    return item.symbols.filter((symbol) => present.has(symbol)).map((symbol) => `${item.path}.${symbol}`);
  });
  const hasWholePackage = linked.some((item) => item.symbols.length === 0);
  const reach = symbols.length > 0 || hasWholePackage ? "symbol" : "package";
  return { reach, packages: linked.map(({ path }) => path), symbols };
}

function concerns({ goos, goarch }: AffectedPackage, { os, arch }: Target): boolean {
  return (goos.length === 0 || goos.includes(os)) && (goarch.length === 0 || goarch.includes(arch));
}
