import type { ReproducibleBinary, Reproducibility } from "../model/documents.ts";
import { goFlags } from "../model/go-flags.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { Release } from "../model/release.ts";
import { diffValues, factsAt, type ValuesDiff } from "./binaries-diff.ts";
import type { Change } from "./change.ts";
import type { FilePair } from "./files-diff.ts";
import { pairBinaries } from "./pairing.ts";
import { unversioned } from "./unversioned.ts";

/** How the binary of one target is made, before and now. */
export interface RecipeDiff {
  readonly target: string;
  readonly builder: Change<ReproducibleBinary["builder"]>;
  readonly toolchain: Change<string>;
  readonly moduleDir: Change<string>;
  readonly originVerified: Change<boolean>;
  readonly environment: ValuesDiff;
  /** With version, commit and time replaced: those differ in every release. */
  readonly argv: Change<string>;
  readonly rebuildCommand: Change<string | null>;
  /** The settings below that hold, whether argument or environment says so. */
  readonly pins: Change<readonly string[]>;
}

/** Paths of the binaries that somebody else built. */
export function prebuiltPaths({ documents: { reproducibility } }: Release): ReadonlySet<string> {
  if (!reproducibility.ok) return new Set();
  return new Set(
    reproducibility.value.binaries
      .filter(({ builder }) => builder === "prebuilt")
      .map(({ binary }) => binary),
  );
}

export interface ToolchainChange extends Change<string> {
  readonly target: string;
}

export function diffRecipes(was: Reproducibility, now: Reproducibility): readonly RecipeDiff[] {
  return pairBinaries(was.binaries, was.version, now.binaries, now.version).map((pair) =>
    diffRecipe(pair.was, pair.now, stable(was), stable(now)),
  );
}

type Stabiliser = (text: string) => string;

function stable({ version, commit, sourceDateEpoch }: Reproducibility): Stabiliser {
  return (text) =>
    unversioned(text, version)
      .replaceAll(commit === "" ? "{commit}" : commit, "{commit}")
      .replaceAll(String(sourceDateEpoch), "{epoch}");
}

function diffRecipe(
  was: ReproducibleBinary,
  now: ReproducibleBinary,
  stableWas: Stabiliser,
  stableNow: Stabiliser,
): RecipeDiff {
  return {
    target: now.target,
    builder: { was: was.builder, now: now.builder },
    toolchain: { was: was.toolchain, now: now.toolchain },
    moduleDir: { was: was.moduleDir, now: now.moduleDir },
    originVerified: { was: was.originVerified, now: now.originVerified },
    environment: diffValues(
      stableValues(was.environment, stableWas),
      stableValues(now.environment, stableNow),
    ),
    argv: { was: stableWas(was.argv.join(" ")), now: stableNow(now.argv.join(" ")) },
    rebuildCommand: {
      was: was.rebuildCommand === null ? null : stableWas(was.rebuildCommand),
      now: now.rebuildCommand === null ? null : stableNow(now.rebuildCommand),
    },
    pins: { was: pinsOf(was), now: pinsOf(now) },
  };
}

function stableValues(
  values: ReadonlyMap<string, string>,
  stabilise: Stabiliser,
): ReadonlyMap<string, string> {
  return new Map([...values].map(([name, value]) => [name, stabilise(value)]));
}

/** Each setting takes one source of difference out of a Go build. A vendored build cannot change go.mod either. */
function pinsOf(recipe: ReproducibleBinary): readonly string[] {
  const { flags, ldflags } = goFlags(recipe);
  const pins: readonly (readonly [string, boolean])[] = [
    ["-trimpath", flags.includes("-trimpath") || flags.includes("-trimpath=true")],
    ["-buildvcs=false", flags.includes("-buildvcs=false")],
    ["-mod=readonly", flags.includes("-mod=readonly") || flags.includes("-mod=vendor")],
    ["-buildid=", ldflags.includes("-buildid=")],
    ["CGO_ENABLED=0", recipe.environment.get("CGO_ENABLED") === "0"],
  ];
  return pins.filter(([, holds]) => holds).map(([name]) => name);
}

/** Toolchains per target: what its binaries say on both sides; where they say nothing, what the recipes say. */
export function diffToolchains(
  was: Release,
  now: Release,
  pairs: readonly FilePair[],
  recipes: Parsed<readonly RecipeDiff[]>,
): Parsed<readonly ToolchainChange[]> {
  const seen = pairs.flatMap((pair) => toolchainOfBinary(was, now, pair));
  const proven = new Set(seen.map(({ target }) => target));
  const told = recipes.ok
    ? recipes.value
        .map(({ target, toolchain }) => ({ target, ...toolchain }))
        .filter(({ target }) => !proven.has(target))
    : [];
  const stated = [...told, ...seen].filter((change) => change.was !== "" && change.now !== "");
  const known = new Map(stated.map((change) => [`${change.target} ${change.was} ${change.now}`, change]));
  return known.size === 0
    ? broken("toolchain", "no target has a known toolchain in both releases")
    : parsed("toolchain", [...known.values()]);
}

function toolchainOfBinary(was: Release, now: Release, pair: FilePair): readonly ToolchainChange[] {
  const before = factsAt(was, pair.was.path)?.go?.goVersion;
  const after = factsAt(now, pair.now.path)?.go?.goVersion;
  const { target } = pair.now;
  return before === undefined || after === undefined || target === null || target !== pair.was.target
    ? []
    : [{ target, was: before, now: after }];
}
