import type { Artifact, Manifest } from "../model/manifest.ts";
import { formatUtcTime } from "./utc-time.ts";

/**
 * release-evidence.md (trust-spec section 1, L4): the manifest for people. A function of the manifest alone, so that a
 * verifier can render it again and compare the bytes.
 */
export function renderEvidence(manifest: Manifest): string {
  return [
    `# Release evidence: ${manifest.product} ${manifest.version}`,
    "",
    ...factsOf(manifest).map(([name, value]) => `- ${name}: ${code(value)}`),
    "",
    "Rendered from `release-evidence.json`. It proves nothing by itself: verify the package with a trust root that came another way.",
    "",
    "## Targets",
    "",
    ...listed(manifest.targets, code, "No target is declared."),
    "",
    `## Artifacts (${manifest.artifacts.length})`,
    "",
    ...listed(manifest.artifacts, artifactLine, "No artifact is listed."),
    "",
    "## Controls",
    "",
    ...listed(manifest.controls, code, "No control is claimed."),
    "",
  ].join("\n");
}

function factsOf(manifest: Manifest): readonly (readonly [string, string])[] {
  const { previous, expires, source } = manifest;
  return [
    ["Version", manifest.version],
    ["Channel", manifest.channel],
    ["Line", manifest.line],
    ["Release counter", String(manifest.releaseCounter)],
    [
      "Previous release",
      previous === null ? "none" : `${previous.version} sha256:${previous.manifestSha256}`,
    ],
    ["Commit", source.commit],
    ["Ref", source.ref],
    ["Repository", source.repository],
    ["Source date", formatUtcTime(manifest.sourceDateEpoch)],
    ["Expires", expires === null ? "never" : formatUtcTime(expires)],
    ["Dry run", manifest.dryRun ? "yes" : "no"],
    ["Package", manifest.zipName],
    ["Builder", manifest.builderId],
    ["Config SHA-256", manifest.configSha256],
    ["Made by", manifest.tool],
  ];
}

function artifactLine(artifact: Artifact): string {
  const facts = [artifact.kind, artifact.target ?? [], `${artifact.sizeBytes} bytes`].flat();
  return `${code(artifact.path)} ${code(artifact.sha256)} (${facts.join(", ")})`;
}

function listed<T>(items: readonly T[], line: (item: T) => string, none: string): readonly string[] {
  return items.length === 0 ? [none] : items.map((item) => `- ${line(item)}`);
}

/** A code span that the text cannot leave (CommonMark 0.31, section 6.1). */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
