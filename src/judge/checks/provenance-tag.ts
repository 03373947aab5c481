import type { Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { Manifest } from "../../model/manifest.ts";
import { compareVersions, parseVersion, type Version } from "../../model/version.ts";
import { place } from "./comparison.ts";

export const provenanceTagProblems: readonly Problem[] = [
  {
    id: "provenance.tag-differs",
    severity: "error",
    title: "the release was made from the tag of another version",
    why: "people review the source under the tag that carries the version, and this is not that source",
    remedy: "Do not install; ask the maker for a release that was made from the tag of its version",
  },
];

const TAGS = "refs/tags/";
/** Where a version may begin in a tag: `v1.2.3`, `1.2.3`, `agent/v1.2.3`, `agent-1.2.3`. */
const BEGINNING = /(?:^|[/_@-])v?(?=\d)/g;

/**
 * A tag that ends with a version must be the tag of this version; build metadata is ignored, as SemVer orders it. Tags
 * that carry none, and branches, are for the config to allow.
 */
export function tagSightings(at: string, { source: { ref }, version }: Manifest): readonly Sighting[] {
  const released = parseVersion(version);
  if (!ref.startsWith(TAGS) || released === undefined) return [];
  const tagged = versionsIn(ref.slice(TAGS.length));
  if (tagged.length === 0 || tagged.some((candidate) => compareVersions(candidate, released) === 0))
    return [];
  return [
    { problem: "provenance.tag-differs", at: place(at, "ref"), expected: `a tag of ${version}`, actual: ref },
  ];
}

/** `agent-1.2.3-2.0.0` may end with a pre-release of 1.2.3 or with 2.0.0: every reading counts. */
function versionsIn(tag: string): readonly Version[] {
  return Array.from(tag.matchAll(BEGINNING), (match) => tag.slice(match.index + match[0].length)).flatMap(
    (text) => parseVersion(text) ?? [],
  );
}
