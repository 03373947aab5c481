import { sha256Hex } from "../crypto/digest.ts";
import { verifyEd25519 } from "../crypto/ed25519.ts";
import { readPublicKey } from "../crypto/keys.ts";
import type { SignatureVerdict } from "../crypto/signature-verdict.ts";
import { parseLegacySignature } from "../formats/legacy-signature.ts";
import { isLegacySignature, takesLegacySignature } from "../model/layers.ts";
import type { LegacySignature } from "../model/legacy-signature.ts";
import { MAX_LEGACY_SIGNATURES, MAX_LEGACY_SIGNED_BYTES } from "../model/limits.ts";
import { broken, parsed, type Parsed, type ParsedBroken } from "../model/parsed.ts";
import type { InspectedFile } from "../model/release.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { Inspection } from "./inspect-release.ts";
import type { JudgedContainer } from "./open-container.ts";
import type { LegacySignatureReading, LegacyStage } from "./stages.ts";

/**
 * Reads every `.sig.json` of a package and verifies it with the key inside it, which shows that the file was not damaged
 * and nothing else. A file that it signs is read as a whole.
 * @param documents Of the package, as far as they may be parsed.
 */
export function readLegacySignatures(
  container: JudgedContainer,
  files: ReadonlyMap<string, InspectedFile>,
  documents: ReadonlyMap<string, Parsed<Uint8Array>>,
): readonly LegacySignatureReading[] {
  return [...documents]
    .filter(([path]) => isLegacySignature(path))
    .map(([path, bytes], index) => {
      const document = index < MAX_LEGACY_SIGNATURES ? documentOf(path, bytes) : tooMany(path);
      if (!document.ok) return { path, document, key: document, verdict: undefined };
      const key = keyOf(path, document.value);
      const verdict = verdictOf(container, files.get(document.value.subject), document.value, key);
      return { path, document, key, verdict };
    });
}

function documentOf(path: string, bytes: Parsed<Uint8Array>): Parsed<LegacySignature> {
  return bytes.ok ? parseLegacySignature(path, bytes.value) : bytes;
}

function tooMany(path: string): ParsedBroken {
  return broken(path, `is one too many; the limit is ${MAX_LEGACY_SIGNATURES} (limit legacy-signatures)`);
}

/** The stage of a package of ours. @param trust undefined: signatures are not judged. */
export function legacyStageOf(
  { release: { files }, legacySignatures: signatures }: Pick<Inspection, "release" | "legacySignatures">,
  trust: TrustRoot | undefined,
): LegacyStage {
  return { files, signatures, trust, signable: new Set([...files.keys()].filter(takesLegacySignature)) };
}

type SignatureKey = LegacySignatureReading["key"];

function keyOf(at: string, { publicKeyPem }: LegacySignature): SignatureKey {
  const key = readPublicKey(publicKeyPem);
  if ("reason" in key) return broken(at, `public_key_pem ${key.reason}`);
  return key.algorithm === "ed25519"
    ? parsed(at, { ...key, pemSha256: sha256Hex(Buffer.from(publicKeyPem)) })
    : broken(at, "public_key_pem is no Ed25519 key");
}

/** Another file than the one that was signed is not read: its digest has told so much. */
function verdictOf(
  container: JudgedContainer,
  file: InspectedFile | undefined,
  { subjectSha256, signature }: LegacySignature,
  key: SignatureKey,
): SignatureVerdict | undefined {
  if (file?.sha256 !== subjectSha256 || !key.ok || file.sizeBytes > MAX_LEGACY_SIGNED_BYTES) return undefined;
  const reading = container.tryRead(file.path);
  return reading.ok ? verifyEd25519(key.value.spki, reading.bytes, signature) : undefined;
}
