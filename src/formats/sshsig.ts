import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { opensshKeyBlob, opensshPublicKey, wireString } from "./openssh-key.ts";
import { decodePem, encodePem } from "./pem.ts";

/** OpenSSH PROTOCOL.sshsig, narrowed to Ed25519 and SHA-512 (trust-spec section 3). */
export interface SshSignature {
  /** Of one kind of file: a signature for one namespace says nothing in another. */
  readonly namespace: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over {@link sshSignedBytes}. */
  readonly signature: Uint8Array;
}

export const ZIP_NAMESPACE = "cavra-zip-v1";
export const CHECKSUMS_NAMESPACE = "cavra-checksums-v1";

const MAGIC = Buffer.from("SSHSIG");
const VERSION = Buffer.from([0, 0, 0, 1]);
const HASH = "sha512";
const LABEL = "SSH SIGNATURE";
const LINE_LETTERS = 70;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Magic, version, and in the length of the key's blob its name and the length of the key itself. */
const KEY_START = MAGIC.byteLength + VERSION.byteLength + 4 + wireString("ssh-ed25519").byteLength + 4;

/** What is signed for a file of this SHA-512: only its digest, so the file may be of any size. */
export function sshSignedBytes(namespace: string, sha512: Uint8Array): Uint8Array {
  return Buffer.concat([MAGIC, wireString(namespace), wireString(""), wireString(HASH), wireString(sha512)]);
}

export function writeSshSignature(signature: SshSignature): Uint8Array {
  return Buffer.from(encodePem(LABEL, blob(signature), LINE_LETTERS));
}

/** Reads a signature for this namespace. Each has one form: exactly what ssh-keygen writes for its key and signature. */
export function parseSshSignature(at: string, bytes: Uint8Array, namespace: string): Parsed<SshSignature> {
  const decoded = decodePem(LABEL, Buffer.from(bytes).toString("latin1")) ?? new Uint8Array();
  const signature = {
    namespace,
    publicKey: decoded.subarray(KEY_START, KEY_START + KEY_BYTES),
    signature: decoded.subarray(-SIGNATURE_BYTES),
  };
  return Buffer.compare(writeSshSignature(signature), bytes) === 0
    ? parsed(at, signature)
    : broken(at, `is not an SSH signature by an Ed25519 key for the namespace ${namespace}`);
}

function blob({ namespace, publicKey, signature }: SshSignature): Uint8Array {
  return Buffer.concat([
    MAGIC,
    VERSION,
    wireString(opensshKeyBlob({ algorithm: "ed25519", bytes: publicKey })),
    wireString(namespace),
    wireString(""),
    wireString(HASH),
    wireString(Buffer.concat([wireString("ssh-ed25519"), wireString(signature)])),
  ]);
}

export interface AllowedSigner {
  /** Whom `ssh-keygen -Y verify -I` names; no blanks, commas or pattern letters. */
  readonly principal: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** YYYYMMDDHHMMSSZ; OpenSSH before 9.1 reads times without the Z only, in its own zone. */
  readonly validAfter?: string;
  readonly validBefore?: string;
}

/** A line of `allowed_signers` (ssh-keygen(1)) for the two namespaces of stock copies. */
export function allowedSignersLine({ principal, publicKey, validAfter, validBefore }: AllowedSigner): string {
  const options = [
    `namespaces="${CHECKSUMS_NAMESPACE},${ZIP_NAMESPACE}"`,
    ...(validAfter === undefined ? [] : [`valid-after="${validAfter}"`]),
    ...(validBefore === undefined ? [] : [`valid-before="${validBefore}"`]),
  ];
  const key = opensshPublicKey({ algorithm: "ed25519", bytes: publicKey });
  return `${principal} ${options.join(",")} ${key}\n`;
}
