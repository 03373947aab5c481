import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLegacySignature, writeLegacySignature } from "../../src/formats/legacy-signature.ts";
import type { LegacySignature } from "../../src/model/legacy-signature.ts";

const AT = "bin/agent.sig.json";
const SIGNATURE: LegacySignature = {
  subject: "bin/agent",
  subjectSha256: "a".repeat(64),
  keyLabel: "cavra-go-release-v1.0.0",
  signer: "github-actions:go-release",
  publicKeyPemSha256: "b".repeat(64),
  publicKeyPem: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
  signature: new Uint8Array(64).fill(7),
};

function changed(change: Readonly<Record<string, unknown>>): Uint8Array {
  const document = JSON.parse(Buffer.from(writeLegacySignature(SIGNATURE)).toString("utf8")) as object;
  return Buffer.from(JSON.stringify({ ...document, ...change }));
}

describe("a .sig.json", () => {
  it("is written as the system before cavra does: sorted members, indent 2, final newline", () => {
    const text = Buffer.from(writeLegacySignature(SIGNATURE)).toString("utf8");
    expect(text).toMatch(/^\{\n {2}"algorithm": "Ed25519",\n {2}"key_id": /);
    expect(text).toMatch(/\n\}\n$/);
    const names = Object.keys(JSON.parse(text) as object);
    expect(names).toEqual(names.toSorted());
  });

  it("is read back, whatever its spacing and with members that others add", () => {
    expect(parseLegacySignature(AT, writeLegacySignature(SIGNATURE))).toMatchObject({ value: SIGNATURE });
    expect(parseLegacySignature(AT, changed({ note: 1 }))).toMatchObject({ value: SIGNATURE });
  });

  it.each([
    ["another schema", { schema_version: "cavra.go-release.signature.v2" }, "schema_version"],
    ["a subject outside of the package", { subject: "../agent" }, "subject"],
    ["no subject", { subject: undefined }, "subject is missing"],
    ["an uppercase digest", { subject_sha256: "A".repeat(64) }, "subject_sha256"],
    ["another algorithm", { algorithm: "ed25519" }, "algorithm"],
    ["a key id that steers a terminal", { key_id: "\u001b[2J" }, "key_id"],
    ["a signer over two lines", { signer: "a\nb" }, "signer"],
    ["a key that is no text", { public_key_pem: ["-----BEGIN"] }, "public_key_pem"],
    ["a short signature", { value: Buffer.alloc(63).toString("base64") }, "value"],
    ["base64 with slack", { value: `${"A".repeat(85)}B==` }, "value"],
    ["base64url", { value: Buffer.alloc(64, 0xff).toString("base64url") }, "value"],
  ])("is refused with %s", (_, change, reason) => {
    expect(parseLegacySignature(AT, changed(change))).toMatchObject({
      ok: false,
      at: AT,
      reason: expect.stringContaining(reason) as string,
    });
  });

  it.each([["[]"], ["null"], ["{"], [""], ['{"subject":"a","subject":"b"}']])("is refused as %j", (text) => {
    expect(parseLegacySignature(AT, Buffer.from(text)).ok).toBe(false);
  });

  it("is at most 64 KiB", () => {
    const filled = (count: number): Uint8Array => Buffer.concat([changed({}), Buffer.alloc(count, " ")]);
    const room = 64 * 1024 - changed({}).byteLength;
    expect(parseLegacySignature(AT, filled(room)).ok).toBe(true);
    expect(parseLegacySignature(AT, filled(room + 1)).ok).toBe(false);
  });

  it("never ends in an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(typeof parseLegacySignature(AT, bytes).ok).toBe("boolean");
        },
      ),
      { numRuns: 200 },
    );
  });
});
