import { publicKeyOf, publicKeyPem, rawKeyOf, shortKeyId, type PublicKey } from "../crypto/keys.ts";
import { minisignPublicKey } from "../formats/minisign.ts";
import { allowedSignersLine } from "../formats/sshsig.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import { Failure } from "../model/failure.ts";
import type { TrustRoot, TrustedKey } from "../model/trust-root.ts";

/** A key that people without cavra may check stock copies with (trust-spec section 3). */
export interface KitKey extends Pick<
  TrustedKey,
  "keyId" | "algorithm" | "holder" | "notBefore" | "notAfter"
> {
  /** First 16 digits of the key id: in the names of its files and copies, and what ssh-keygen knows it by. */
  readonly name: string;
}

interface OpenKey extends KitKey {
  readonly publicKey: PublicKey;
}

/**
 * The keys of release members that are neither revoked nor past their end: the tools of the kit would not ask.
 * @param now Seconds since 1970, UTC.
 * @throws Failure "refused" when there is none, or when two share the name of their files.
 */
export function kitKeys(root: TrustRoot, now: number): readonly KitKey[] {
  const releasers = new Set(root.roles.release.flatMap(({ members }) => members));
  const keys = root.keys.filter(
    ({ keyId, notAfter }) =>
      releasers.has(keyId) && !root.revoked.members.includes(keyId) && (parseUtcTime(notAfter) ?? 0) >= now,
  );
  if (keys.length === 0) {
    throw new Failure("refused", "this trust root has no release key that a kit could hold now", {
      hint: "cavra trust rotate --help",
    });
  }
  const named = keys.map((key) => ({ ...key, name: shortKeyId(key.keyId) }));
  if (new Set(named.map(({ name }) => name)).size < named.length)
    throw new Failure("refused", "two release keys begin with the same 16 digits", { at: "keys" });
  return named.map(({ keyId, algorithm, holder, notBefore, notAfter, name }) => {
    return { keyId, algorithm, holder, notBefore, notAfter, name };
  });
}

/** PEM of every key, and what ssh-keygen, minisign and signify read of the Ed25519 ones. Public halves only. */
export function kitKeyFiles(root: TrustRoot, keys: readonly KitKey[]): ReadonlyMap<string, Uint8Array> {
  const opened = keys.map((key) => ({ ...key, publicKey: publicKeyIn(root, key) }));
  const edwards = opened.filter(({ algorithm }) => algorithm === "ed25519");
  const files = [
    ...opened.map(({ name, publicKey }) => [`${name}.pem`, publicKeyPem(publicKey.spki)] as const),
    ...edwards.map(({ name, keyId, publicKey }) => {
      return [`${name}.minisign.pub`, minisignPublicKey(keyId, rawKeyOf(publicKey).bytes)] as const;
    }),
    ...(edwards.length === 0 ? [] : [["allowed_signers", edwards.map(allowedSigner).join("")] as const]),
  ];
  return new Map(files.map(([name, content]) => [name, Buffer.from(content)]));
}

function publicKeyIn({ keys }: TrustRoot, { keyId }: KitKey): PublicKey {
  const spki = keys.find((key) => key.keyId === keyId)?.publicKey ?? "";
  const key = publicKeyOf(Buffer.from(spki, "base64"));
  if ("reason" in key) throw new Error(`a key of a loaded root ${key.reason}`);
  return key;
}

function allowedSigner({ name, holder, publicKey, notBefore, notAfter }: OpenKey): string {
  const entry = allowedSignersLine({
    principal: name,
    publicKey: rawKeyOf(publicKey).bytes,
    validAfter: compactTime(notBefore),
    validBefore: compactTime(notAfter),
  });
  return `# ${holder}\n${entry}`;
}

/** YYYYMMDDHHMMSSZ, as ssh-keygen(1) has it. */
function compactTime(utc: string): string {
  return utc.replaceAll(/[-:T]/g, "");
}
