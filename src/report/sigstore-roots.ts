import { fingerprintRows } from "./fingerprint.ts";
import { count } from "./quantity.ts";
import { line, row, span, type Line } from "./span.ts";

/** One Sigstore root that was carried over. */
export interface SigstoreRootFacts {
  readonly source: string;
  readonly logs: readonly string[];
  readonly certificateAuthorities: number;
  readonly timestampAuthorities: number;
}

interface ExportFacts {
  readonly path: string;
  readonly sha256: string;
  readonly roots: readonly SigstoreRootFacts[];
}

export function sigstoreExportLines({ path, sha256, roots }: ExportFacts): readonly Line[] {
  return [
    line([span("wrote ", "good"), `${path}, ${count(roots.length, "Sigstore root")}`]),
    row("SHA-256", sha256),
    ...fingerprintRows(sha256),
    ...roots.flatMap(({ source, logs, certificateAuthorities, timestampAuthorities }) => [
      row("root", source),
      row("", `logs: ${logs.join(", ") || "none"}`),
      row(
        "",
        `authorities: ${count(certificateAuthorities, "certificate authority", "certificate authorities")}, ${timestampAuthorities} for times`,
      ),
    ]),
    line(
      [
        span("next: ", "strong"),
        "compare the digest with somebody who got the roots by another way, then cavra trust add-identity DRAFT --sigstore-root FILE",
      ],
      0,
      6,
    ),
  ];
}

export function sigstoreExportDocument({ path, sha256, roots }: ExportFacts): object {
  return { schema: "cavra.sigstore-export/1", path, sha256, roots };
}
