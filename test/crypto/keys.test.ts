import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encryptPrivateKey } from "../../src/crypto/encrypted-key.ts";
import { generateKeyPair, publicKeyPem, readPrivateKey, readPublicKey } from "../../src/crypto/keys.ts";
import { p256Point } from "../../src/crypto/p256.ts";
import { encodePem } from "../../src/formats/pem.ts";
import type { KeyAlgorithm } from "../../src/model/trust-root.ts";

const ALGORITHMS: readonly KeyAlgorithm[] = ["ed25519", "ecdsa-p256"];
const random = { salt: Buffer.alloc(16, 7), iv: Buffer.alloc(16, 9) };

const reasonOf = (value: object): unknown => ("reason" in value ? value.reason : undefined);

function encryptedPair(algorithm: KeyAlgorithm): { readonly pem: string; readonly publicPem: string } {
  const { key, publicKey } = generateKeyPair(algorithm);
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  return {
    pem: encryptPrivateKey(pkcs8, "correct horse", random),
    publicPem: publicKeyPem(publicKey.spki),
  };
}

it.each(ALGORITHMS)(
  "encrypts an %s key so that Node and OpenSSL read it with the passphrase only",
  (algorithm) => {
    const { pem, publicPem } = encryptedPair(algorithm);
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
  },
);

it("names what is wrong with a key without showing it", () => {
  const { key, publicKey } = generateKeyPair("ed25519");
  const privatePem = key.export({ format: "pem", type: "pkcs8" }).toString();
  const publicPem = publicKeyPem(publicKey.spki);
  expect(reasonOf(readPublicKey(privatePem))).toBe("is a private key; give the public one");
  expect(
    reasonOf(readPrivateKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", undefined)),
  ).toBe("is not a PKCS#8 PEM private key");
  expect(reasonOf(readPrivateKey(encryptedPair("ed25519").pem, undefined))).toBe(
    "is encrypted and no passphrase was given",
  );
  expect(reasonOf(readPublicKey(publicPem))).toBeUndefined();
});

it.each<[string, () => KeyObject]>([
  ["RSA", () => generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey],
  ["P-384", () => generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey],
  ["X25519", () => generateKeyPairSync("x25519").publicKey],
  ["Ed448", () => generateKeyPairSync("ed448").publicKey],
])("takes no %s key", (_name, make) => {
  const pem = make().export({ format: "pem", type: "spki" }).toString();
  expect(reasonOf(readPublicKey(pem))).toBe("is not an Ed25519 or P-256 key in its canonical encoding");
});

const read = (der: Uint8Array): unknown => reasonOf(readPublicKey(encodePem("PUBLIC KEY", der)));

describe("another encoding of a key", () => {
  const { key, publicKey } = generateKeyPair("ecdsa-p256");
  const point = p256Point(publicKey.spki) ?? new Uint8Array();

  it("is not one: a point that is compressed, hybrid or off the curve", () => {
    const [head, y] = [Buffer.from(publicKey.spki.subarray(0, 26)), point.subarray(33)];
    const sign = (y.at(-1) ?? 0) & 1;
    const compressed = Buffer.concat([
      Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex"),
      Buffer.from([2 + sign]),
      point.subarray(1, 33),
    ]);
    expect(
      createPublicKey({ key: compressed, format: "der", type: "spki" }).equals(createPublicKey(key)),
    ).toBe(true);
    expect(read(compressed)).toMatch(/canonical/);
    expect(read(Buffer.concat([head, Buffer.from([6 + sign]), point.subarray(1)]))).toMatch(/canonical/);
    const off = Uint8Array.from(publicKey.spki);
    off[90] = (off[90] ?? 0) ^ 1;
    expect(read(off)).toBe("is not a key (its point is not on the curve)");
    const infinite = Buffer.concat([head, Buffer.from([4]), Buffer.alloc(64)]);
    expect(read(infinite)).toBe("is not a key (its point is not on the curve)");
  });

  it("is not one: explicit curve parameters, BER lengths, bytes behind", ({ skip }) => {
    expect(read(Buffer.concat([publicKey.spki, Buffer.from([0])]))).toMatch(/canonical/);
    const long = Buffer.concat([Buffer.from([0x30, 0x81, 0x59]), publicKey.spki.subarray(2)]);
    expect(read(long)).toMatch(/canonical/);
    const argv = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] as const;
    const made = spawnSync("openssl", [...argv, "-pkeyopt", "ec_param_enc:explicit"], { encoding: "utf8" });
    if (made.status !== 0) skip("no openssl");
    expect(reasonOf(readPrivateKey(made.stdout, undefined))).toBeDefined();
  });

  it("is not one: PEM with a second block, headers, or base64 with slack bits", () => {
    const pem = publicKeyPem(publicKey.spki);
    expect(reasonOf(readPublicKey(`a comment\n${pem}and another\n`))).toBeUndefined();
    expect(reasonOf(readPublicKey(pem.replaceAll("\n", "\r\n")))).toBeUndefined();
    for (const other of [
      pem + pem,
      pem.replace("KEY-----\n", "KEY-----\nProc-Type: 4\n\n"),
      pem.replace(/.==\n/, "B==\n"),
      pem.replace("-----END PUBLIC KEY-----", ""),
    ])
      expect(reasonOf(readPublicKey(other))).toBe("is not an SPKI PEM public key");
  });
});
