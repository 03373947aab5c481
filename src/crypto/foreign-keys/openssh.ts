import { createDecipheriv } from "node:crypto";
import { pbkdf } from "bcrypt-pbkdf";
import {
  opensshPublicBytes,
  parseOpensshSecret,
  type OpensshPrivateKey,
} from "../../formats/openssh-private-key.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import type { RawPrivateKey } from "./raw-private-key.ts";

/** Bytes of the key, and the name that Node has for it, of the ciphers that ssh-keygen has chosen by itself. */
const CIPHERS: ReadonlyMap<string, { readonly name: string; readonly keyBytes: number }> = new Map(
  [16, 24, 32].flatMap((keyBytes) =>
    ["ctr", "cbc"].map((mode) => {
      const bits = keyBytes * 8;
      return [`aes${bits}-${mode}`, { name: `aes-${bits}-${mode}`, keyBytes }] as const;
    }),
  ),
);
const IV_BYTES = 16;
/** ssh-keygen makes 16 or 24 by itself; each takes some milliseconds. */
const MAX_ROUNDS = 2048;
const MAX_SALT_BYTES = 1024;

/** Opens a key of ssh-keygen; undefined `passphrase`: it is kept without one. */
export function openOpensshKey(
  at: string,
  key: OpensshPrivateKey,
  passphrase: string | undefined,
): Parsed<RawPrivateKey> {
  const unlocked = unlock(at, key, passphrase);
  if (!unlocked.ok) return unlocked;
  const secret = parseOpensshSecret(at, unlocked.value);
  if (!secret.ok) return secret;
  const stated = opensshPublicBytes(key);
  return stated !== undefined && Buffer.compare(stated, secret.value.publicBytes) === 0
    ? secret
    : broken(at, "has a public half that does not belong to it");
}

function unlock(
  at: string,
  { cipher, kdf, locked }: OpensshPrivateKey,
  passphrase: string | undefined,
): Parsed<Uint8Array> {
  if (kdf === undefined) return parsed(at, locked);
  const found = CIPHERS.get(cipher);
  if (found === undefined)
    return broken(at, "is locked with a cipher other than AES in the modes CTR and CBC");
  const { salt, rounds } = kdf;
  if (rounds > MAX_ROUNDS || salt.byteLength > MAX_SALT_BYTES)
    return broken(
      at,
      `asks for more than ${MAX_ROUNDS} rounds of bcrypt, or ${MAX_SALT_BYTES} bytes of salt`,
    );
  const [pass, derived] = [Buffer.from(passphrase ?? ""), new Uint8Array(found.keyBytes + IV_BYTES)];
  const isDerived =
    pbkdf(pass, pass.byteLength, salt, salt.byteLength, derived, derived.byteLength, rounds) === 0;
  if (!isDerived || locked.byteLength % IV_BYTES !== 0)
    return broken(at, "cannot be decrypted with this passphrase");
  const [key, iv] = [derived.subarray(0, found.keyBytes), derived.subarray(found.keyBytes)];
  const decipher = createDecipheriv(found.name, key, iv).setAutoPadding(false);
  return parsed(at, Buffer.concat([decipher.update(locked), decipher.final()]));
}
