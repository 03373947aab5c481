import { createPrivateKey } from "node:crypto";
import { isCosignPrivateKey, parseCosignPrivateKey } from "../../formats/cosign-key.ts";
import { isMinisignFile, parseMinisignSecretKey, readMinisignPublicKey } from "../../formats/minisign-key.ts";
import { readOpensshPublicKey } from "../../formats/openssh-key.ts";
import { isOpensshPrivateKey, parseOpensshPrivateKey } from "../../formats/openssh-private-key.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import { privateKeyOf, publicKeyOfRaw, readPublicKey, type PrivateKey, type PublicKey } from "../keys.ts";
import { openCosignKey } from "./cosign.ts";
import { openMinisignKey } from "./minisign.ts";
import { openOpensshKey } from "./openssh.ts";
import { privateKeyOfRaw, type RawPrivateKey } from "./raw-private-key.ts";

/** A key in the format of another tool. */
export type ForeignKey =
  | ForeignPrivateKey
  | { readonly kind: "public"; readonly tool: string; readonly publicKey: PublicKey };

export interface ForeignPrivateKey {
  readonly kind: "private";
  readonly tool: string;
  /** Whether `open` needs a passphrase. */
  readonly isLocked: boolean;
  readonly open: (passphrase: string | undefined) => Parsed<PrivateKey>;
}

const PEM_PRIVATE_KEY = /-----BEGIN (?:ENCRYPTED |EC )?PRIVATE KEY-----/;
const PEM_LOCKED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Whether a text is meant to hold a private key: such a file is read only if it is its owner's alone. */
export function isMeantAsPrivate(text: string): boolean {
  return (
    text.includes("PRIVATE KEY-----") || (isMinisignFile(text) && readMinisignPublicKey(text) === undefined)
  );
}

/**
 * Reads a key of ssh-keygen, minisign, signify (public only), cosign or OpenSSL. The reasons never contain key material.
 * @param text The whole file.
 */
export function readForeignKey(at: string, text: string): Parsed<ForeignKey> {
  if (isOpensshPrivateKey(text)) return opensshKey(at, text);
  if (isCosignPrivateKey(text)) return cosignKey(at, text);
  if (PEM_PRIVATE_KEY.test(text)) return parsed(at, pemKey(at, text));
  if (isMeantAsPrivate(text) && isMinisignFile(text)) return minisignKey(at, text);
  return publicForeignKey(at, text);
}

function opensshKey(at: string, text: string): Parsed<ForeignKey> {
  const key = parseOpensshPrivateKey(at, text);
  if (!key.ok) return key;
  const open = (passphrase: string | undefined): Parsed<PrivateKey> =>
    whole(at, openOpensshKey(at, key.value, passphrase));
  return parsed(at, { kind: "private", tool: "OpenSSH", isLocked: key.value.kdf !== undefined, open });
}

function minisignKey(at: string, text: string): Parsed<ForeignKey> {
  const key = parseMinisignSecretKey(at, text);
  if (!key.ok) return key;
  const open = (passphrase: string | undefined): Parsed<PrivateKey> =>
    whole(at, openMinisignKey(at, key.value, passphrase));
  return parsed(at, { kind: "private", tool: "minisign", isLocked: key.value.kdf !== undefined, open });
}

function cosignKey(at: string, text: string): Parsed<ForeignKey> {
  const key = parseCosignPrivateKey(at, text);
  if (!key.ok) return key;
  const open = (passphrase: string | undefined): Parsed<PrivateKey> =>
    openCosignKey(at, key.value, passphrase ?? "");
  return parsed(at, { kind: "private", tool: "cosign", isLocked: true, open });
}

function pemKey(at: string, text: string): ForeignKey {
  const isLocked = PEM_LOCKED.test(text);
  const open = (passphrase = ""): Parsed<PrivateKey> => {
    try {
      const key = privateKeyOf(createPrivateKey(isLocked ? { key: text, passphrase } : { key: text }));
      return "reason" in key ? broken(at, key.reason) : parsed(at, key);
    } catch {
      return broken(at, isLocked ? "cannot be decrypted with this passphrase" : "is not a whole private key");
    }
  };
  return { kind: "private", tool: "OpenSSL", isLocked, open };
}

function whole(at: string, raw: Parsed<RawPrivateKey>): Parsed<PrivateKey> {
  return raw.ok ? privateKeyOfRaw(at, raw.value) : raw;
}

function publicForeignKey(at: string, text: string): Parsed<ForeignKey> {
  const found = publicKeyIn(text);
  if (found === undefined)
    return broken(at, "is no Ed25519 or P-256 key of OpenSSH, minisign, cosign or OpenSSL");
  const { tool, key } = found;
  return "reason" in key ? broken(at, key.reason) : parsed(at, { kind: "public", tool, publicKey: key });
}

function publicKeyIn(
  text: string,
): { readonly tool: string; readonly key: ReturnType<typeof readPublicKey> } | undefined {
  const [openssh, minisign] = [readOpensshPublicKey(text), readMinisignPublicKey(text)];
  if (openssh !== undefined) return { tool: "OpenSSH", key: publicKeyOfRaw(openssh) };
  if (isMinisignFile(text) && minisign !== undefined)
    return { tool: "minisign", key: publicKeyOfRaw({ algorithm: "ed25519", bytes: minisign }) };
  return text.includes("-----BEGIN PUBLIC KEY-----")
    ? { tool: "OpenSSL", key: readPublicKey(text) }
    : undefined;
}
