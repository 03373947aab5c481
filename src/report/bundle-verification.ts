import { formatUtcTime } from "../formats/utc-time.ts";
import type { Finding } from "../model/finding.ts";
import type { ArtifactDigests, SigstoreFacts } from "../model/sigstore.ts";
import { findingLines } from "./findings.ts";
import { count } from "./quantity.ts";
import { line, row, span, type Line } from "./span.ts";

/** What `verify-bundle` found of one bundle and one artifact. */
export interface BundleVerificationFacts {
  readonly bundle: string;
  readonly artifact: ArtifactDigests & { readonly name: string };
  /** Who must have signed. */
  readonly signer:
    | { readonly kind: "certificate"; readonly identity: string; readonly issuer: string }
    | { readonly kind: "key"; readonly keyId: string };
  readonly trustedRoot: { readonly path: string; readonly sha256: string } | null;
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: "pass" | "fail" | "skip";
  }[];
  readonly findings: readonly Finding[];
  /** null unless every check passed. */
  readonly proof: SigstoreFacts | null;
}

type BundleVerdict = "PASS" | "FAIL" | "UNKNOWN";

const EXIT_CODES: Readonly<Record<BundleVerdict, number>> = { PASS: 0, FAIL: 1, UNKNOWN: 4 };

/** PASS needs a proof, every check and no finding at all; a doubt alone is UNKNOWN. */
function verdictOf({ proof, checks, findings }: BundleVerificationFacts): BundleVerdict {
  const holds = checks.length > 0 && checks.every(({ status }) => status === "pass");
  if (proof !== null && holds && findings.length === 0) return "PASS";
  return findings.length > 0 && findings.every(({ severity }) => severity === "unknown") ? "UNKNOWN" : "FAIL";
}

export function bundleVerificationExitCode(facts: BundleVerificationFacts): number {
  return EXIT_CODES[verdictOf(facts)];
}

const MEANINGS: Readonly<Record<BundleVerdict, string>> = {
  PASS: "signed by the signer that was asked for",
  FAIL: "do not use it on the word of this bundle",
  UNKNOWN: "nothing was proven",
};

export function bundleVerificationLines(facts: BundleVerificationFacts): readonly Line[] {
  const { bundle, artifact, signer, trustedRoot, proof, findings } = facts;
  const verdict = verdictOf(facts);
  const tone = verdict === "PASS" ? "good" : verdict === "FAIL" ? "bad" : "doubt";
  return [
    line([span(verdict, tone), `  ${artifact.name}: ${MEANINGS[verdict]}`], 0, 2),
    row("bundle", bundle),
    ...(artifact.sha256 === undefined ? [] : [row("SHA-256", artifact.sha256)]),
    ...(signer.kind === "key"
      ? [row("key", signer.keyId)]
      : [row("identity", signer.identity), row("issuer", signer.issuer)]),
    row(
      "trusted root",
      trustedRoot === null ? "none was given" : `${trustedRoot.path}  ${trustedRoot.sha256}`,
    ),
    ...(proof === null ? [] : proofLines(proof)),
    row("not checked", notChecked(facts)),
    ...findingLines(findings),
  ];
}

function proofLines(proof: SigstoreFacts): readonly Line[] {
  const { contentKind, predicateType, signedAt, logEntriesVerified, timestampsVerified, demanded } = proof;
  const [earliest] = signedAt;
  const seen = [
    count(logEntriesVerified, "log entry", "log entries"),
    count(timestampsVerified, "timestamp"),
  ];
  return [
    row("signed", contentKind === "message" ? "the artifact itself" : `a statement: ${predicateType ?? ""}`),
    row("signed at", earliest === undefined ? "no time is proven" : formatUtcTime(earliest)),
    row("verified", seen.join(", ")),
    row("demanded", demanded.length === 0 ? "the signature alone" : demanded.join(", ")),
  ];
}

function notChecked({ proof, trustedRoot }: BundleVerificationFacts): string {
  return [
    ...(proof?.contentKind === "statement" ? ["what the statement says"] : []),
    trustedRoot === null
      ? "logs and timestamps in the bundle (--trusted-root FILE)"
      : "whether the trusted root is the current one: it has no date of its own",
  ].join("; ");
}

export function bundleVerificationDocument(facts: BundleVerificationFacts): object {
  const verdict = verdictOf(facts);
  return { schema: "cavra.bundle-verification/1", verdict, exitCode: EXIT_CODES[verdict], ...facts };
}
