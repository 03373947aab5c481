import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generateKeyPair } from "../../src/crypto/keys.ts";
import { derOfP1363, signP256, verifyP256 } from "../../src/crypto/p256.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { wycheproof, type TestGroup } from "../support/wycheproof.ts";

const message = Buffer.from("message");
const { key, publicKey } = generateKeyPair("ecdsa-p256");
const { spki } = publicKey;

/** Ids of the vectors on which we differ; "disputed" is neither of their two words. */
function differing(
  groups: readonly TestGroup[],
  derOf: (signature: Buffer) => Uint8Array,
): readonly number[] {
  return groups.flatMap(({ publicKeyDer, tests }) =>
    tests
      .filter(({ msg, sig, result }) => {
        const signature = derOf(Buffer.from(sig, "hex"));
        return verifyP256(Buffer.from(publicKeyDer, "hex"), Buffer.from(msg, "hex"), signature) !== result;
      })
      .map(({ tcId }) => tcId),
  );
}

describe("ECDSA P-256", () => {
  it.for<[string, number, (signature: Buffer) => Uint8Array]>([
    ["ecdsa_secp256r1_sha256_test", 484, (signature) => signature],
    ["ecdsa_secp256r1_sha256_p1363_test", 262, (signature) => derOfP1363(signature) ?? new Uint8Array()],
  ])(
    "agrees with every vector of Wycheproof %s, by both implementations",
    ([name, count, derOf], { skip }) => {
      const vectors = wycheproof(name);
      if (typeof vectors === "string") return skip(vectors);
      expect(vectors.testGroups.flatMap(({ tests }) => tests)).toHaveLength(count);
      expect(differing(vectors.testGroups, derOf)).toEqual([]);
    },
  );

  it("accepts its own signature, in memory and in pieces, and refuses each flipped bit of it", () => {
    const signature = signP256(key, message);
    expect(verifyP256(spki, message, signature)).toBe("valid");
    const big = Buffer.alloc(2_500_000, "cavra");
    expect(verifyP256(spki, big, signP256(key, bufferSource(big)))).toBe("valid");
    expect(verifyP256(spki, bufferSource(big), signP256(key, big))).toBe("valid");
    for (let bit = 0; bit < signature.byteLength * 8; bit += 5) {
      const flipped = Uint8Array.from(signature);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyP256(spki, message, flipped)).toBe("invalid");
    }
  });

  it("accepts both values of s, and no second encoding", () => {
    const raw = sign("sha256", message, { key, dsaEncoding: "ieee-p1363" });
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const other = (order - BigInt(`0x${raw.subarray(32).toString("hex")}`)).toString(16).padStart(64, "0");
    const twin = Buffer.concat([raw.subarray(0, 32), Buffer.from(other, "hex")]);
    for (const scalars of [raw, twin]) {
      const der = derOfP1363(scalars) ?? new Uint8Array();
      expect(verifyP256(spki, message, der)).toBe("valid");
      expect(verifyP256(spki, message, scalars)).toBe("invalid");
      expect(verifyP256(spki, message, Buffer.concat([der, Buffer.from([0])]))).toBe("invalid");
    }
    expect(derOfP1363(raw.subarray(1))).toBeUndefined();
  });

  it("takes no key of another curve or algorithm", () => {
    const ed25519 = generateKeyPair("ed25519").publicKey.spki;
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey;
    for (const other of [ed25519, p384.export({ format: "der", type: "spki" })])
      expect(verifyP256(other, message, signP256(key, message))).toBe("invalid");
  });
});
