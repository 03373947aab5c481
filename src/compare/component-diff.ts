import type { Sbom, SbomComponent } from "../model/sbom.ts";
import { compareGoModuleVersions, compareGoToolchains } from "../formats/go-version.ts";
import { compareVersions, parseVersion } from "../model/version.ts";

export type ComponentChangeKind =
  | "added"
  | "removed"
  | "upgraded"
  | "downgraded"
  /** Another version, and no order between the two. */
  | "changed"
  /** The same version, other bytes. */
  | "altered"
  /** Another component of the same last name took its place: a fork, or a new major path. */
  | "replaced";

export interface ComponentChange {
  readonly kind: ComponentChangeKind;
  readonly name: string;
  /** Version before; of `altered` the digest, of `replaced` name and version. null: there was none. */
  readonly was: string | null;
  readonly now: string | null;
}

export interface FactChange {
  readonly name: string;
  readonly was: string;
  readonly now: string;
}

export interface ComponentDiff {
  readonly changes: readonly ComponentChange[];
  readonly licenses: readonly FactChange[];
  readonly suppliers: readonly FactChange[];
  /** Files of the same name with other digests, and files that came and went. */
  readonly files: readonly ComponentChange[];
  readonly count: { readonly was: number; readonly now: number };
}

/**
 * What changed between two SBOMs, with its direction. Packages are known by name: package URLs are written in too many
 * ways to compare. The described packages themselves are left out: they are what both documents are about.
 */
export function diffComponents(was: Sbom, now: Sbom): ComponentDiff {
  const before = parts(was, "package");
  const after = parts(now, "package");
  const pairs = pairVersions(before, after);
  const unpaired = pairs.flatMap(({ was: old, now: young }) => (old && young ? [] : [{ old, young }]));
  const replaced = pairReplaced(
    unpaired.flatMap(({ old }) => old ?? []),
    unpaired.flatMap(({ young }) => young ?? []),
  );
  return {
    changes: [...pairs.flatMap((pair) => changesOf(pair, replaced)), ...replaced.map(replacement)].sort(
      byName,
    ),
    licenses: factChanges(
      pairs,
      ({ licenseDeclared, licenseConcluded }) => licenseDeclared || licenseConcluded,
    ),
    suppliers: factChanges(pairs, ({ supplier }) => supplier),
    files: pairVersions(parts(was, "file"), parts(now, "file")).flatMap((pair) => changesOf(pair, [])),
    count: { was: before.length, now: after.length },
  };
}

function parts({ components, described }: Sbom, kind: SbomComponent["kind"]): readonly SbomComponent[] {
  return components.filter(
    (item) => item.kind === kind && !(kind === "package" && described.includes(item.id)),
  );
}

interface ComponentPair {
  readonly was: SbomComponent | undefined;
  readonly now: SbomComponent | undefined;
}

/** By name; of several versions under one name those that stayed belong together, then the rest in order. */
function pairVersions(
  was: readonly SbomComponent[],
  now: readonly SbomComponent[],
): readonly ComponentPair[] {
  const before = Map.groupBy(was, ({ name }) => name);
  const after = Map.groupBy(now, ({ name }) => name);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const old = [...(before.get(name) ?? [])];
    const young = [...(after.get(name) ?? [])];
    const kept = old.flatMap((item) => {
      const index = young.findIndex(({ version }) => version === item.version);
      return index < 0 ? [] : [{ was: item, now: young.splice(index, 1)[0] }];
    });
    const gone = old.filter((item) => !kept.some((pair) => pair.was === item));
    const rows = Math.max(gone.length, young.length);
    return [
      ...kept,
      ...Array.from({ length: rows }, (_, index) => ({ was: gone[index], now: young[index] })),
    ];
  });
}

type Replacement = { readonly was: SbomComponent; readonly now: SbomComponent };

/** One that went and one that came with the same last name, when no other of either side has it. */
function pairReplaced(
  gone: readonly SbomComponent[],
  come: readonly SbomComponent[],
): readonly Replacement[] {
  const went = Map.groupBy(gone, lastName);
  const came = Map.groupBy(come, lastName);
  return [...went].flatMap(([name, [was, secondWas]]) => {
    const [now, secondNow] = came.get(name) ?? [];
    const isOne =
      was !== undefined && now !== undefined && secondWas === undefined && secondNow === undefined;
    return isOne ? [{ was, now }] : [];
  });
}

/** `yaml` of `gopkg.in/yaml.v3`, `github.com/fork/yaml` and `go.yaml.in/yaml/v4`. */
function lastName({ name }: SbomComponent): string {
  const segments = name.replace(/\/v[0-9]+$/, "").split("/");
  return (segments.at(-1) ?? name).replace(/\.v[0-9]+$/, "");
}

function replacement({ was, now }: Replacement): ComponentChange {
  return { kind: "replaced", name: now.name, was: nameAndVersion(was), now: nameAndVersion(now) };
}

function nameAndVersion({ name, version }: SbomComponent): string {
  return version === "" ? name : `${name} ${version}`;
}

function changesOf(
  { was, now }: ComponentPair,
  replaced: readonly Replacement[],
): readonly ComponentChange[] {
  if (was !== undefined && now !== undefined) return versionChange(was, now);
  const only = was ?? now;
  if (only === undefined || replaced.some((pair) => pair.was === only || pair.now === only)) return [];
  const kind = was === undefined ? "added" : "removed";
  return [{ kind, name: only.name, was: was?.version ?? null, now: now?.version ?? null }];
}

function versionChange(was: SbomComponent, now: SbomComponent): readonly ComponentChange[] {
  const { name } = now;
  if (was.version !== now.version) {
    const order = versionOrder(was.version, now.version);
    const kind = order === undefined ? "changed" : order < 0 ? "upgraded" : "downgraded";
    return [{ kind, name, was: was.version, now: now.version }];
  }
  const differing = [...was.digests].find(([algorithm, value]) => {
    const other = now.digests.get(algorithm);
    return other !== undefined && other !== value;
  });
  if (differing === undefined) return [];
  const [algorithm, value] = differing;
  return [{ kind: "altered", name, was: value, now: now.digests.get(algorithm) ?? null }];
}

/** Order of module versions (`v1.2.3`), toolchains (`go1.26.8`) or SemVer; undefined where there is none. */
function versionOrder(was: string, now: string): number | undefined {
  const order =
    compareGoModuleVersions(was, now) ?? compareGoToolchains(was, now) ?? compareSemver(was, now) ?? 0;
  return order === 0 ? undefined : order;
}

function compareSemver(was: string, now: string): number | undefined {
  const [old, young] = [parseVersion(was), parseVersion(now)];
  return old === undefined || young === undefined ? undefined : compareVersions(old, young);
}

function factChanges(
  pairs: readonly ComponentPair[],
  read: (item: SbomComponent) => string,
): readonly FactChange[] {
  return pairs.flatMap(({ was, now }) => {
    if (was === undefined || now === undefined) return [];
    const change = { name: now.name, was: read(was), now: read(now) };
    return change.was === change.now ? [] : [change];
  });
}

function byName(a: ComponentChange, b: ComponentChange): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
