import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rawPublicKey, signEd25519, verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { encodeBase64 } from "../../src/formats/base64.ts";
import { opensshPublicKey } from "../../src/formats/openssh-key.ts";
import {
  allowedSignersLine,
  CHECKSUMS_NAMESPACE,
  parseSshSignature,
  sshSignedBytes,
  writeSshSignature,
  ZIP_NAMESPACE,
} from "../../src/formats/sshsig.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { hasTool, runTool } from "../support/stock-tools.ts";
import { testKey } from "../support/trust.ts";

const folder = scratchFolder();
const message = Buffer.from("what is signed\n");
const key = testKey("release-ada");
const publicKey = rawPublicKey(key.publicKey.spki) ?? new Uint8Array();
const sha512 = createHash("sha512").update(message).digest();
const signature = signEd25519(key.key, sshSignedBytes(ZIP_NAMESPACE, sha512));
const file = writeSshSignature({ namespace: ZIP_NAMESPACE, publicKey, signature });
writeFileSync(join(folder, "allowed"), allowedSignersLine({ principal: "ada", publicKey }));

function verifies(bytes: Uint8Array, namespace = ZIP_NAMESPACE): boolean {
  writeFileSync(join(folder, "sig"), bytes);
  const args = ["-Y", "verify", "-f", "allowed", "-I", "ada", "-n", namespace, "-s", "sig"];
  return runTool(folder, "ssh-keygen", args, message).exitCode === 0;
}

describe("an SSH signature", () => {
  it("is read as it was written, and in its own namespace only", () => {
    const read = parseSshSignature("a.sshsig", file, ZIP_NAMESPACE);
    expect(read.ok && Buffer.from(read.value.signature).equals(signature)).toBe(true);
    expect(read.ok && Buffer.from(read.value.publicKey).equals(publicKey)).toBe(true);
    expect(parseSshSignature("a.sshsig", file, CHECKSUMS_NAMESPACE).ok).toBe(false);
  });

  it("has one form: no byte can be changed, put in or left out", () => {
    for (let offset = 0; offset < file.byteLength; offset += 1) {
      const changed = Uint8Array.from(file);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      const read = parseSshSignature("a", changed, ZIP_NAMESPACE);
      // Bytes of the key and the signature are free; whether they verify is the next question.
      if (!read.ok) continue;
      const bytes = sshSignedBytes(read.value.namespace, sha512);
      const isOther = !Buffer.from(read.value.publicKey).equals(publicKey);
      expect(isOther || verifyEd25519(key.publicKey.spki, bytes, read.value.signature) !== "valid").toBe(
        true,
      );
    }
    const text = Buffer.from(file).toString();
    for (const other of [
      text + "\n",
      `\n${text}`,
      text + text,
      text.replaceAll("\n", "\r\n"),
      text.trimEnd(),
    ])
      expect(parseSshSignature("a", Buffer.from(other), ZIP_NAMESPACE).ok).toBe(false);
  });

  it("is never made of other bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !parseSshSignature("a", bytes, ZIP_NAMESPACE).ok));
  });

  it("is accepted by ssh-keygen, and refused after each changed byte and in another namespace", ({
    skip,
  }) => {
    if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
    expect(verifies(file)).toBe(true);
    expect(verifies(file, CHECKSUMS_NAMESPACE)).toBe(false);
    for (let offset = 40; offset < file.byteLength - 30; offset += 23) {
      const changed = Uint8Array.from(file);
      changed[offset] = changed[offset] === 0x41 ? 0x42 : 0x41;
      expect(verifies(changed), `byte ${offset}`).toBe(false);
    }
  });

  it("by ssh-keygen is read and verified here", ({ skip }) => {
    if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
    runTool(folder, "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "id"]);
    writeFileSync(join(folder, "message"), message);
    runTool(folder, "ssh-keygen", ["-q", "-Y", "sign", "-f", "id", "-n", CHECKSUMS_NAMESPACE, "message"]);
    const read = parseSshSignature("a", readFileSync(join(folder, "message.sig")), CHECKSUMS_NAMESPACE);
    if (!read.ok) throw new Error(read.reason);
    const spki = Buffer.concat([key.publicKey.spki.subarray(0, 12), read.value.publicKey]);
    const bytes = sshSignedBytes(CHECKSUMS_NAMESPACE, sha512);
    expect(verifyEd25519(spki, bytes, read.value.signature)).toBe("valid");
    const line = opensshPublicKey({ algorithm: "ed25519", bytes: read.value.publicKey });
    expect(readFileSync(join(folder, "id.pub"), "utf8").trim()).toBe(line);
    expect(encodeBase64(read.value.publicKey)).not.toBe(encodeBase64(publicKey));
  });
});
