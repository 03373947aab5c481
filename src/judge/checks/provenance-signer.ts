import { sha256Hex } from "../../crypto/digest.ts";
import type { Check, Outcome, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { Envelope } from "../../model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../model/release-statement.ts";
import type { PackageStage, ProvenanceSignature } from "../stages.ts";
import { fail, memberSightings } from "./comparison.ts";

/** How readers of a signature set say that a file is not there; anything else is a file that cannot be read. */
const MISSING = "is missing";
const ENVELOPE = "provenance.dsse.json";

const ASK_VENDOR =
  "Do not install. Ask your vendor by another way than this medium. What you trust: cavra trust show";

export const provenanceSignerProblems: readonly Problem[] = [
  {
    id: "provenance.unsigned",
    severity: "error",
    title: "the provenance is not signed",
    why: "anyone can write where a file came from; only a builder's signature makes it a statement",
    remedy:
      "Copy the .sigs folder again from where the package came from; if it is the same there, ask your vendor",
  },
  {
    id: "provenance.envelope-malformed",
    severity: "error",
    title: "the signature file of the provenance is not a well-formed envelope",
    why: "a signature that can be read in two ways could be verified in one and used in the other",
    remedy:
      "Copy the .sigs folder again from where the package came from; if it is the same there, ask your vendor",
  },
  {
    id: "provenance.payload-type",
    severity: "error",
    title: "the envelope beside the provenance signs something else",
    why: "a signature over another kind of document must not count for a provenance",
    remedy: ASK_VENDOR,
  },
  {
    id: "provenance.other-release",
    severity: "error",
    title: "the signed provenance is not the one in the package",
    why: "the builder vouched for another release than this one",
    remedy:
      "Copy package and .sigs again, from one and the same release; if it stays, do not install and tell your vendor",
  },
  {
    id: "provenance.builder-unknown",
    severity: "error",
    title: "the provenance names a builder that you do not trust",
    why: "your trust root says which builders may make releases, and this one is not among them",
    remedy: ASK_VENDOR,
  },
  {
    id: "provenance.signature-invalid",
    severity: "error",
    title: "a signature of the builder does not verify",
    why: "the provenance or the signature was changed after signing",
    remedy: "Copy package and .sigs again from the source; if it stays, do not install and tell your vendor",
  },
  {
    id: "provenance.signature-disputed",
    severity: "error",
    title: "two implementations disagree on a signature of the builder",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: ASK_VENDOR,
  },
  {
    id: "provenance.signer-not-trusted",
    severity: "error",
    title: "the provenance is signed by nobody who may sign for its builder",
    why: "a builder that anyone can speak for proves nothing about the build",
    remedy: ASK_VENDOR,
  },
];

export const provenanceSigner: Check<PackageStage> = {
  id: "provenance.signer",
  title: "The provenance is signed by the builder that it names",
  needs: ["provenance.readable"],
  run({ policy, statement, release, provenanceSignature }) {
    const { provenance } = release.documents;
    if (!provenance.ok) return skip("the provenance cannot be read");
    if (provenanceSignature === undefined && statement === undefined)
      return skip("the signatures are not judged");
    if (provenanceSignature === undefined || isMissing(provenanceSignature)) {
      return policy.allowMissingProvenance
        ? skip("the provenance is not signed, and --allow-missing-provenance was given")
        : fail({ problem: "provenance.unsigned", at: ENVELOPE, actual: MISSING });
    }
    const { envelope } = provenanceSignature;
    if (!envelope.ok)
      return fail({ problem: "provenance.envelope-malformed", at: envelope.at, actual: envelope.reason });
    const packaged = release.files.get(provenance.at)?.sha256 ?? "not in the package";
    const wrongBytes = envelopeSightings(envelope.at, envelope.value, packaged);
    return failOr(wrongBytes, builderOutcome(provenance.value.builderId, provenanceSignature));
  },
};

function isMissing({ envelope }: ProvenanceSignature): boolean {
  return !envelope.ok && envelope.reason === MISSING;
}

function envelopeSightings(
  at: string,
  { payloadType, payload }: Envelope,
  packagedSha256: string,
): readonly Sighting[] {
  return [
    ...memberSightings("provenance.payload-type", at, [["payloadType", IN_TOTO_PAYLOAD_TYPE, payloadType]]),
    ...memberSightings("provenance.other-release", at, [
      ["sha256 of the payload", packagedSha256, sha256Hex(payload)],
    ]),
  ];
}

function builderOutcome(
  builderId: string,
  { envelope: { at }, builder, isEndorsed, keyless }: ProvenanceSignature,
): Outcome {
  if (builder === undefined || builder.id !== builderId) {
    return fail({
      problem: "provenance.builder-unknown",
      at,
      expected: "a builder of the trust root",
      actual: builderId,
    });
  }
  const { needed, holders, signers, invalid, disputed, met } = builder.result;
  const bundles = keyless.filter(({ isValid }) => !isValid);
  const forged = [
    ...bundles.flatMap(({ sighting }) => (sighting === undefined ? [] : [sighting])),
    ...invalid
      .filter((id) => bundles.every(({ memberId }) => memberId !== id))
      .map((keyId) => ({ problem: "provenance.signature-invalid", at, actual: `key ${keyId}` })),
    ...disputed.map((keyId) => ({ problem: "provenance.signature-disputed", at, actual: `key ${keyId}` })),
  ];
  const short = {
    problem: "provenance.signer-not-trusted",
    at,
    expected: `${needed} of the builder's holders`,
    actual: `${holders.length}`,
  };
  // A threshold of nothing would be met by nobody.
  const enough = met && needed >= 1 && holders.length >= needed && signers.length >= 1;
  // Root holders who endorse a release name the digest of this very provenance; they grant no build level.
  const evidence = enough ? `signed by ${holders.join(", ")}` : "the release is endorsed by the root holders";
  return failOr(
    [...forged, ...(enough || isEndorsed || forged.length > 0 ? [] : [short])],
    pass(at, evidence),
  );
}
