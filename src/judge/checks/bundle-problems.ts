import type { Problem, Severity } from "../../model/finding.ts";

const MAKE_AGAIN = "Do not use the artifact. Fetch artifact and bundle again from where they were published";
const ASK = "Do not use the artifact. Ask its maker, by another way, who signs it";
const TWO_READINGS = "what two tools could read differently can be verified by one and misused by the other";

function problem(
  name: string,
  title: string,
  why: string,
  remedy: string,
  severity: Severity = "error",
): Problem {
  return { id: `bundle.${name}`, severity, title, why, remedy };
}

const reading: readonly Problem[] = [
  problem(
    "too-large",
    "the bundle is larger than any bundle needs to be",
    "a document without a limit can stop the one who reads it",
    MAKE_AGAIN,
  ),
  problem("malformed", "the file is not a Sigstore bundle of version 0.1 to 0.3", TWO_READINGS, MAKE_AGAIN),
  problem(
    "unreadable",
    "a certificate, timestamp or log entry in the bundle cannot be read",
    "what cannot be read cannot be verified",
    MAKE_AGAIN,
  ),
  problem(
    "certificate-malformed",
    "the certificate in the bundle is none, or is followed by other bytes",
    TWO_READINGS,
    MAKE_AGAIN,
  ),
];

const signing: readonly Problem[] = [
  problem(
    "trusted-root-invalid",
    "the Sigstore trusted root cannot be used",
    "without the authorities and logs that you trust, every certificate proves the same: nothing",
    "Get trusted_root.json again from a source that you trust, and give it with --trusted-root FILE",
    "unknown",
  ),
  problem(
    "wrong-signer-kind",
    "the bundle was not signed with the kind of signer that was asked for",
    "a bundle of a certificate says nothing about a key, and the other way round",
    "Ask for what the maker signs with: --key PEM, or --certificate-identity with --certificate-oidc-issuer",
  ),
  problem(
    "key-type",
    "a signature over the artifact itself was made with a key that cannot sign digests",
    "only ECDSA signatures over P-256 and P-384 can be verified from the digest of an artifact",
    "Ask the maker for a bundle with a statement (an attestation), or for an ECDSA key",
  ),
  problem(
    "certificate-untrusted",
    "the certificate does not come from an authority of the trusted root",
    "anyone can issue a certificate with any name in it",
    "Check that the trusted root is the one of the instance that the maker uses; otherwise do not use the artifact",
  ),
  problem(
    "certificate-purpose",
    "the certificate is not one for signing code",
    "an authority may issue certificates to strangers for other purposes",
    ASK,
  ),
  problem(
    "wrong-identity",
    "the certificate does not name exactly the identity that was asked for",
    "anyone can sign as themselves; only the name tells whose signature it is, and a part of a name is another name",
    ASK,
  ),
  problem(
    "wrong-issuer",
    "the identity was not vouched for by the issuer that was asked for",
    "another identity provider may give the same name to somebody else",
    ASK,
  ),
  problem(
    "time-unproven",
    "no trusted time proves that the certificate was in date when it signed",
    "certificates live for minutes; without a proven time a stolen key signs for ever",
    MAKE_AGAIN,
  ),
  problem(
    "time-in-future",
    "the bundle was signed later than this machine's clock",
    "either the clock is wrong, and with it every judgement about time, or the time was invented",
    "Set the clock and verify again",
    "unknown",
  ),
  problem(
    "log-unproven",
    "no log of the trusted root holds this signature",
    "a signature that is in no public log can be kept from the eyes of the one whose name it bears",
    "Check that the trusted root names the log that the maker uses; otherwise do not use the artifact",
  ),
  problem(
    "signature-invalid",
    "the signature is not one of this signer over this content",
    "the content was changed, or somebody else signed it",
    MAKE_AGAIN,
  ),
  problem(
    "signature-disputed",
    "two implementations disagree about the signature",
    "a signature that only some tools accept is made to deceive",
    "Report this with the tool's version, and do not use the artifact",
  ),
];

const content: readonly Problem[] = [
  problem(
    "wrong-payload-type",
    "what was signed is not an in-toto statement",
    "a signature made for one purpose must not count for another",
    ASK,
  ),
  problem("statement-malformed", "the signed statement is not an in-toto statement", TWO_READINGS, ASK),
  problem(
    "wrong-predicate-type",
    "the bundle does not make the kind of statement that was asked for",
    "that a scanner looked at an artifact does not say who built it",
    "Ask for the kind of statement that the maker publishes: --predicate-type URI",
  ),
  problem(
    "wrong-artifact",
    "the bundle is about another artifact",
    "a genuine signature over something else says nothing about this file",
    MAKE_AGAIN,
  ),
  problem(
    "digest-not-comparable",
    "the bundle names its artifact by digests that were not given",
    "equal and different cannot be told apart; SHA-1 and weaker digests do not count",
    "Give the file itself, or its digest in the algorithm that the bundle uses",
  ),
];

/** Words of everything that `verify-bundle` can find. */
export const bundleProblems: readonly Problem[] = [...reading, ...signing, ...content];
