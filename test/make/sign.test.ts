import { verify } from "node:crypto";
import { keySigner } from "../../src/crypto/signer.ts";
import { failureOf } from "../support/build-scratch.ts";
import { describe, expect, it } from "vitest";
import { digestSet } from "../../src/crypto/digest.ts";
import { parseEnvelope, preAuthenticationEncoding, writeEnvelope } from "../../src/formats/dsse.ts";
import { parseManifest } from "../../src/formats/manifest.ts";
import { releaseStatementOf, signatureSet, signPayload } from "../../src/make/sign.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import { testDocument } from "../support/test-documents.ts";
import { testKey, type TestKeyName } from "../support/trust.ts";

const PAYLOAD = Buffer.from('{"a":1}');

function isSignedBy(envelope: Envelope, name: TestKeyName): boolean {
  const { key, publicKey } = testKey(name);
  const signature = envelope.signatures.find(({ keyid }) => keyid === publicKey.keyId);
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  return signature !== undefined && verify(null, message, key, signature.sig);
}

async function sign(
  name: TestKeyName,
  existing?: Envelope,
  payload: Uint8Array = PAYLOAD,
): Promise<Envelope> {
  return signPayload("release.dsse.json", payload, IN_TOTO_PAYLOAD_TYPE, existing, keySigner(testKey(name)));
}

describe("signPayload", () => {
  it("adds holder after holder to one payload, in any order to the same bytes", async () => {
    const both = await sign("release-bo", await sign("release-ada"));
    expect([isSignedBy(both, "release-ada"), isSignedBy(both, "release-bo")]).toEqual([true, true]);
    expect(both.signatures).toHaveLength(2);
    expect(writeEnvelope(both)).toEqual(writeEnvelope(await sign("release-ada", await sign("release-bo"))));
    expect(writeEnvelope(await sign("release-ada", both))).toEqual(writeEnvelope(both));
  });

  it.each([
    ["another payload", { payload: Buffer.from('{"a":2}') }],
    ["a payload with one more blank", { payload: Buffer.from('{"a":1} ') }],
    ["a shorter payload", { payload: PAYLOAD.subarray(0, -1) }],
    ["another payload type", { payloadType: "application/vnd.cavra.trust-root.v1+json" }],
  ])("does not join an envelope over %s", async (_, change) => {
    const existing = { ...(await sign("release-ada")), ...change };
    const failure = await failureOf(sign("release-bo", existing));
    expect(failure.message).toContain("signs something else than the bytes at hand");
    expect(failure).toMatchObject({ code: "refused", details: { at: "release.dsse.json" } });
  });
});

describe("signatureSet", () => {
  const key = testKey("release-ada");
  const input = {
    statement: PAYLOAD,
    provenance: Buffer.from("{}"),
    copies: new Map([["checksums.txt.copy", Buffer.from("copy")]]),
    existing: { release: undefined, provenance: undefined },
    signer: keySigner(key),
  };

  it("has two envelopes and the copies that it was given", async () => {
    const files = await signatureSet(input);
    // The statement comes last: a set that was not finished is one that nobody signed.
    expect([...files.keys()]).toEqual(["provenance.dsse.json", "checksums.txt.copy", "release.dsse.json"]);
    for (const [name, payload] of [
      ["release.dsse.json", input.statement],
      ["provenance.dsse.json", input.provenance],
    ] as const) {
      const envelope = parseEnvelope(name, files.get(name) ?? new Uint8Array());
      if (!envelope.ok) throw new Error(envelope.reason);
      expect(Buffer.from(envelope.value.payload).equals(payload)).toBe(true);
      expect(isSignedBy(envelope.value, "release-ada")).toBe(true);
    }
  });

  it("refuses when either envelope of the other holder is over something else", async () => {
    const other = await sign("release-bo", undefined, Buffer.from("[]"));
    for (const name of ["release", "provenance"] as const) {
      const failure = await failureOf(
        signatureSet({ ...input, existing: { ...input.existing, [name]: other } }),
      );
      expect(failure.message).toContain(`${name}.dsse.json signs something else`);
    }
  });
});

describe("releaseStatementOf", () => {
  it("repeats the manifest and binds the bytes of zip and list", () => {
    const manifest = parseManifest("release-evidence.json", testDocument("release-evidence.json"));
    if (!manifest.ok) throw new Error(manifest.reason);
    const zip = Buffer.from("zip");
    const { sha256, sha512 } = digestSet(zip);
    const { predicate, ...subjects } = releaseStatementOf(manifest.value, {
      manifestSha256: "a".repeat(64),
      top: "go-runtime-v0.2.0",
      zip: { sha256, sha512, sizeBytes: 3 },
      checksums: digestSet(Buffer.from("list")),
      rootVersion: 7,
    });
    expect(subjects).toEqual({
      zip: { name: manifest.value.zipName, digest: { sha256, sha512 } },
      checksums: { name: "go-runtime-v0.2.0/checksums.txt", digest: digestSet(Buffer.from("list")) },
    });
    const { zipSizeBytes, rootVersion, manifestSha256, zipProfile, ...copied } = predicate;
    expect({ zipSizeBytes, rootVersion, manifestSha256, zipProfile }).toEqual({
      zipSizeBytes: 3,
      rootVersion: 7,
      manifestSha256: "a".repeat(64),
      zipProfile: manifest.value.zip.profile,
    });
    expect(manifest.value).toMatchObject(copied);
    expect(Object.keys(copied)).toHaveLength(9);
  });
});
