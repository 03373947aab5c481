import { parseVersion } from "../../model/version.ts";
import { MANIFEST_FILE } from "../../model/layers.ts";
import { naturalPrereleaseOrder, prereleaseIds, unsafeNumericIds } from "../prerelease-order.ts";
import { type Condition, type ContractBreach, isSame, over, sameLine, type UpgradeRule } from "../rule.ts";
import { largerBump, type NeededBump } from "../version-change.ts";

const AT = `${MANIFEST_FILE}: version`;

const strictVersions: Condition = ({ diff: { version } }) =>
  version.ok && version.value.order === null
    ? "a version is not strict SemVer, so there is no order"
    : undefined;

const newerCandidate: Condition = ({ diff: { version } }) =>
  version.ok && version.value.allows === null ? "the candidate is not a newer version" : undefined;

export const reused: UpgradeRule = {
  id: "version.reused",
  severity: "fatal",
  needs: null,
  waivable: "never",
  title: "the version was given to two different releases",
  why: "whoever has the first of them believes to have the second; nothing that was said about one holds for the other",
  remedy: "Give the candidate a new version. A version that left the house is never used again",
  example: { was: "1.4.0, manifest 41aa0c9e...", now: "1.4.0, manifest 9f2c5510..." },
  ...over(
    ["version", "lineage"],
    ({ version, lineage: { manifestSha256 } }) =>
      version.from === version.to && !isSame(manifestSha256)
        ? [
            {
              subject: version.to,
              at: AT,
              expected: `manifest ${manifestSha256.was}`,
              actual: `manifest ${manifestSha256.now}`,
            },
          ]
        : [],
    sameLine,
  ),
};

const unparseable: UpgradeRule = {
  id: "version.unparseable",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "a version is not strict SemVer 2.0.0",
  why: "without an order of versions an older release cannot be told from a newer one, and rollback protection is gone",
  remedy:
    "Write the version as MAJOR.MINOR.PATCH with an optional -pre.release, without v, blanks or leading zeros",
  example: { was: "1.4.0", now: "v1.5" },
  ...over(["version"], ({ version: { from, to } }) =>
    [from, to]
      .filter((text) => parseVersion(text) === undefined)
      .map((text) => ({ subject: text, at: AT, expected: "strict SemVer 2.0.0", actual: text })),
  ),
};

const notNewer: UpgradeRule = {
  id: "version.not-newer",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the candidate is not newer than the earlier release",
  why: "going back brings back every defect that was fixed since",
  remedy: "Bump the version. If the two were given in the wrong order, swap them",
  example: { was: "1.4.0", now: "1.3.9" },
  ...over(
    ["version"],
    ({ version: { from, to, bump } }) =>
      bump === "downgrade" || bump === "none"
        ? [{ subject: to, at: AT, expected: `newer than ${from}`, actual: to }]
        : [],
    strictVersions,
  ),
};

const buildMetadata: UpgradeRule = {
  id: "version.only-build-metadata-differs",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "only the build metadata of the version differs",
  why: "SemVer ignores what stands behind the plus sign: installers take the two releases for the same version",
  remedy: "Bump the patch number",
  example: { was: "1.4.0+1", now: "1.4.0+2" },
  ...over(
    ["version"],
    ({ version: { from, to, bump } }) =>
      bump === "build" ? [{ subject: to, at: AT, expected: `newer than ${from}`, actual: to }] : [],
    strictVersions,
  ),
};

const orderTrap: UpgradeRule = {
  id: "version.prerelease-order-trap",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "people and SemVer read the order of these pre-releases differently",
  why: "SemVer sorts words by their characters: rc10 comes before rc9, and RC.1 before alpha.9",
  remedy: "Separate the number with a dot, as in rc.10, and keep to lower case",
  example: { was: "2.0.0-rc9", now: "2.0.0-rc10" },
  ...over(
    ["version"],
    ({ version: { from, to, order } }) => {
      if (order === null || !sameCore(from, to)) return [];
      const natural = naturalPrereleaseOrder(prereleaseIds(to), prereleaseIds(from));
      if (natural === 0 || natural === Math.sign(order)) return [];
      const sooner = order < 0 ? to : from;
      return [
        {
          subject: to,
          at: AT,
          expected: "one order for people and tools",
          actual: `SemVer puts ${sooner} first`,
        },
      ];
    },
    strictVersions,
  ),
};

/** A pre-release before its release is in order for everybody. */
function sameCore(a: string, b: string): boolean {
  const bothPrereleases = prereleaseIds(a).length > 0 && prereleaseIds(b).length > 0;
  return bothPrereleases && a.split("-", 1)[0] === b.split("-", 1)[0];
}

const unsafeNumber: UpgradeRule = {
  id: "version.numeric-id-unsafe",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "a number in the pre-release is too large to be compared",
  why: "above 2^53-1 tools round: two different versions compare as equal",
  remedy: "Use a shorter number, for example a build count or a date",
  example: { was: "2.0.0-9007199254740992", now: "2.0.0-9007199254740993" },
  ...over(["version"], ({ version: { to } }) =>
    unsafeNumericIds(to).map((id) => ({
      subject: to,
      at: AT,
      expected: "at most 9007199254740991",
      actual: id,
    })),
  ),
};

const channelMismatch: UpgradeRule = {
  id: "version.channel-mismatch",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the channel does not fit the version",
  why: "who follows the stable channel must not receive a pre-release by its label, nor the other way round",
  remedy: "Let cavra derive the channel: no pre-release is stable, rc.N is rc, anything else is dev",
  example: { was: "1.4.0 in stable", now: "1.5.0-rc.1 in stable" },
  ...over(
    ["version", "identity"],
    ({ version: { to }, identity: { channel } }) => {
      const expected = parseVersion(to)?.channel;
      return expected === undefined || expected === channel.now
        ? []
        : [{ subject: to, at: `${MANIFEST_FILE}: channel`, expected, actual: channel.now }];
    },
    strictVersions,
  ),
};

const disagrees: UpgradeRule = {
  id: "version.disagrees",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the documents of the candidate name different versions",
  why: "one of them was carried over from another release, so what it says is about other files",
  remedy: "Build the release again; never edit a document of a package by hand",
  example: { was: "manifest and installers 1.4.0", now: "manifest 1.5.0, installers 1.4.0" },
  ...over(["version"], ({ version: { to } }, { candidate: { release } }) =>
    [
      release.documents.installers,
      release.documents.reproducibility,
      release.documents.bootstrap,
      release.documents.provenance,
    ].flatMap((document) =>
      document.ok && document.value.version !== to
        ? [{ subject: document.at, at: document.at, expected: to, actual: document.value.version }]
        : [],
    ),
  ),
};

/** Last in the registry: it weighs what the rules before it saw. */
export const bumpTooSmall: UpgradeRule = {
  id: "version.bump-too-small",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the version promises less change than the release brings",
  why: "people and tools take a patch without reading, because its number says that nothing they rely on is gone",
  remedy: "Make the bump that the changes need, or undo them",
  example: { was: "1.4.0 with windows/arm64", now: "1.4.1 without windows/arm64" },
  ...over(
    ["version"],
    ({ version: { from, to, bump } }, _pair, breaches) => {
      const needed = breaches.reduce<NeededBump | null>((sum, { needs }) => largerBump(sum, needs), null);
      if (needed === null) return [];
      const causes = breaches.filter(({ needs }) => needs === needed);
      return [
        {
          subject: to,
          at: AT,
          expected: `${needed} bump from ${from}: ${listed(causes)}`,
          actual: `${bump ?? "no"} bump to ${to}`,
        },
      ];
    },
    newerCandidate,
  ),
};

/** A release may lose thousands of files; the findings before this one name them all. */
const LISTED_CAUSES = 5;

function listed(causes: readonly ContractBreach[]): string {
  const named = causes.slice(0, LISTED_CAUSES).map(({ rule, subject }) => `${rule} ${subject}`);
  const more = causes.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

export const versionRules: readonly UpgradeRule[] = [
  unparseable,
  notNewer,
  buildMetadata,
  orderTrap,
  unsafeNumber,
  channelMismatch,
  disagrees,
];
