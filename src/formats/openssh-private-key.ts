import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { KeyAlgorithm } from "../model/trust-root.ts";
import { readOpensshKeyBlob } from "./openssh-key.ts";
import { decodePem } from "./pem.ts";
import { wireFields, wireNumber } from "./wire-fields.ts";

/** A private key as ssh-keygen keeps it (OpenSSH, PROTOCOL.key), still locked. */
export interface OpensshPrivateKey {
  /** `none`, or for example `aes256-ctr`. */
  readonly cipher: string;
  /** bcrypt-pbkdf; undefined: the key is kept without passphrase. */
  readonly kdf: { readonly salt: Uint8Array; readonly rounds: number } | undefined;
  /** As SSH writes a public key. */
  readonly publicBlob: Uint8Array;
  /** What {@link parseOpensshSecret} reads once it is decrypted. */
  readonly locked: Uint8Array;
}

/** The secret of a key: the seed of Ed25519 or the number of P-256, 32 bytes, beside the public half that lay with it. */
export interface OpensshSecret {
  readonly algorithm: KeyAlgorithm;
  readonly secret: Uint8Array;
  readonly publicBytes: Uint8Array;
}

const LABEL = "OPENSSH PRIVATE KEY";
const MAGIC = Buffer.from("openssh-key-v1\0");
const SECRET_BYTES = 32;

export function isOpensshPrivateKey(text: string): boolean {
  return text.includes(`-----BEGIN ${LABEL}-----`);
}

export function parseOpensshPrivateKey(at: string, text: string): Parsed<OpensshPrivateKey> {
  const bytes = decodePem(LABEL, text);
  if (bytes === undefined || Buffer.compare(bytes.subarray(0, MAGIC.byteLength), MAGIC) !== 0)
    return broken(at, "is not a whole OpenSSH private key");
  const read = wireFields(bytes.subarray(MAGIC.byteLength), "sssuss");
  const [cipher, kdfName, options, count, publicBlob, locked] = read?.fields ?? [];
  if (publicBlob === undefined || locked === undefined || wireNumber(count) !== 1)
    return broken(at, "is not an OpenSSH private key of one key");
  const name = latin1(cipher);
  if (latin1(kdfName) === "none" && name === "none")
    return parsed(at, { cipher: name, kdf: undefined, publicBlob, locked });
  const kdf = latin1(kdfName) === "bcrypt" ? bcryptOptions(options) : undefined;
  return kdf === undefined
    ? broken(at, "is locked in a way that is not known")
    : parsed(at, { cipher: name, kdf, publicBlob, locked });
}

function bcryptOptions(options: Uint8Array = new Uint8Array()): OpensshPrivateKey["kdf"] {
  const [salt, count] = wireFields(options, "su")?.fields ?? [];
  const rounds = wireNumber(count);
  return salt === undefined || rounds === undefined ? undefined : { salt, rounds };
}

/**
 * Reads what was decrypted. Two equal numbers stand first: with a wrong passphrase they differ. The public half is there a
 * second time, and the padding counts from 1.
 */
export function parseOpensshSecret(at: string, bytes: Uint8Array): Parsed<OpensshSecret> {
  const head = wireFields(bytes, "uu");
  const [first, second] = head?.fields ?? [];
  if (
    head === undefined ||
    first === undefined ||
    second === undefined ||
    Buffer.compare(first, second) !== 0
  )
    return broken(at, "cannot be decrypted with this passphrase");
  const named = wireFields(head.rest, "s");
  const kind = latin1(named?.fields[0]);
  const rest = named?.rest ?? new Uint8Array();
  const secret = kind === "ssh-ed25519" ? edwards(rest) : curve(kind, rest);
  if (secret === undefined) return broken(at, "holds no Ed25519 or P-256 key");
  const padding = wireFields(secret.rest, "s")?.rest;
  if (padding === undefined || padding.some((byte, index) => byte !== index + 1))
    return broken(at, "is damaged behind its key");
  const { algorithm, publicBytes } = secret;
  return parsed(at, { algorithm, secret: secret.secret, publicBytes });
}

/** `rest`: the comment and the padding. */
type Found = OpensshSecret & { readonly rest: Uint8Array };

function edwards(bytes: Uint8Array): Found | undefined {
  const read = wireFields(bytes, "ss");
  const [publicBytes, pair] = read?.fields ?? [];
  if (read === undefined || publicBytes === undefined || pair?.byteLength !== 2 * SECRET_BYTES)
    return undefined;
  if (Buffer.compare(pair.subarray(SECRET_BYTES), publicBytes) !== 0) return undefined;
  return { algorithm: "ed25519", secret: pair.subarray(0, SECRET_BYTES), publicBytes, rest: read.rest };
}

function curve(kind: string, bytes: Uint8Array): Found | undefined {
  const read = kind === "ecdsa-sha2-nistp256" ? wireFields(bytes, "sss") : undefined;
  const [, publicBytes, number] = read?.fields ?? [];
  if (read === undefined || publicBytes === undefined || number === undefined) return undefined;
  // A number has as few bytes as it needs, and one more where its first bit would read as a sign.
  const digits = number[0] === 0 ? number.subarray(1) : number;
  if (digits.byteLength > SECRET_BYTES) return undefined;
  const secret = Buffer.concat([Buffer.alloc(SECRET_BYTES - digits.byteLength), digits]);
  return { algorithm: "ecdsa-p256", secret, publicBytes, rest: read.rest };
}

/** The key in the blob of the public half, for comparison. */
export function opensshPublicBytes({ publicBlob }: OpensshPrivateKey): Uint8Array | undefined {
  return readOpensshKeyBlob(publicBlob)?.bytes;
}

function latin1(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("latin1");
}
