import { sectionAt } from "../../formats/binary.ts";
import type { BinaryFacts, GoBuildInfo, GoModule } from "../../model/binary.ts";
import type { Cause, CauseId } from "../../model/rebuild.ts";
import { bytesAround, firstDifference } from "./byte-difference.ts";

/** One executable as shipped and as rebuilt. */
export interface BinarySide {
  readonly facts: BinaryFacts;
  readonly bytes: Uint8Array;
}

type Difference = Omit<Cause, "at">;

const NONE = "none";

/** Why two executables for one target differ: what they say of their making, else where the first byte differs. */
export function binaryCauses(at: string, shipped: BinarySide, rebuilt: BinarySide): readonly Cause[] {
  const [was, now] = [shipped.facts, rebuilt.facts];
  const told = [...goCauses(was.go, now.go), ...traceCauses(was, now)];
  const differences = told.length > 0 ? told : [codeCause(shipped, rebuilt)];
  // Sources are named with and without -trimpath as well as by the setting: one cause, its first evidence.
  const distinct = new Map(differences.map((each) => [`${each.cause} ${each.field}`, { at, ...each }]));
  return [...distinct.values()];
}

function goCauses(was: GoBuildInfo | undefined, now: GoBuildInfo | undefined): readonly Difference[] {
  if (was === undefined || now === undefined) return [];
  const trimmed = was.settings.get("-trimpath") === now.settings.get("-trimpath");
  const settings = [...new Set([...was.settings.keys(), ...now.settings.keys()])]
    .filter((name) => trimmed || !LEFT_OUT_WHEN_TRIMMED.test(name))
    .toSorted();
  return [
    ...unequal("toolchain", "Go version", was.goVersion, now.goVersion),
    ...settings.flatMap((name) =>
      unequal(settingCause(name), name, was.settings.get(name) ?? NONE, now.settings.get(name) ?? NONE),
    ),
    ...moduleCauses(was, now),
  ];
}

/** Flags with paths in them are recorded only without -trimpath (cmd/go, modload build info). */
const LEFT_OUT_WHEN_TRIMMED = /^(?:-(?:asm|gc|gccgo|ld)flags|CGO_[A-Z]+FLAGS)$/;

function settingCause(name: string): CauseId {
  if (name === "-trimpath") return "build-path";
  return name === "vcs" || name.startsWith("vcs.") ? "vcs-stamp" : "build-settings";
}

function moduleCauses(was: GoBuildInfo, now: GoBuildInfo): readonly Difference[] {
  // The go command takes the version of the main module from the checkout when it stamps (go help buildvcs).
  const isStamped = [was, now].some(({ settings }) => settings.has("vcs.revision"));
  const main = unequal(isStamped ? "vcs-stamp" : "modules", "main module", words(was.main), words(now.main));
  const before = new Map(was.modules.map((module) => [module.path, words(module)]));
  const after = new Map(now.modules.map((module) => [module.path, words(module)]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return [
    ...main,
    ...paths.flatMap((path) =>
      unequal("modules", `module ${path}`, before.get(path) ?? NONE, after.get(path) ?? NONE),
    ),
  ];
}

function words({ path, version, sum, replacedBy }: GoModule): string {
  const replacement = replacedBy === undefined ? "" : ` => ${words(replacedBy)}`;
  return [path, version, sum].filter((part) => part !== "").join(" ") + replacement;
}

function traceCauses({ traces: was }: BinaryFacts, { traces: now }: BinaryFacts): readonly Difference[] {
  return [
    ...unequal("build-id", "build id", listed(was.buildIds), listed(now.buildIds)),
    ...unequal("symbols", "symbol table", presence(was.symbolTable), presence(now.symbolTable)),
    ...unequal("symbols", "debug information", presence(was.debugInfo), presence(now.debugInfo)),
    ...unequal("build-path", "source files", listed(was.sourcePaths), listed(now.sourcePaths)),
  ];
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? NONE : values.join(", ");
}

function presence(isThere: boolean): string {
  return isThere ? "in the file" : "left out";
}

function unequal(cause: CauseId, field: string, shipped: string, rebuilt: string): readonly Difference[] {
  return shipped === rebuilt ? [] : [{ cause, field, shipped, rebuilt }];
}

/** Nothing that the file says of itself explains it: the place of the first byte, by its section. */
function codeCause(shipped: BinarySide, rebuilt: BinarySide): Difference {
  const offset = firstDifference(shipped.bytes, rebuilt.bytes);
  const section = sectionAt(shipped.bytes, offset);
  return {
    cause: "code",
    field: `${section === undefined ? "" : `${section}, `}byte ${offset}`,
    shipped: `${bytesAround(shipped.bytes, offset)} (${shipped.bytes.byteLength} bytes)`,
    rebuilt: `${bytesAround(rebuilt.bytes, offset)} (${rebuilt.bytes.byteLength} bytes)`,
  };
}
