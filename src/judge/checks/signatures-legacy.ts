import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { legacySignatureFile } from "../../model/layers.ts";
import { MAX_LEGACY_SIGNED_BYTES } from "../../model/limits.ts";
import type { LegacySignature } from "../../model/legacy-signature.ts";
import type { InspectedFile, Release } from "../../model/release.ts";
import type { LegacySignatureReading, LegacyStage } from "../stages.ts";
import { memberSightings } from "./comparison.ts";

const COPY_AGAIN =
  "Copy the package again from where it came from; if it fails again, do not install it and ask your vendor by another way";
const ASK_MAKER =
  "Do not install it; ask the maker for a release whose signature files are those of its files";

export const legacySignatureProblems: readonly Problem[] = [
  {
    id: "signatures.legacy-malformed",
    severity: "error",
    title: "a .sig.json file in the package cannot be read",
    why: "readers of the system before cavra take these files for signatures, and two of them may read it differently",
    remedy: COPY_AGAIN,
  },
  {
    id: "signatures.legacy-stray",
    severity: "error",
    title: "a .sig.json file stands beside no file that it could sign",
    why: "a signature over a file that is gone, or that may not have one, is left over from another release",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-relabelled",
    severity: "error",
    title: "a .sig.json file names another file than the one that it stands beside",
    why: "only raw bytes are signed, no names: a signature that was moved would vouch for the wrong file",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-other-bytes",
    severity: "error",
    title: "a .sig.json file is over other bytes than its file has",
    why: "the file or its signature belongs to another release",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-key-unusable",
    severity: "error",
    title: "the key in a .sig.json file is none, or not the one that the file names",
    why: "a weak key verifies everything, and a digest that is not that of the key was made to mislead",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-invalid",
    severity: "error",
    title: "a signature in a .sig.json file does not verify under the key inside it",
    why: "the file or the signature was changed after signing",
    remedy: COPY_AGAIN,
  },
  {
    id: "signatures.legacy-disputed",
    severity: "error",
    title: "two implementations disagree on a signature in a .sig.json file",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: COPY_AGAIN,
  },
  {
    id: "signatures.legacy-unverified",
    severity: "error",
    title: "a file is too large for its .sig.json to be verified",
    why: "a signature that nobody can verify here would be taken for one that was",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-keys-differ",
    severity: "error",
    title: "the .sig.json files of one package carry different keys",
    why: "one release is signed by one signer; a file with a key of its own was signed by somebody else",
    remedy: ASK_MAKER,
  },
  {
    id: "signatures.legacy-missing",
    severity: "error",
    title: "a file has no .sig.json while others have",
    why: "readers of the system before cavra ask for a signature on every artifact; this one was taken away or added later",
    remedy: ASK_MAKER,
  },
];

/** trust-spec section 1, L4: what readers of the existing system see must hold together; it never adds trust. */
export const legacySignatures: Check<LegacyStage> = {
  id: "signatures.legacy",
  title: "Every .sig.json is the signature of the file beside it, whoever made it",
  run({ signatures, files, signable }) {
    const [first] = signatures;
    if (first === undefined) return skip("there are no .sig.json files");
    const sightings = [
      ...signatures.flatMap((reading) => readingSightings(reading, files, signable)),
      ...keySightings(signatures),
      ...missingSightings(files, signable),
    ];
    const seen = `${signatures.length} verify under the key that travels with them, which proves nothing about who signed`;
    return failOr(sightings, pass(first.path, seen));
  },
};

function readingSightings(
  reading: LegacySignatureReading,
  files: Release["files"],
  signable: LegacyStage["signable"],
): readonly Sighting[] {
  const { path: at, document } = reading;
  if (!document.ok) return [{ problem: "signatures.legacy-malformed", at, actual: document.reason }];
  const beside = at.slice(0, -legacySignatureFile("").length);
  const file = files.get(beside);
  if (file === undefined || !signable.has(beside)) {
    return [
      { problem: "signatures.legacy-stray", at, expected: `no such file, or a file ${beside} that it signs` },
    ];
  }
  const { subject, subjectSha256 } = document.value;
  if (subject !== beside) {
    return [{ problem: "signatures.legacy-relabelled", at, expected: beside, actual: subject }];
  }
  return [
    ...usableKeySightings(reading, document.value),
    ...(subjectSha256 === file.sha256
      ? verdictSightings(reading, file)
      : memberSightings("signatures.legacy-other-bytes", at, [
          ["subject_sha256", file.sha256, subjectSha256],
        ])),
  ];
}

function usableKeySightings(
  { path: at, key }: LegacySignatureReading,
  { publicKeyPemSha256 }: LegacySignature,
): readonly Sighting[] {
  const problem = "signatures.legacy-key-unusable";
  if (!key.ok) return [{ problem, at, actual: key.reason }];
  return memberSightings(problem, at, [["public_key_sha256", key.value.pemSha256, publicKeyPemSha256]]);
}

function verdictSightings(
  { path: at, key, verdict }: LegacySignatureReading,
  { sizeBytes }: InspectedFile,
): readonly Sighting[] {
  if (!key.ok || verdict === "valid") return [];
  if (verdict !== undefined) return [{ problem: `signatures.legacy-${verdict}`, at }];
  const expected = `a file of at most ${MAX_LEGACY_SIGNED_BYTES} bytes (limit legacy-signed-size)`;
  return [{ problem: "signatures.legacy-unverified", at, expected, actual: `${sizeBytes} bytes` }];
}

function keySightings(signatures: readonly LegacySignatureReading[]): readonly Sighting[] {
  const keys = signatures.flatMap(({ path, key }) => (key.ok ? [{ path, keyId: key.value.keyId }] : []));
  const [first] = keys;
  return keys
    .filter(({ keyId }) => keyId !== first?.keyId)
    .map(({ path, keyId }) => ({
      problem: "signatures.legacy-keys-differ",
      at: path,
      expected: `key ${first?.keyId ?? ""}`,
      actual: `key ${keyId}`,
    }));
}

function missingSightings(files: Release["files"], signable: LegacyStage["signable"]): readonly Sighting[] {
  return [...files.keys()]
    .filter((path) => signable.has(path) && !files.has(legacySignatureFile(path)))
    .map((at) => ({ problem: "signatures.legacy-missing", at, expected: legacySignatureFile(at) }));
}
