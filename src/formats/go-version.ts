/**
 * Order of Go module versions and Go toolchains. Not node-semver's: `v` is required, numbers have no upper bound, a
 * pseudo-version is an ordinary pre-release, `+incompatible` does not count.
 */
interface ModuleVersion {
  readonly core: readonly [string, string, string];
  readonly prerelease: readonly string[];
}

const NUMBER = "(?:0|[1-9][0-9]*)";
const MODULE_VERSION = new RegExp(
  `^v(${NUMBER})(?:\\.(${NUMBER})(?:\\.(${NUMBER})(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?)?)?$`,
);
const DIGITS = /^[0-9]+$/;

/**
 * Order of two module versions as golang.org/x/mod/semver.Compare has it (go.dev/ref/mod#versions).
 * undefined when either is no module version, for example `(devel)`.
 */
export function compareGoModuleVersions(a: string, b: string): number | undefined {
  const left = parseModuleVersion(a);
  const right = parseModuleVersion(b);
  if (left === undefined || right === undefined) return undefined;
  return compareCores(left.core, right.core) || comparePrereleases(left.prerelease, right.prerelease);
}

function parseModuleVersion(text: string): ModuleVersion | undefined {
  const match = MODULE_VERSION.exec(text);
  if (match === null) return undefined;
  const [, major = "", minor = "0", patch = "0", pre, buildText] = match;
  const prerelease = pre?.split(".") ?? [];
  const build = buildText?.split(".") ?? [];
  const wellFormed = prerelease.every((id) => id !== "" && !hasLeadingZero(id)) && !build.includes("");
  return wellFormed ? { core: [major, minor, patch], prerelease } : undefined;
}

function hasLeadingZero(id: string): boolean {
  return DIGITS.test(id) && id.length > 1 && id.startsWith("0");
}

function compareCores(a: readonly string[], b: readonly string[]): number {
  for (const [index, number] of a.entries()) {
    const order = compareDecimals(number, b[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (const [index, id] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(id, other);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : 0;
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = DIGITS.test(a);
  if (numeric !== DIGITS.test(b)) return numeric ? -1 : 1;
  return numeric ? compareDecimals(a, b) : compareText(a, b);
}

/** Decimals without leading zeros, of any length: a longer one is larger. */
function compareDecimals(a: string, b: string): number {
  return Math.sign(a.length - b.length) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

interface Toolchain {
  readonly core: readonly [string, string, string];
  readonly kind: string;
  readonly pre: string;
}

const TOOLCHAIN = new RegExp(
  `^go(${NUMBER})(?:\\.(${NUMBER})(?:\\.(${NUMBER})|([a-z]+)(${NUMBER})?)?)?(?:-.*)?$`,
);
/** From this minor on, `go1.21` is a language version that is older than `go1.21rc1` and `go1.21.0`. */
const FIRST_MINOR_WITH_PATCH = "21";

/**
 * Order of two toolchain names such as `go1.26.8`, `go1.27rc1`, `go1.26.8-custom`, `go1.26.8 X:nodwarf5`, as
 * go/version.Compare has it (go.dev/doc/toolchain#version). undefined when either is none, for example `devel go1.27-0123`.
 */
export function compareGoToolchains(a: string, b: string): number | undefined {
  const left = parseToolchain(a);
  const right = parseToolchain(b);
  if (left === undefined || right === undefined) return undefined;
  return (
    compareCores(left.core, right.core) ||
    compareText(left.kind, right.kind) ||
    compareDecimals(left.pre, right.pre)
  );
}

function parseToolchain(text: string): Toolchain | undefined {
  // The linker appends experiments after a blank; they do not take part in the order.
  const match = TOOLCHAIN.exec(text.split(" ", 1)[0] ?? "");
  if (match === null) return undefined;
  const [, major = "", minor = "0", patch, kind = "", pre = ""] = match;
  const impliedPatch = kind === "" && compareDecimals(minor, FIRST_MINOR_WITH_PATCH) < 0 ? "0" : "";
  return { core: [major, minor, patch ?? impliedPatch], kind, pre };
}
