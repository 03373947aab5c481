import { describe, expect, it } from "vitest";
import { isPrimeOrderKey, rawPublicKey, signEd25519, verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { partingSigner } from "../support/parting-signer.ts";
import { testKey } from "../support/trust.ts";
import { wycheproof } from "../support/wycheproof.ts";

const spkiOf = (raw: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
const key = testKey("release-ada");
const message = Buffer.from("message");

describe("Ed25519", () => {
  it("agrees with every Wycheproof vector", ({ skip }) => {
    const vectors = wycheproof("ed25519_test");
    if (typeof vectors === "string") return skip(vectors);
    const { testGroups } = vectors;
    const wrong = testGroups.flatMap(({ publicKeyDer, tests }) =>
      tests.filter(({ msg, sig, result }) => {
        const spki = Buffer.from(publicKeyDer, "hex");
        // Both implementations alike: "disputed" is neither.
        return verifyEd25519(spki, Buffer.from(msg, "hex"), Buffer.from(sig, "hex")) !== result;
      }),
    );
    expect(testGroups.flatMap(({ tests }) => tests).length).toBeGreaterThan(140);
    expect(wrong.map(({ tcId }) => tcId)).toEqual([]);
  });

  it("accepts its own signature and refuses each flipped bit of it", () => {
    const signature = signEd25519(key.key, message);
    expect(verifyEd25519(key.publicKey.spki, message, signature)).toBe("valid");
    for (let bit = 0; bit < signature.byteLength * 8; bit += 7) {
      const flipped = Uint8Array.from(signature);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyEd25519(key.publicKey.spki, message, flipped)).toBe("invalid");
    }
  });

  it("calls a signature disputed that was built to part verifiers", () => {
    const { publicKey, sign } = partingSigner;
    expect(verifyEd25519(publicKey.spki, message, sign(message))).toBe("disputed");
    expect(verifyEd25519(publicKey.spki, Buffer.from("massage"), sign(message))).toBe("invalid");
  });

  it.each([
    ["the identity", "0100000000000000000000000000000000000000000000000000000000000000"],
    ["a point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["a point of order 8", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"],
    ["a non-canonical encoding", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
  ])("refuses the weak key that is %s, whatever the signature", (_name, hex) => {
    const raw = Buffer.from(hex, "hex");
    const forged = Buffer.concat([Buffer.from("01".padEnd(64, "0"), "hex"), Buffer.alloc(32)]);
    expect(isPrimeOrderKey(raw)).toBe(false);
    expect(verifyEd25519(spkiOf(raw), message, forged)).toBe("invalid");
  });

  it("reads the raw key only out of an exact Ed25519 SPKI", () => {
    expect(rawPublicKey(key.publicKey.spki)).toHaveLength(32);
    expect(rawPublicKey(key.publicKey.spki.subarray(1))).toBeUndefined();
    expect(rawPublicKey(Buffer.concat([key.publicKey.spki, Buffer.from([0])]))).toBeUndefined();
  });
});
