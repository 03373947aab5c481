import { broken, type Parsed } from "../model/parsed.ts";
import { decodeBase64 } from "./base64.ts";
import { parseJson } from "./json.ts";
import { decodePem } from "./pem.ts";
import { closed, integer, oneOf, readShape, shapeProblem, text, type Shape } from "./shape.ts";

/** A private key as cosign keeps it: PKCS#8 in a secret box (NaCl) under a key of scrypt. */
export interface CosignPrivateKey {
  readonly kdf: {
    readonly params: { readonly N: number; readonly r: number; readonly p: number };
    readonly salt: Uint8Array;
  };
  readonly cipher: { readonly nonce: Uint8Array };
  readonly ciphertext: Uint8Array;
}

/** The second is that of cosign 1. */
const LABELS = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"] as const;

const bytes: Shape<Uint8Array> = (value, at) =>
  decodeBase64(text(value, at)) ?? shapeProblem(at, "must be base64");
const shape = closed({
  kdf: closed({
    name: oneOf("scrypt"),
    params: closed({ N: integer(2), r: integer(1), p: integer(1) }),
    salt: bytes,
  }),
  cipher: closed({ name: oneOf("nacl/secretbox"), nonce: bytes }),
  ciphertext: bytes,
});

export function isCosignPrivateKey(content: string): boolean {
  return LABELS.some((label) => content.includes(`-----BEGIN ${label}-----`));
}

export function parseCosignPrivateKey(at: string, content: string): Parsed<CosignPrivateKey> {
  const block = LABELS.map((label) => decodePem(label, content)).find((found) => found !== undefined);
  return block === undefined
    ? broken(at, "is not a whole cosign private key")
    : readShape(parseJson(at, block), shape);
}
