import type { GoModule } from "../model/binary.ts";
import type { LinkedModule } from "../model/documents.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { Release } from "../model/release.ts";
import { type Change, compareDocuments } from "./change.ts";
import { type FilePair, isBinaryKind } from "./files-diff.ts";
import { compareGoModuleVersions } from "../formats/go-version.ts";
import type { PackageFacts } from "./package-facts.ts";
import { type Pair, pairUp } from "./pairing.ts";

/** One module as one program for one target links it. */
interface ModuleUse {
  /** What the program is called on both sides; empty when the uses come from a document, which names no programs. */
  readonly program: string;
  readonly target: string;
  /** The path that the source imports. */
  readonly path: string;
  readonly version: string;
  readonly sum: string;
  /** The module or folder that stands in for it (`replace` in go.mod); empty when none does. */
  readonly replacedBy: string;
}

export interface ModuleChange {
  readonly path: string;
  readonly was: string;
  readonly now: string;
  readonly targets: readonly string[];
}

export interface ModuleAtVersion {
  readonly path: string;
  readonly version: string;
}

export interface ModulesDiff {
  /** Linked for no target before. */
  readonly added: readonly ModuleAtVersion[];
  /** Linked for no target any more. */
  readonly removed: readonly ModuleAtVersion[];
  /** Other version; includes those that Go cannot order, for example `(devel)`. */
  readonly updated: readonly ModuleChange[];
  readonly downgraded: readonly ModuleChange[];
  /** `was` and `now` are the sums of one and the same version. */
  readonly sumChanged: readonly ModuleChange[];
  /** What is linked in its place; the path itself when nothing is. */
  readonly replacementChanged: readonly ModuleChange[];
  /** Modules without a version that anybody else could fetch; only those that were fetchable or absent before. */
  readonly unreleased: readonly ModuleAtVersion[];
  readonly count: { readonly was: number; readonly now: number };
}

const LOCAL_PATH = /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[A-Za-z]:[/\\])/;

/**
 * From the binaries when every binary of both sides that was built as a Go binary carries build info, from
 * go-modules.json of both sides otherwise: never one against the other, because a document may have missed what a
 * binary holds. `pairs` say which binary continues which: two programs of one release may link two versions of a module.
 */
export function diffModules(
  { was, now }: Change<Release>,
  facts: Parsed<Change<PackageFacts>>,
  pairs: readonly FilePair[],
): Parsed<ModulesDiff> {
  const names = new Map(pairs.map((pair) => [pair.was.path, pair.now.path]));
  if (facts.ok) {
    const before = usesInBinaries(was, facts.value.was, (path) => names.get(path) ?? path);
    const after = usesInBinaries(now, facts.value.now, (path) => path);
    if (before.ok && after.ok) return parsed("binaries", diffUses(before.value, after.value));
  }
  return compareDocuments(was.documents.goModules, now.documents.goModules, (a, b) =>
    diffUses(usesInDocument(a.modules), usesInDocument(b.modules)),
  );
}

function usesInBinaries(
  { files }: Release,
  { artifacts }: PackageFacts,
  programOf: (path: string) => string,
): Parsed<readonly ModuleUse[]> {
  const uses: ModuleUse[] = [];
  let isGo = false;
  for (const { path, kind, target = "" } of artifacts) {
    if (!isBinaryKind(kind)) continue;
    const binary = files.get(path)?.binary;
    const go = binary?.ok === true ? binary.value.go : undefined;
    if (go === undefined && kind === "go-binary") return broken(path, "has no readable Go build info");
    isGo ||= go !== undefined;
    uses.push(...(go?.modules ?? []).map((module) => useOf(module, programOf(path), target)));
  }
  return isGo ? parsed("binaries", uses) : broken("binaries", "the release has no Go binary");
}

function useOf(module: GoModule, program: string, target: string): ModuleUse {
  const linked = module.replacedBy ?? module;
  const replacedBy = module.replacedBy?.path ?? "";
  return { program, target, path: module.path, version: linked.version, sum: linked.sum, replacedBy };
}

function usesInDocument(modules: readonly LinkedModule[]): readonly ModuleUse[] {
  return modules.flatMap(({ path, version, sum, replaces, targets }) => {
    const original = replaces === null ? path : replaces.slice(0, replaces.lastIndexOf("@"));
    const replacedBy = replaces === null ? "" : path;
    return targets.map((target) => ({ program: "", target, path: original, version, sum, replacedBy }));
  });
}

type UsePair = Pair<ModuleUse>;

function diffUses(was: readonly ModuleUse[], now: readonly ModuleUse[]): ModulesDiff {
  // A document may list two versions for one target: those that stayed are no news, and the other two belong together.
  const pairs = pairUp(was, now, [
    (use) => `${useKey(use)} ${use.version} ${use.replacedBy}`,
    (use) => `${useKey(use)} ${use.version}`,
    useKey,
  ]);
  const sameModule = pairs.filter((pair) => pair.was.replacedBy === pair.now.replacedBy);
  return {
    added: usesWithout(now, was),
    removed: usesWithout(was, now),
    updated: changes(
      sameModule.filter((pair) => versionOrder(pair) !== -1),
      ({ version }) => version,
    ),
    downgraded: changes(
      sameModule.filter((pair) => versionOrder(pair) === -1),
      ({ version }) => version,
    ),
    sumChanged: changes(sameModule.filter(sumsDiffer), ({ sum }) => sum),
    replacementChanged: changes(pairs, ({ path, replacedBy }) => replacedBy || path),
    unreleased: newlyUnreleased(was, now),
    count: { was: distinctPaths(was).size, now: distinctPaths(now).size },
  };
}

function useKey({ program, target, path }: ModuleUse): string {
  return `${program} ${target} ${path}`;
}

function versionOrder({ was, now }: UsePair): number | undefined {
  return compareGoModuleVersions(now.version, was.version);
}

/** A sum that is missing on one side says nothing; a vendored build records none. */
function sumsDiffer({ was, now }: UsePair): boolean {
  return was.version === now.version && was.sum !== "" && now.sum !== "" && was.sum !== now.sum;
}

/** One entry per distinct change, with the targets that it is seen on. */
function changes(pairs: readonly UsePair[], read: (use: ModuleUse) => string): readonly ModuleChange[] {
  const found = new Map<string, ModuleChange>();
  for (const { was, now } of pairs) {
    const change = { path: now.path, was: read(was), now: read(now) };
    if (change.was === change.now) continue;
    const key = `${change.path} ${change.was} ${change.now}`;
    const targets = new Set([...(found.get(key)?.targets ?? []), now.target]);
    found.set(key, { ...change, targets: [...targets] });
  }
  return [...found.values()];
}

function usesWithout(uses: readonly ModuleUse[], others: readonly ModuleUse[]): readonly ModuleAtVersion[] {
  const known = distinctPaths(others);
  return distinctModules(uses.filter(({ path }) => !known.has(path)));
}

function newlyUnreleased(was: readonly ModuleUse[], now: readonly ModuleUse[]): readonly ModuleAtVersion[] {
  const before = new Set(was.filter(isUnreleased).map(({ path }) => path));
  return distinctModules(now.filter((use) => isUnreleased(use) && !before.has(use.path)));
}

function isUnreleased({ version, replacedBy }: ModuleUse): boolean {
  return version === "(devel)" || version.endsWith("+dirty") || LOCAL_PATH.test(replacedBy);
}

function distinctModules(uses: readonly ModuleUse[]): readonly ModuleAtVersion[] {
  const modules = new Map(uses.map(({ path, version }) => [`${path} ${version}`, { path, version }]));
  return [...modules.values()];
}

function distinctPaths(uses: readonly ModuleUse[]): ReadonlySet<string> {
  return new Set(uses.map(({ path }) => path));
}
