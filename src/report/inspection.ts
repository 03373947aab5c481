import { LAYER_WORDS } from "./creation.ts";
import { formatUtcTime } from "../formats/utc-time.ts";
import type { Finding } from "../model/finding.ts";
import type { LegacyEvidence } from "../model/legacy-package.ts";
import type { Manifest } from "../model/manifest.ts";
import type { SubjectFacts } from "../model/report.ts";
import { findingLines } from "./findings.ts";
import { count, formatBytes } from "./quantity.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** What a package says of itself. Nothing of it is proven. */
export interface InspectionFacts {
  readonly subject: SubjectFacts;
  /** null: the package was not read that far. */
  readonly manifest: Manifest | null;
  /** Only of a package of the existing system. */
  readonly legacy?: LegacyRelease;
  readonly manifestSha256: string | null;
  readonly files: readonly InspectedEntry[];
  /** Key ids on the release envelope, unjudged. */
  readonly signedBy: readonly string[];
  /** Errors and worse; empty: the package agrees with itself. */
  readonly findings: readonly Finding[];
}

/** What a package of the existing system says of itself. */
export interface LegacyRelease extends Pick<
  LegacyEvidence,
  "product" | "version" | "commit" | "ref" | "signer"
> {
  /** `.sig.json` files, each with its own key inside. */
  readonly signatureCount: number;
}

export interface InspectedEntry {
  readonly path: string;
  /** null: packages of the existing system have no layers. */
  readonly layer: number | null;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function inspectionLines({
  subject,
  manifest,
  files,
  signedBy,
  findings,
  ...rest
}: InspectionFacts): readonly Line[] {
  const agreement =
    findings.length === 0 ? "agrees with itself" : `${count(findings.length, "problem")}, below`;
  return [
    line([span("inspected ", "strong"), `${subject.path}; nothing was proven about who made it`]),
    ...(subject.sha256 === null ? [] : [row("SHA-256", subject.sha256)]),
    ...(manifest === null ? [] : manifestLines(manifest, rest.manifestSha256)),
    ...(rest.legacy === undefined ? [] : legacyLines(rest.legacy)),
    row(
      "signed by",
      signedBy.length === 0
        ? "nobody: there is no signature set beside it"
        : `${signedBy.join(", ")} (not judged)`,
    ),
    row("contents", `${count(files.length, "file")}, ${agreement}`),
    emptyLine,
    ...files.map(({ path, layer, mode, sizeBytes, sha256 }) =>
      line(
        [
          `${mode.toString(8).padStart(4, "0")}  ${layer === null ? "" : `L${layer}  `}${formatBytes(sizeBytes).padStart(11)}  `,
          span(sha256.slice(0, 16), "faint"),
          `  ${path}`,
        ],
        2,
        6,
      ),
    ),
    ...(rest.legacy === undefined ? [emptyLine, line([span(LAYER_WORDS, "faint")], 2, 2)] : []),
    ...findingLines(findings),
    emptyLine,
    line(
      [span("next: ", "strong"), "prove it: cavra release verify-airgap-bundle PACKAGE --trust FILE"],
      0,
      6,
    ),
  ];
}

function legacyLines({
  product,
  version,
  ref,
  commit,
  signer,
  signatureCount,
}: LegacyRelease): readonly Line[] {
  return [
    row("release", `${product} ${version}, a package of the system before cavra`),
    row("source", `${ref} ${commit}`),
    row(
      ".sig.json",
      `${count(signatureCount, "file")} of ${signer}, each with its own key inside: they prove nothing`,
    ),
  ];
}

function manifestLines(manifest: Manifest, manifestSha256: string | null): readonly Line[] {
  const { product, version, line: releaseLine, channel, releaseCounter, source, previous } = manifest;
  return [
    row(
      "release",
      `${product} ${version}, line ${releaseLine}, channel ${channel}, counter ${releaseCounter}`,
    ),
    row("release id", manifestSha256 ?? ""),
    row("previous", previous === null ? "none" : `${previous.version} ${previous.manifestSha256}`),
    row("source", `${source.repository} ${source.ref} ${source.commit}`),
    row("made from", `source of ${formatUtcTime(manifest.sourceDateEpoch)}`),
    row("builder", manifest.builderId),
    row("targets", manifest.targets.join(" ")),
    row("controls", manifest.controls.join(" ")),
  ];
}

export function inspectionDocument(facts: InspectionFacts): object {
  return { schema: "cavra.inspection/1", ...facts };
}
