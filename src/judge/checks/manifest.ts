import { formatUtcTime } from "../../formats/utc-time.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { MANIFEST_FILE, MANIFEST_MARKDOWN_FILE } from "../../model/layers.ts";
import type { Manifest } from "../../model/manifest.ts";
import type { PreviousRelease, ReleaseStatement } from "../../model/release-statement.ts";
import { parseVersion } from "../../model/version.ts";
import type { PackageStage } from "../stages.ts";
import { fail, memberSightings, place, type Member } from "./comparison.ts";
import { manifestLayers, manifestLayersProblems } from "./manifest-layers.ts";

const ASK_MAKER = "Do not install it; ask the maker for a release whose documents agree with each other";
const MAX_SHOWN_CHARACTERS = 120;

export const manifestProblems: readonly Problem[] = [
  {
    id: "manifest.unreadable",
    severity: "error",
    title: "the manifest is missing or cannot be read",
    why: "nothing says what this release is, so nothing about it can be judged",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.not-signed",
    severity: "error",
    title: "the manifest is not the one that was signed",
    why: "the signatures are for another release than the one that this package describes",
    remedy: "Do not install it; copy the package and its signatures again, from one and the same release",
  },
  {
    id: "manifest.statement-differs",
    severity: "error",
    title: "the manifest and the signed statement contradict each other",
    why: "protection against old and foreign releases rests on the statement, and this package says something else",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.channel-wrong",
    severity: "error",
    title: "the version does not belong to the channel",
    why: "a release candidate that calls itself stable would reach machines that take stable releases only",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.top-differs",
    severity: "error",
    title: "the top folder does not carry the version of the release",
    why: "people and scripts read the version from the folder, and would take it for another release",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.dry-run",
    severity: "error",
    title: "the release is a dry run",
    why: "a dry run is made to try things out and was never meant to be installed",
    remedy: "Do not install it; ask the maker for the release itself",
  },
  {
    id: "manifest.page-unreadable",
    severity: "error",
    title: "release-evidence.md is missing or cannot be read",
    why: "it is the page that people read before they approve, and it must be there as it was made",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.page-differs",
    severity: "error",
    title: "release-evidence.md does not say what the manifest says",
    why: "people read this page and machines read the manifest: both must learn the same",
    remedy: "Do not rely on the page; ask the maker for a release whose documents agree with each other",
  },
  {
    id: "manifest.zip-differs",
    severity: "error",
    title: "the zip was not made as the manifest says",
    why: "whoever makes the zip again from its files would get other bytes, and could not tell why",
    remedy: ASK_MAKER,
  },
  ...manifestLayersProblems,
];

const readable: Check<PackageStage> = {
  id: "manifest.readable",
  title: "The manifest can be read",
  needs: ["files.closed-world", "files.digests"],
  run({ release }) {
    const { manifest } = release.documents;
    return manifest.ok
      ? pass(MANIFEST_FILE, `sha256 ${release.manifestSha256}`)
      : fail({ problem: "manifest.unreadable", at: MANIFEST_FILE, actual: manifest.reason });
  },
};

const agrees: Check<PackageStage> = {
  id: "manifest.agrees",
  title: "The manifest says what was signed",
  needs: ["manifest.readable"],
  run({ statement, release }) {
    const { manifest } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const sightings = [
      ...(statement === undefined
        ? []
        : statementSightings(statement, manifest.value, release.manifestSha256)),
      ...ownSightings(manifest.value, topFolder(statement, release.top)),
    ];
    const compared =
      statement === undefined ? "agrees with itself; no statement to compare" : "equals the statement";
    return failOr(sightings, pass(MANIFEST_FILE, compared));
  },
};

/** A folder may have been renamed on the medium; then the signed name is the one to judge. */
function topFolder(statement: ReleaseStatement | undefined, top: string): string {
  return statement === undefined
    ? top
    : statement.checksums.name.slice(0, statement.checksums.name.lastIndexOf("/"));
}

/** trust-spec section 3: all but subject, zipSizeBytes and rootVersion are copied from the manifest. */
function statementSightings(
  { predicate, zip }: ReleaseStatement,
  manifest: Manifest,
  manifestSha256: string,
): readonly Sighting[] {
  if (predicate.manifestSha256 !== manifestSha256) {
    const expected = predicate.manifestSha256;
    return [{ problem: "manifest.not-signed", at: MANIFEST_FILE, expected, actual: manifestSha256 }];
  }
  return memberSightings("manifest.statement-differs", MANIFEST_FILE, [
    ["product", predicate.product, manifest.product],
    ["package", predicate.package, manifest.package],
    ["line", predicate.line, manifest.line],
    ["channel", predicate.channel, manifest.channel],
    ["version", predicate.version, manifest.version],
    ["release_counter", predicate.releaseCounter, manifest.releaseCounter],
    ["previous", previousText(predicate.previous), previousText(manifest.previous)],
    ["source_date_epoch", predicate.sourceDateEpoch, manifest.sourceDateEpoch],
    ["expires", predicate.expires, manifest.expires],
    ["zip.profile", predicate.zipProfile, manifest.zip.profile],
    ["release_package", zip.name, manifest.zipName],
  ]);
}

function previousText(previous: PreviousRelease | null): string {
  return previous === null ? "none" : `${previous.version} (manifest ${previous.manifestSha256})`;
}

function ownSightings(manifest: Manifest, top: string): readonly Sighting[] {
  const sightings: Sighting[] = [];
  const { version, channel } = manifest;
  const derived = parseVersion(version)?.channel ?? "none: not a SemVer version";
  if (derived !== channel) {
    const at = place(MANIFEST_FILE, "channel");
    sightings.push({ problem: "manifest.channel-wrong", at, expected: derived, actual: channel });
  }
  if (top !== `v${version}` && !top.endsWith(`-v${version}`)) {
    const expected = `a name that ends with v${version}`;
    sightings.push({ problem: "manifest.top-differs", at: MANIFEST_FILE, expected, actual: top });
  }
  if (manifest.dryRun) {
    const at = place(MANIFEST_FILE, "dry_run");
    sightings.push({ problem: "manifest.dry-run", at, expected: "false", actual: "true" });
  }
  return sightings;
}

const rendering: Check<PackageStage> = {
  id: "manifest.rendering",
  title: "release-evidence.md says what the manifest says",
  needs: ["manifest.readable"],
  run({ release, renderedEvidence }) {
    const at = MANIFEST_MARKDOWN_FILE;
    if (renderedEvidence === undefined) return skip("the manifest cannot be read");
    if (!release.evidenceMarkdown.ok) {
      return fail({ problem: "manifest.page-unreadable", at, actual: release.evidenceMarkdown.reason });
    }
    const actual = release.evidenceMarkdown.value;
    if (actual === renderedEvidence) return pass(at, "the rendering of the manifest");
    const line = firstDifferentLine(renderedEvidence, actual);
    return fail({ problem: "manifest.page-differs", at: `${at}: line ${line.number}`, ...line.texts });
  },
};

const zip: Check<PackageStage> = {
  id: "manifest.zip",
  title: "The zip was made as the manifest says",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    if (release.zip === null) {
      return skip(release.kind === "zip" ? "another tool made the zip" : "a directory has no zip");
    }
    const { method, modifiedEpochSeconds } = release.zip;
    const { zip: recipe, sourceDateEpoch } = manifest.value;
    const sightings = memberSightings("manifest.zip-differs", MANIFEST_FILE, [
      // Empty files are always stored: they tell no method.
      ["zip.method", recipe.method, method ?? recipe.method],
      ...codecMembers(recipe),
      ["source_date_epoch as zip time", zipTime(sourceDateEpoch), formatUtcTime(modifiedEpochSeconds)],
    ]);
    return failOr(sightings, pass(MANIFEST_FILE, `${recipe.method}, ${formatUtcTime(modifiedEpochSeconds)}`));
  },
};

/** `cavra-zip/1` knows one compressor with one level, and none for stored files (trust-spec section 7). */
function codecMembers({ method, codec, level, codecSha256 }: Manifest["zip"]): readonly Member[] {
  const [name, strength] = method === "store" ? ["none", 0] : ["zlib-canonical", 6];
  return [
    ["zip.codec", name, codec],
    ["zip.level", strength, level],
    ["zip.codec_sha256 is known", method !== "store", codecSha256 !== ""],
  ];
}

/** Zip times have a resolution of 2 s (trust-spec section 7). */
function zipTime(epochSeconds: number): string {
  return formatUtcTime(epochSeconds - (epochSeconds % 2));
}

function firstDifferentLine(expected: string, actual: string) {
  const wanted = expected.split("\n");
  const found = actual.split("\n");
  let index = 0;
  while (wanted[index] === found[index]) index += 1;
  return { number: index + 1, texts: { expected: shown(wanted[index]), actual: shown(found[index]) } };
}

function shown(line = "end of the file"): string {
  return line.slice(0, MAX_SHOWN_CHARACTERS);
}

export const manifestChecks: readonly Check<PackageStage>[] = [
  readable,
  agrees,
  zip,
  manifestLayers,
  rendering,
];
