import type { Problem } from "../../model/finding.ts";
import { bundleProblems } from "./bundle-problems.ts";

const ASK_VENDOR =
  "Do not install. Ask your vendor by another way than this medium. What you trust: cavra trust show";
const COPY_AGAIN =
  "Copy package and .sigs again from where they came from; if it stays, do not install and tell your vendor";
const GET_ROOT =
  "Put the Sigstore root that your trust root names by its digest into the .sigs folder; who has it: your vendor, or cavra trust sigstore export";

/** What a bundle of a certificate can be accused of, with what to do about it in a release. */
const OF_BUNDLES: readonly (readonly [name: string, remedy: string])[] = [
  ["malformed", COPY_AGAIN],
  ["unreadable", COPY_AGAIN],
  ["certificate-malformed", COPY_AGAIN],
  ["trusted-root-invalid", ASK_VENDOR],
  ["wrong-signer-kind", ASK_VENDOR],
  ["certificate-untrusted", ASK_VENDOR],
  ["certificate-purpose", ASK_VENDOR],
  ["wrong-identity", ASK_VENDOR],
  ["wrong-issuer", ASK_VENDOR],
  ["time-unproven", COPY_AGAIN],
  ["time-in-future", "Set the clock and verify again; if it stays, do not install"],
  ["log-unproven", ASK_VENDOR],
  ["signature-invalid", COPY_AGAIN],
  ["signature-disputed", ASK_VENDOR],
];

/**
 * Words of what can be wrong with the keyless signature of a member of the trust root. All of them are errors: a bundle
 * under a member's name that does not verify is as much a forgery as a signature under its key id.
 */
export const keylessProblems: readonly Problem[] = [
  ...OF_BUNDLES.flatMap(([name, remedy]) =>
    bundleProblems
      .filter(({ id }) => id === `bundle.${name}`)
      .map((problem): Problem => ({
        ...problem,
        id: `signatures.keyless-${name}`,
        severity: "error",
        remedy,
      })),
  ),
  {
    id: "signatures.keyless-wrong-repository",
    severity: "error",
    title: "the certificate does not name the repository of the trust root",
    why: "names of repositories are given up and taken by others; the id is not",
    remedy: ASK_VENDOR,
  },
  {
    id: "signatures.keyless-other-payload",
    severity: "error",
    title: "a keyless signature is over other bytes than the envelope beside it",
    why: "a genuine signature over another release says nothing about this one",
    remedy: COPY_AGAIN,
  },
  {
    id: "signatures.keyless-root-missing",
    severity: "error",
    title: "the Sigstore root of a keyless signature is not there",
    why: "without the authorities that your trust root chose, every certificate proves the same: nothing",
    remedy: GET_ROOT,
  },
  {
    id: "signatures.keyless-root-differs",
    severity: "error",
    title: "the Sigstore root beside the signatures is not the one that your trust root names",
    why: "whoever chooses the authorities chooses who may sign",
    remedy: GET_ROOT,
  },
];

/** The keyless problem of what the guard around bundles saw. */
export function keylessProblemOf(bundleProblem: string): string {
  return bundleProblem.replace(/^bundle\./, "signatures.keyless-");
}
