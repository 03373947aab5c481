import type { SemVer } from "semver";
import parse from "semver/functions/parse.js";
import { compareVersions, parseVersion } from "../model/version.ts";

/** The bump that makes a change of the contract legitimate. */
export type NeededBump = "major" | "minor" | "patch";

/** `prerelease`: the same major.minor.patch, further on. `build`: only build metadata differs. `none`: the same text. */
export type BumpKind = NeededBump | "prerelease" | "build" | "none" | "downgrade";

export interface VersionChange {
  readonly from: string;
  readonly to: string;
  /** SemVer precedence of `to` against `from`; null when either is no strict version. */
  readonly order: number | null;
  readonly bump: BumpKind | null;
  /** The largest change that this step may make; null when the candidate is not newer. */
  readonly allows: NeededBump | null;
}

const BUMP_ORDER: readonly NeededBump[] = ["patch", "minor", "major"];

export function largerBump(a: NeededBump | null, b: NeededBump | null): NeededBump | null {
  if (a === null || b === null) return a ?? b;
  return BUMP_ORDER.indexOf(a) >= BUMP_ORDER.indexOf(b) ? a : b;
}

/** true when a step that allows `allowed` may make a change that needs `needed`. */
export function bumpSuffices(needed: NeededBump, allowed: NeededBump | null): boolean {
  return allowed !== null && BUMP_ORDER.indexOf(allowed) >= BUMP_ORDER.indexOf(needed);
}

/** SemVer 2.0.0; in 0.x a minor bump counts as major, because there the minor number announces breaking changes. */
export function versionChange(from: string, to: string): VersionChange {
  const before = parseVersion(from);
  const after = parseVersion(to);
  const was = parse(from);
  const now = parse(to);
  if (before === undefined || after === undefined || was === null || now === null) {
    return { from, to, order: null, bump: null, allows: null };
  }
  const order = compareVersions(after, before);
  const bump = bumpKind(was, now, order, from === to);
  return { from, to, order, bump, allows: order > 0 ? allowance(was, now) : null };
}

function bumpKind(was: SemVer, now: SemVer, order: number, sameText: boolean): BumpKind {
  if (order < 0) return "downgrade";
  if (order === 0) return sameText ? "none" : "build";
  return coreStep(was, now) ?? "prerelease";
}

function coreStep(was: SemVer, now: SemVer): NeededBump | undefined {
  if (was.major !== now.major) return "major";
  if (was.minor !== now.minor) return "minor";
  return was.patch === now.patch ? undefined : "patch";
}

/**
 * 2.0.0-rc.1 to 2.0.0-rc.2 or 2.0.0 may still break: the step from the last stable release is the major one that the
 * pre-release announced. So what an earlier pre-release announced is allowed in addition to the step itself.
 */
function allowance(was: SemVer, now: SemVer): NeededBump | null {
  const step = coreStep(was, now);
  const own = step === undefined ? null : counted(step, now);
  return was.prerelease.length === 0 ? own : largerBump(own, counted(announced(was), was));
}

function announced(version: SemVer): NeededBump {
  if (version.patch !== 0) return "patch";
  return version.minor === 0 ? "major" : "minor";
}

function counted(step: NeededBump, version: SemVer): NeededBump {
  return step === "minor" && version.major === 0 ? "major" : step;
}
