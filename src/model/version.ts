import type { SemVer } from "semver";
import compare from "semver/functions/compare.js";
import parse from "semver/functions/parse.js";

/** A strict SemVer 2.0.0 version without `v`, exactly as written in documents. */
export interface Version {
  readonly text: string;
  readonly channel: string;
}

const MAX_VERSION_CHARACTERS = 128;

function parseStrict(text: string): SemVer | undefined {
  if (text.length > MAX_VERSION_CHARACTERS) return undefined;
  const version = parse(text);
  // semver trims and drops a leading `v` or `=`: what it read must be what was written.
  return version !== null && version.raw === text && text === canonicalText(version) ? version : undefined;
}

function canonicalText(version: SemVer): string {
  const build = version.build.length === 0 ? "" : `+${version.build.join(".")}`;
  return version.version + build;
}

/** Reads a strict version; undefined for anything that is not exactly SemVer 2.0.0 (no `v`, no blanks, no coercion). */
export function parseVersion(text: string): Version | undefined {
  const version = parseStrict(text);
  return version === undefined ? undefined : { text, channel: channelOf(version.prerelease) };
}

/** No pre-release: stable; `rc.N`: rc; anything else: dev. */
function channelOf(prerelease: readonly (string | number)[]): string {
  if (prerelease.length === 0) return "stable";
  return prerelease.length === 2 && prerelease[0] === "rc" && typeof prerelease[1] === "number"
    ? "rc"
    : "dev";
}

/** SemVer precedence: negative when `a` is older, 0 when equal (build metadata is ignored), positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return compare(a.text, b.text);
}
