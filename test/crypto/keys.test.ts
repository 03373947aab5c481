import { execFileSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encryptPrivateKey } from "../../src/crypto/encrypted-key.ts";
import { generateKeyPair, readPrivateKey, readPublicKey } from "../../src/crypto/keys.ts";

const random = { salt: Buffer.alloc(16, 7), iv: Buffer.alloc(16, 9) };

const reasonOf = (value: object): unknown => ("reason" in value ? value.reason : undefined);

function encryptedPair(): { readonly pem: string; readonly publicPem: string } {
  const pair = generateKeyPair();
  const pkcs8 = createPrivateKey(pair.privatePem).export({ format: "der", type: "pkcs8" });
  return { pem: encryptPrivateKey(pkcs8, "correct horse", random), publicPem: pair.publicPem };
}

it("encrypts a key so that Node and OpenSSL read it with the passphrase only", () => {
  const { pem, publicPem } = encryptedPair();
  const key = readPrivateKey(pem, "correct horse");
  const publicKey = readPublicKey(publicPem);
  expect("reason" in key || "reason" in publicKey ? "" : key.publicKey.keyId).toBe(
    "reason" in publicKey ? "-" : publicKey.keyId,
  );
  const wrong = readPrivateKey(pem, "wrong");
  expect("reason" in wrong && wrong.reason).toBe("cannot be decrypted with this passphrase");
  const folder = mkdtempSync(join(tmpdir(), "cavra-keys-"));
  try {
    writeFileSync(join(folder, "key.pem"), pem);
    const read = execFileSync(
      "openssl",
      ["pkey", "-in", "key.pem", "-passin", "pass:correct horse", "-pubout"],
      { cwd: folder },
    );
    expect(read.toString()).toBe(publicPem);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("names what is wrong with a key without showing it", () => {
  const { privatePem, publicPem } = generateKeyPair();
  expect(reasonOf(readPublicKey(privatePem))).toBe("is a private key; give the public one");
  expect(
    reasonOf(readPrivateKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", undefined)),
  ).toBe("is not a PKCS#8 PEM private key");
  expect(reasonOf(readPrivateKey(encryptedPair().pem, undefined))).toBe(
    "is encrypted and no passphrase was given",
  );
  expect(reasonOf(readPublicKey(publicPem))).toBeUndefined();
});
