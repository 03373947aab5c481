import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestSet } from "../../src/crypto/digest.ts";
import { generateKeyPair, type PrivateKey } from "../../src/crypto/keys.ts";
import { pieces, type SignedBytes } from "../../src/crypto/signed-bytes.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { keySigner, type Signer } from "../../src/crypto/signer.ts";
import { parseChecksums, writeChecksums } from "../../src/formats/checksums.ts";
import { preAuthenticationEncoding } from "../../src/formats/dsse.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { signatureSet, signPayload } from "../../src/make/sign.ts";
import { stockCopies } from "../../src/make/stock-copies.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { ada, checksums, cy, release, zip } from "../support/stock-copies.ts";
import { testTrustRoot } from "../support/trust.ts";

// What a key of a trust root signs, taken down while it signs, and what it could be taken for.

interface Taken {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

function whole(message: SignedBytes): Uint8Array {
  return Buffer.concat([...pieces(message)]);
}

/** Everything that a key signs for a release and a root. */
async function everythingSignedBy(key: PrivateKey): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  const plain = keySigner(key);
  const signer: Signer = {
    publicKey: key.publicKey,
    sign: async (message) => {
      const signature = await plain.sign(message);
      taken.push({ message: whole(message), signature });
      return signature;
    },
  };
  const copies = await stockCopies({
    ...release,
    signer,
    checksums,
    zip: bufferSource(zip),
    zipDigest: digestSet(zip),
  });
  const [statement, provenance] = [Buffer.from('{"a":1}'), Buffer.from('{"b":2}')];
  const existing = { release: undefined, provenance: undefined };
  await signatureSet({ statement, provenance, copies, existing, signer });
  await signPayload("root", writeTrustRoot(testTrustRoot()), TRUST_ROOT_PAYLOAD_TYPE, undefined, signer);
  return taken;
}

const DIGEST_BYTES = 64;

/** The message spaces (trust-spec, preamble), each recognised by nothing but the bytes. */
const SPACES: Readonly<Record<string, (message: Uint8Array) => boolean>> = {
  "DSSE PAE": isPae,
  SSHSIG: (message) => latin1(message).startsWith("SSHSIG"),
  "digest of minisign": (message) => message.byteLength === DIGEST_BYTES,
  "comment of minisign": (message) => latin1(message.subarray(DIGEST_BYTES)).startsWith("product="),
  "checksums.txt": (message) => parseChecksums("checksums.txt", message).ok,
  zip: (message) => latin1(message).startsWith("PK\u0003\u0004"),
};

function isPae(message: Uint8Array): boolean {
  const [, typeLength = "", rest = ""] = /^DSSEv1 (\d+) ([^]*)$/.exec(latin1(message)) ?? [];
  const type = rest.slice(0, Number(typeLength));
  const [head = "", length = ""] = /^ (\d+) /.exec(rest.slice(type.length)) ?? [];
  const payload = rest.slice(type.length + head.length);
  return (
    payload.length === Number(length) &&
    Buffer.compare(preAuthenticationEncoding(type, Buffer.from(payload, "latin1")), message) === 0
  );
}

function spacesOf(message: Uint8Array): readonly string[] {
  return Object.keys(SPACES).filter((name) => SPACES[name]?.(message));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 100_000)).toString("latin1");
}

describe.each([
  ["Ed25519", ada, ["DSSE PAE", "SSHSIG", "checksums.txt", "comment of minisign", "digest of minisign"]],
  ["P-256", cy, ["DSSE PAE", "checksums.txt", "zip"]],
] as const)("what a key of kind %s signs", (_, key, spaces) => {
  it("lies in one space each, and all spaces of that kind are there", async () => {
    const signed = await everythingSignedBy(key);
    const found = signed.map(({ message }) => spacesOf(message));
    expect(found.filter((names) => names.length !== 1)).toEqual([]);
    expect([...new Set(found.flat())].toSorted()).toEqual([...spaces]);
  });

  it("verifies over itself, over nothing else, and under no other key", async () => {
    const signed = await everythingSignedBy(key);
    const distinct = new Map(
      signed.map(({ message }) => [latin1(message) + String(message.byteLength), message]),
    );
    for (const { message, signature } of signed) {
      const accepted = [...distinct.values()].filter(
        (other) => verifySignature(key.publicKey, other, signature) === "valid",
      );
      expect(accepted.length).toBe(1);
      expect(Buffer.compare(accepted[0] ?? new Uint8Array(), message)).toBe(0);
    }
    const [first] = signed;
    const stranger = generateKeyPair(key.publicKey.algorithm).publicKey;
    expect(
      verifySignature(stranger, first?.message ?? new Uint8Array(), first?.signature ?? new Uint8Array()),
    ).toBe("invalid");
  });

  it("vouches for no file of a package that is made to look like it", async () => {
    const signed = await everythingSignedBy(key);
    for (const { message, signature } of signed) {
      for (const alike of lookalikes(message))
        expect(verifySignature(key.publicKey, alike, signature)).toBe("invalid");
    }
  });
});

/** The same file with more behind it, as one of its own parts, in another frame, or with its last line changed. */
function lookalikes(message: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(message);
  return [
    Buffer.concat([text, Buffer.from("\n")]),
    Buffer.concat([text, checksums]),
    Buffer.concat([Buffer.from("\ufeff"), text]),
    text.subarray(0, -1),
    text.subarray(1),
    preAuthenticationEncoding("application/vnd.in-toto+json", text),
    Buffer.from(writeChecksums([{ path: "checksums.txt", sha256: digestSet(message).sha256 }])),
    Buffer.from(digestSet(message).sha512, "hex"),
    Buffer.from(text.toString("base64")),
    Buffer.from(text.toString("latin1").replaceAll("\n", "\r\n") + "\r\n", "latin1"),
  ];
}

describe("any list of checksums", () => {
  it("lies in its own space alone, whatever files a package has", () => {
    const path = fc.stringMatching(/^[a-z0-9][a-zA-Z0-9_+-]{0,30}$/);
    const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 8 }), sha256, (paths, digest) => {
        const lines = paths.toSorted().map((name) => ({ path: name, sha256: digest }));
        expect(spacesOf(Buffer.from(writeChecksums(lines)))).toEqual(["checksums.txt"]);
      }),
    );
  });

  it.each(["DSSEv1 28 application/vnd.in-toto+json 2 {}", "SSHSIG", "PK\u0003\u0004", "x".repeat(64)])(
    "is none that begins with %j",
    (beginning) => {
      expect(parseChecksums("checksums.txt", Buffer.from(beginning)).ok).toBe(false);
      expect(parseChecksums("checksums.txt", Buffer.concat([Buffer.from(beginning), checksums])).ok).toBe(
        false,
      );
    },
  );
});
