import { createCipheriv, scryptSync } from "node:crypto";
import { encodePem } from "../formats/pem.ts";

/**
 * scrypt cost that both Node and OpenSSL 3 accept when reading (their cap is 32 MiB); about 0.6 s. Node's own encrypted
 * export stops at 2,048 rounds of PBKDF2.
 */
const SCRYPT = { N: 16_384, r: 8, p: 16 } as const;
const KEY_BYTES = 32;
const OID_PBES2 = "06092a864886f70d01050d";
const OID_SCRYPT = "06092b06010401da47040b";
const OID_AES256_CBC = "060960864801650304012a";

/** PKCS#8 EncryptedPrivateKeyInfo (RFC 5958) with PBES2, scrypt (RFC 7914) and AES-256-CBC, as PEM. */
export function encryptPrivateKey(
  pkcs8: Uint8Array,
  passphrase: string,
  random: { readonly salt: Uint8Array; readonly iv: Uint8Array },
): string {
  const key = scryptSync(passphrase, random.salt, KEY_BYTES, { ...SCRYPT, maxmem: 64 * 1024 * 1024 });
  const cipher = createCipheriv("aes-256-cbc", key, random.iv);
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const { N, r, p } = SCRYPT;
  const scryptParameters = sequence(
    octets(random.salt),
    integer(N),
    integer(r),
    integer(p),
    integer(KEY_BYTES),
  );
  const keyDerivation = sequence(Buffer.from(OID_SCRYPT, "hex"), scryptParameters);
  const encryption = sequence(Buffer.from(OID_AES256_CBC, "hex"), octets(random.iv));
  const algorithm = sequence(Buffer.from(OID_PBES2, "hex"), sequence(keyDerivation, encryption));
  return encodePem("ENCRYPTED PRIVATE KEY", sequence(algorithm, octets(ciphertext)));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(bytes: Uint8Array): Uint8Array {
  return tagged(0x04, bytes);
}

function integer(value: number): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  // DER integers are signed: a leading zero keeps a high first bit from meaning "negative".
  return tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
  const { byteLength } = content;
  if (byteLength > 0xffff) throw new RangeError("a DER value of more than 65,535 bytes is not a private key");
  const length =
    byteLength < 0x80
      ? [byteLength]
      : byteLength < 0x100
        ? [0x81, byteLength]
        : [0x82, byteLength >> 8, byteLength & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
