import { createPrivateKey } from "node:crypto";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import type { CosignPrivateKey } from "../../formats/cosign-key.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import { privateKeyOf, type PrivateKey } from "../keys.ts";
import { scryptKey } from "./scrypt.ts";

const BOX_KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** Opens a key of cosign; its passphrase may be empty. */
export function openCosignKey(
  at: string,
  { kdf, cipher, ciphertext }: CosignPrivateKey,
  passphrase: string,
): Parsed<PrivateKey> {
  const boxKey = scryptKey(passphrase, kdf.salt, BOX_KEY_BYTES, kdf.params);
  if (boxKey === undefined) return broken(at, "asks for more memory or time than cosign takes");
  if (cipher.nonce.byteLength !== NONCE_BYTES) return broken(at, "is damaged");
  try {
    const der = xsalsa20poly1305(boxKey, cipher.nonce).decrypt(ciphertext);
    const key = privateKeyOf(createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }));
    return "reason" in key ? broken(at, key.reason) : parsed(at, key);
  } catch {
    return broken(at, "cannot be decrypted with this passphrase");
  }
}
