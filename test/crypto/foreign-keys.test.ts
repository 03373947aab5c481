import { createCipheriv, createHash, generateKeyPairSync, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMeantAsPrivate, readForeignKey } from "../../src/crypto/foreign-keys/foreign-key.ts";
import { generateKeyPair, publicKeyPem, rawKeyOf, type PrivateKey } from "../../src/crypto/keys.ts";
import { opensshKeyBlob, opensshPublicKey, wireString } from "../../src/formats/openssh-key.ts";
import { minisignPublicKey } from "../../src/formats/minisign.ts";
import { encodePem } from "../../src/formats/pem.ts";

const ada = generateKeyPair("ed25519");
const bo = generateKeyPair("ed25519");
const cy = generateKeyPair("ecdsa-p256");
const CHECK = Buffer.from("a1b2c3d4");

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/foreign-keys/${name}`, import.meta.url), "utf8");
}

/** The key id, or why there is none. */
function opened(text: string, passphrase?: string): string {
  const key = readForeignKey("key", text);
  if (!key.ok) return key.reason;
  if (key.value.kind === "public") return key.value.publicKey.keyId;
  const privateKey = key.value.open(passphrase);
  return privateKey.ok ? privateKey.value.publicKey.keyId : privateKey.reason;
}

function rawPublic(key: PrivateKey): Uint8Array {
  return rawKeyOf(key.publicKey).bytes;
}

function seedOf({ key }: PrivateKey): Uint8Array {
  return key.export({ format: "der", type: "pkcs8" }).subarray(-32);
}

interface OpensshParts {
  readonly cipher?: string;
  readonly kdf?: string;
  readonly options?: Uint8Array;
  readonly count?: number;
  readonly blob?: Uint8Array;
  readonly pair?: Uint8Array;
  readonly padding?: Uint8Array;
}

/** Ada's key as ssh-keygen would keep it without passphrase, or with something else about it. */
function opensshFile(parts: OpensshParts = {}): string {
  const publicBytes = rawPublic(ada);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(parts.count ?? 1);
  const secret = Buffer.concat([
    CHECK.subarray(0, 4),
    CHECK.subarray(0, 4),
    wireString("ssh-ed25519"),
    wireString(publicBytes),
    wireString(parts.pair ?? Buffer.concat([seedOf(ada), publicBytes])),
    wireString("ada"),
    parts.padding ?? Buffer.from([1, 2, 3]),
  ]);
  const file = [
    Buffer.from("openssh-key-v1\0"),
    wireString(parts.cipher ?? "none"),
    wireString(parts.kdf ?? "none"),
    wireString(parts.options ?? ""),
    count,
    wireString(parts.blob ?? opensshKeyBlob(rawKeyOf(ada.publicKey))),
    wireString(secret),
  ];
  return encodePem("OPENSSH PRIVATE KEY", Buffer.concat(file), 70);
}

function cosignFile(change: (json: { kdf: { params: { N: number } } }) => void): string {
  const [, body = ""] = /-----\n([^-]*)-----END/.exec(fixture("cosign-p256.key")) ?? [];
  const json = JSON.parse(Buffer.from(body, "base64").toString()) as { kdf: { params: { N: number } } };
  change(json);
  return encodePem("ENCRYPTED SIGSTORE PRIVATE KEY", Buffer.from(JSON.stringify(json)));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function bcryptOptions(rounds: number): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(rounds);
  return Buffer.concat([wireString(Buffer.alloc(16, 1)), number]);
}

/** As `minisign -G` keeps a key, but with a cheap scrypt where there is a passphrase. */
function secretFile(pair: Uint8Array, opsLimit = 32_768n, memLimit = 1_048_576n, kdf = "Sc"): string {
  const limits = Buffer.alloc(16);
  limits.writeBigUInt64LE(opsLimit, 0);
  limits.writeBigUInt64LE(memLimit, 8);
  const head = [
    Buffer.from("Ed"),
    Buffer.from(kdf, "latin1"),
    Buffer.from("B2"),
    Buffer.alloc(32, 7),
    limits,
  ];
  const content = Buffer.concat([Buffer.alloc(8, 9), pair, Buffer.alloc(32)]);
  const blob = Buffer.concat([...head, content]).toString("base64");
  return `untrusted comment: minisign secret key\n${blob}\n`;
}

describe("a key of cosign", () => {
  it.each([
    ["cosign-p256", "test passphrase"],
    ["cosign-ed25519", ""],
  ])("%s is opened with its passphrase, and with no other", (name, passphrase) => {
    expect(opened(fixture(`${name}.key`), passphrase)).toBe(opened(fixture(`${name}.pub`)));
    expect(opened(fixture(`${name}.key`), `${passphrase}x`)).toBe("cannot be decrypted with this passphrase");
  });

  it("takes no more memory than cosign asks for", () => {
    const greedy = cosignFile(({ kdf }) => (kdf.params.N = 2 ** 24));
    expect(opened(greedy, "x")).toBe("asks for more memory or time than cosign takes");
    const odd = cosignFile(({ kdf }) => (kdf.params.N = 65_535));
    expect(opened(odd, "x")).toBe("asks for more memory or time than cosign takes");
  });

  it("holds Ed25519 or P-256 and nothing else", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const der = privateKey.export({ format: "der", type: "pkcs8" });
    const [salt, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)];
    const box = xsalsa20poly1305(scryptSync("x", salt, 32, { N: 1024, r: 8, p: 1 }), nonce).encrypt(der);
    const json = {
      kdf: { name: "scrypt", params: { N: 1024, r: 8, p: 1 }, salt: base64(salt) },
      cipher: { name: "nacl/secretbox", nonce: base64(nonce) },
      ciphertext: base64(box),
    };
    const file = encodePem("ENCRYPTED COSIGN PRIVATE KEY", Buffer.from(JSON.stringify(json)));
    expect(opened(file, "x")).toBe("is not an Ed25519 or P-256 key");
  });
});

describe("a key of OpenSSH", () => {
  it("is read, and refused with a public half of somebody else or behind damage", () => {
    const { keyId } = ada.publicKey;
    expect(opened(opensshFile())).toBe(keyId);
    const foreign = "has a public half that does not belong to it";
    expect(opened(opensshFile({ blob: opensshKeyBlob(rawKeyOf(bo.publicKey)) }))).toBe(foreign);
    const swapped = Buffer.concat([seedOf(bo), rawPublic(ada)]);
    expect(opened(opensshFile({ pair: swapped }))).toBe(foreign);
    expect(opened(opensshFile({ padding: Buffer.from([1, 3]) }))).toBe("is damaged behind its key");
    expect(opened(opensshFile({ count: 2 }))).toBe("is not an OpenSSH private key of one key");
  });

  it("is not asked for endless work, nor opened by a cipher that nobody knows", () => {
    const locked = (cipher: string, rounds: number): string =>
      opened(opensshFile({ cipher, kdf: "bcrypt", options: bcryptOptions(rounds) }), "x");
    expect(locked("aes256-ctr", 2 ** 32 - 1)).toContain("asks for more than 2048 rounds");
    expect(locked("aes256-ctr", 0)).toBe("cannot be decrypted with this passphrase");
    expect(locked("aes256-ctr", 1)).toBe("cannot be decrypted with this passphrase");
    expect(locked("3des-cbc", 16)).toContain("a cipher other than AES");
    expect(opened(opensshFile({ cipher: "aes256-ctr", kdf: "scrypt" }), "x")).toBe(
      "is locked in a way that is not known",
    );
  });

  it("with any byte changed is refused, or is the same key", () => {
    const bytes = Buffer.from(opensshFile(), "latin1");
    for (let offset = 0; offset < bytes.byteLength; offset += 1) {
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      const outcome = opened(changed.toString("latin1"));
      expect([ada.publicKey.keyId, outcome].filter((id) => /^[0-9a-f]{64}$/.test(id)).length).toBeLessThan(3);
      if (/^[0-9a-f]{64}$/.test(outcome)) expect(outcome).toBe(ada.publicKey.keyId);
    }
  });
});

describe("a key of minisign", () => {
  const pair = Buffer.concat([seedOf(ada), rawPublic(ada)]);

  it("without passphrase is read, and refused with a public half of somebody else", () => {
    expect(opened(secretFile(pair, 0n, 0n, "\0\0"))).toBe(ada.publicKey.keyId);
    const lying = Buffer.concat([seedOf(ada), rawPublic(bo)]);
    expect(opened(secretFile(lying, 0n, 0n, "\0\0"))).toBe("has a public half that does not belong to it");
  });

  it("under a passphrase is read with it", () => {
    const [name = "", blob = ""] = secretFile(pair).split("\n");
    const file = Buffer.from(blob, "base64");
    const sum = blake2b(Buffer.concat([Buffer.from("Ed"), file.subarray(54, 126)]), { dkLen: 32 });
    file.set(sum, 126);
    const stream = scryptSync("x", Buffer.alloc(32, 7), 104, { N: 1024, r: 8, p: 1 });
    for (const [index, byte] of stream.entries()) file[54 + index] = (file[54 + index] ?? 0) ^ byte;
    const text = `${name}\n${file.toString("base64")}\n`;
    expect(opened(text, "x")).toBe(ada.publicKey.keyId);
    expect(opened(text, "y")).toBe("cannot be decrypted with this passphrase");
  });

  it("is not opened with a wrong passphrase, and takes no more memory than minisign", () => {
    expect(opened(secretFile(pair), "x")).toBe("cannot be decrypted with this passphrase");
    const greedy = secretFile(pair, 2n ** 40n, 2n ** 34n);
    expect(opened(greedy, "x")).toBe("asks for more memory or time than minisign takes");
    const endless = secretFile(pair, 2n ** 50n, 2n ** 20n);
    expect(opened(endless, "x")).toBe("asks for more memory or time than minisign takes");
    expect(opened(secretFile(pair, 0n, 0n, "Xx"), "x")).toBe("is locked in a way that is not known");
  });
});

describe("a key of OpenSSL", () => {
  it.each([
    ["PKCS#8", ada],
    ["PKCS#8 of P-256", cy],
  ])("%s is read, protected or not", (_, { key, publicKey }) => {
    const plain = key.export({ format: "pem", type: "pkcs8" }).toString();
    expect(opened(plain)).toBe(publicKey.keyId);
    const cipher = "aes-256-cbc";
    const locked = key.export({ format: "pem", type: "pkcs8", cipher, passphrase: "x" }).toString();
    expect(opened(locked, "x")).toBe(publicKey.keyId);
    expect(opened(locked, "y")).toBe("cannot be decrypted with this passphrase");
    expect(opened(plain.slice(0, -50))).toBe("is not a whole private key");
  });

  it("is refused when it is of another kind", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const pem = privateKey.export({ format: "pem", type: "sec1" }).toString();
    expect(opened(pem)).toBe("is not an Ed25519 or P-256 key");
  });
});

describe("a public key", () => {
  it.each([ada, cy])("of each tool is the same key", ({ publicKey }) => {
    const raw = rawKeyOf(publicKey);
    expect(opened(publicKeyPem(publicKey.spki))).toBe(publicKey.keyId);
    expect(opened(`${opensshPublicKey(raw)} a comment of two words\n`)).toBe(publicKey.keyId);
    if (raw.algorithm === "ed25519")
      expect(opened(minisignPublicKey(publicKey.keyId, raw.bytes))).toBe(publicKey.keyId);
  });

  it("outside of the prime-order subgroup is refused in each form", () => {
    const bytes = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
    for (const text of [
      opensshPublicKey({ algorithm: "ed25519", bytes }),
      minisignPublicKey("0".repeat(64), bytes),
    ])
      expect(opened(text)).toContain("weak key");
  });

  it("is refused under the name of another kind, or behind more of them", () => {
    const [name, blob] = opensshPublicKey(rawKeyOf(ada.publicKey)).split(" ");
    expect(opened(`ecdsa-sha2-nistp256 ${blob}`)).toContain("is no Ed25519 or P-256 key");
    expect(opened(`${name} ${blob}\n${name} ${blob}\n`)).toContain("is no Ed25519 or P-256 key");
  });
});

describe("any text", () => {
  const sealed = createCipheriv("aes-256-ctr", createHash("sha256").update("x").digest(), Buffer.alloc(16));
  const noise = sealed.update(Buffer.alloc(300)).toString("base64");

  it("is refused without an exception, and called private when it is meant to be", () => {
    const beginnings = [
      "",
      "untrusted comment: x\n",
      "ssh-ed25519 ",
      "-----BEGIN OPENSSH PRIVATE KEY-----\n",
      "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
      "-----BEGIN EC PRIVATE KEY-----\n",
      "-----BEGIN PUBLIC KEY-----\n",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.string(), (beginning, rest) => {
        expect(opened(beginning + rest, "x")).not.toMatch(/^[0-9a-f]{64}$/);
      }),
    );
    expect(opened(encodePem("OPENSSH PRIVATE KEY", Buffer.from(noise, "base64")))).not.toMatch(
      /^[0-9a-f]{64}$/,
    );
    expect(isMeantAsPrivate(opensshFile())).toBe(true);
    expect(isMeantAsPrivate(fixture("cosign-p256.key"))).toBe(true);
    expect(isMeantAsPrivate(fixture("cosign-p256.pub"))).toBe(false);
    expect(isMeantAsPrivate(`untrusted comment: x\n${noise}\n`)).toBe(true);
  });
});
