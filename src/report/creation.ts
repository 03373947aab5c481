import { formatUtcTime } from "../formats/utc-time.ts";
import { goesBack, type ReleasePlan } from "../make/plan.ts";
import { GO_MODULES_FILE } from "../model/layers.ts";
import type { InspectedFile } from "../model/release.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import type { Report } from "../model/report.ts";
import { formatBytes } from "./quantity.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

export const GOES_BACK = "which is not older: validate-upgrade and --previous will refuse the step";
/** What L0 to L5 behind the files mean (trust-spec section 1). */
export const LAYER_WORDS = "L0 to L5 are layers: a document lists the files of the layers below its own.";

/** What `release build --dry-run` prints: what would be made, from what, every output path. */
export function planLines(plan: ReleasePlan): readonly Line[] {
  const { product, source } = plan;
  const width = Math.max(...plan.outputs.map(({ path }) => path.length)) + 2;
  return [
    line([span("plan ", "strong"), `${product.name} ${plan.version}; nothing was made`]),
    row("channel", `${plan.channel}, line ${product.line}, counter ${plan.releaseCounter}`),
    row("previous", previousWords(plan)),
    row("source", `${source.repository} ${source.ref} ${source.commit}`),
    row("time", `${formatUtcTime(plan.sourceDateEpoch)} (SOURCE_DATE_EPOCH)`),
    row("expires", plan.expires === null ? "never" : formatUtcTime(plan.expires)),
    row("builder", plan.builderId),
    emptyLine,
    line([`${plan.outDir}/${plan.zipName}`]),
    line([`${plan.outDir}/${plan.topFolder}/`]),
    ...plan.outputs.map(({ path, madeBy, target, layer }) =>
      line([path.padEnd(width), span(`L${layer}  ${target ?? madeBy}`, "faint")], 2, 4),
    ),
    ...(mayHoldModules(plan)
      ? [line([GO_MODULES_FILE.padEnd(width), span("L0  cavra, if any is of Go", "faint")], 2, 4)]
      : []),
    emptyLine,
    line([span(LAYER_WORDS, "faint")], 2, 2),
    nextLine("the same command without --dry-run"),
  ];
}

function previousWords(plan: ReleasePlan): string {
  const version = plan.previous?.version ?? "none: the first release";
  return goesBack(plan) ? `${version}, ${GOES_BACK}` : version;
}

/** Only the bytes of a file that is taken over say whether Go linked it, and a plan reads none. */
function mayHoldModules({ steps, outputs }: ReleasePlan): boolean {
  const isPlanned = outputs.some(({ path }) => path === GO_MODULES_FILE);
  return !isPlanned && steps.some(({ kind }) => kind === "prebuilt");
}

export function planDocument(plan: ReleasePlan): object {
  const { product, source, outputs, previous } = plan;
  return {
    schema: "cavra.plan/1",
    product: product.name,
    version: plan.version,
    channel: plan.channel,
    line: product.line,
    releaseCounter: plan.releaseCounter,
    previous,
    source: { repository: source.repository, ref: source.ref, commit: source.commit },
    sourceDateEpoch: plan.sourceDateEpoch,
    expires: plan.expires,
    builderId: plan.builderId,
    zip: `${plan.outDir}/${plan.zipName}`,
    folder: `${plan.outDir}/${plan.topFolder}`,
    outputs: outputs.map(({ path, layer, madeBy, target }) => ({ path, layer, madeBy, target })),
  };
}

/** A release that was cut, as the maker sees it. */
export interface CreatedFacts {
  readonly folder: string;
  readonly zip: string;
  readonly product: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly manifestSha256: string;
  readonly zipSizeBytes: number;
  readonly zipSha256: string;
  readonly binaries: readonly (InspectedFile & { readonly target: string })[];
}

export interface SignedFacts {
  readonly statement: ReleaseStatement;
  readonly folders: readonly string[];
  readonly holder: string;
  readonly report: Report;
}

export function createdLines(created: CreatedFacts, signed: SignedFacts | undefined): readonly Line[] {
  return [
    line([
      span("built ", "good"),
      `${created.product} ${created.version}, counter ${created.releaseCounter}`,
    ]),
    row("package", created.folder),
    row("zip", `${created.zip}, ${formatBytes(created.zipSizeBytes)}`),
    row("SHA-256", created.zipSha256),
    row("manifest", created.manifestSha256),
    ...created.binaries.map(binaryLine),
    row("rebuild", "on another machine: cavra release rebuild ZIP --source DIR"),
    ...(signed === undefined
      ? [nextLine("sign it: cavra release sign ZIP --key FILE --trust FILE")]
      : signatureLines(signed)),
  ];
}

function binaryLine({ target, sizeBytes, sha256 }: CreatedFacts["binaries"][number]): Line {
  return line(
    [target.padEnd(16), formatBytes(sizeBytes).padStart(8), "  ", span(sha256.slice(0, 32), "faint"), " ..."],
    2,
    18,
  );
}

export function createdDocument(created: CreatedFacts, signed: SignedFacts | undefined): object {
  const { binaries, ...rest } = created;
  return {
    schema: "cavra.created/1",
    ...rest,
    binaries: binaries.map(({ path, target, sizeBytes, sha256 }) => ({ path, target, sizeBytes, sha256 })),
    signature: signed === undefined ? null : signatureFacts(signed),
  };
}

export function signedLines(signed: SignedFacts): readonly Line[] {
  const { predicate, zip } = signed.statement;
  return [
    line([span("signed ", "good"), `${predicate.product} ${predicate.version} as ${signed.holder}`]),
    row("stream", `${predicate.line}/${predicate.channel}, counter ${predicate.releaseCounter}`),
    row("zip", `${zip.name}, ${formatBytes(predicate.zipSizeBytes)}`),
    row("SHA-256", zip.digest.sha256),
    row("manifest", predicate.manifestSha256),
    ...signatureLines(signed),
  ];
}

export function signedDocument(signed: SignedFacts): object {
  const { zip, predicate } = signed.statement;
  return {
    schema: "cavra.signed/1",
    product: predicate.product,
    version: predicate.version,
    manifestSha256: predicate.manifestSha256,
    zip: { name: zip.name, sha256: zip.digest.sha256 },
    ...signatureFacts(signed),
  };
}

function signatureLines({ folders, report }: SignedFacts): readonly Line[] {
  const { threshold, verdict, findings } = report;
  const counted = `${threshold?.holders ?? 0} of ${threshold?.needed ?? 0} holders`;
  // The first of several holders did nothing wrong: that the others are missing is no FAIL yet.
  const isWaiting = findings.length > 0 && findings.every(({ id }) => id === "release.threshold-not-met");
  const outcome = isWaiting ? "not enough yet" : `${verdict.word}: ${verdict.reason}`;
  return [
    row("signatures", `${counted}; ${outcome}`),
    ...folders.map((folder, index) => row(index === 0 ? "written" : "", folder)),
    nextLine(
      isWaiting
        ? "let the next holder sign the same zip: cavra release sign ZIP --key FILE --trust FILE"
        : "verify as an operator would: cavra release verify-airgap-bundle ZIP --trust FILE",
    ),
  ];
}

function nextLine(words: string): Line {
  return line([span("next: ", "strong"), words], 0, 6);
}

function signatureFacts({ holder, folders, report }: SignedFacts): object {
  return {
    holder,
    folders,
    holders: report.threshold?.holders ?? 0,
    needed: report.threshold?.needed ?? 0,
    verdict: report.verdict.word,
  };
}
