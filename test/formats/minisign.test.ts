import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rawPublicKey, signEd25519, verifyEd25519 } from "../../src/crypto/ed25519.ts";
import { decodeBase64 } from "../../src/formats/base64.ts";
import {
  minisignGlobalBytes,
  minisignKeyNumber,
  minisignPublicKey,
  parseMiniSignature,
  writeMiniSignature,
  type MinisignAlgorithm,
} from "../../src/formats/minisign.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { hasTool, runTool } from "../support/stock-tools.ts";
import { testKey } from "../support/trust.ts";

const folder = scratchFolder();
const message = Buffer.from("what is signed\n");
const key = testKey("release-ada");
const { keyId, spki } = key.publicKey;
writeFileSync(join(folder, "message"), message);
writeFileSync(join(folder, "ada.pub"), minisignPublicKey(keyId, rawPublicKey(spki) ?? new Uint8Array()));

const signedBytes = (algorithm: MinisignAlgorithm): Uint8Array =>
  algorithm === "Ed" ? message : createHash("blake2b512").update(message).digest();

function signed(algorithm: MinisignAlgorithm, trustedComment = "product=p version=1.0.0"): Uint8Array {
  const signature = signEd25519(key.key, signedBytes(algorithm));
  const globalSignature = signEd25519(key.key, minisignGlobalBytes(signature, trustedComment));
  const keyNumber = minisignKeyNumber(keyId);
  const untrustedComment = "signature";
  return writeMiniSignature({
    untrustedComment,
    algorithm,
    keyNumber,
    signature,
    trustedComment,
    globalSignature,
  });
}

function verifies(tool: "minisign" | "signify-openbsd", bytes: Uint8Array): boolean {
  writeFileSync(join(folder, "sig"), bytes);
  const quiet = tool === "minisign" ? ["-q"] : [];
  const args = ["-V", ...quiet, "-p", "ada.pub", "-m", "message", "-x", "sig"];
  return runTool(folder, tool, args).exitCode === 0;
}

const ALGORITHMS: readonly MinisignAlgorithm[] = ["ED", "Ed"];

describe("a minisign signature", () => {
  it.each(ALGORITHMS)("with %s is read as it was written", (algorithm) => {
    const read = parseMiniSignature("a.minisig", signed(algorithm));
    if (!read.ok) throw new Error(read.reason);
    expect(read.value).toMatchObject({ algorithm, trustedComment: "product=p version=1.0.0" });
    expect(verifyEd25519(spki, signedBytes(algorithm), read.value.signature)).toBe("valid");
    expect(Buffer.from(writeMiniSignature(read.value)).equals(signed(algorithm))).toBe(true);
  });

  it.each([
    ["another algorithm", (text: string) => text.replace("\nRU", "\nRX")],
    ["no trusted comment", (text: string) => text.split("\n").slice(0, 2).join("\n") + "\n"],
    ["a fifth line", (text: string) => `${text}more\n`],
    ["no last line end", (text: string) => text.trimEnd()],
    ["Windows line ends", (text: string) => text.replaceAll("\n", "\r\n")],
    ["a control in its comment", (text: string) => text.replace("product", "\u001b[2J")],
    ["a comment that is too long", (text: string) => text.replace("product", "p".repeat(1001))],
    ["slack bits", (text: string) => text.replace(/.==\n$/, "B==\n")],
  ])("with %s is refused", (_name, change) => {
    const text = Buffer.from(signed("ED")).toString();
    expect(change(text)).not.toBe(text);
    expect(parseMiniSignature("a", Buffer.from(change(text), "latin1")).ok).toBe(false);
  });

  it("is never made of other bytes", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !parseMiniSignature("a", bytes).ok));
  });

  it("is accepted by minisign, and refused after each changed byte that is signed", ({ skip }) => {
    if (!hasTool("minisign")) skip("no minisign");
    for (const algorithm of ALGORITHMS) {
      const bytes = signed(algorithm);
      expect(verifies("minisign", bytes)).toBe(true);
      for (let offset = Buffer.from(bytes).indexOf("\n") + 4; offset < bytes.byteLength - 4; offset += 29) {
        const changed = Uint8Array.from(bytes);
        changed[offset] = changed[offset] === 0x41 ? 0x42 : 0x41;
        expect(verifies("minisign", changed), `byte ${offset}`).toBe(false);
      }
    }
  });

  it("of a short file is accepted by signify too", ({ skip }) => {
    if (!hasTool("signify-openbsd")) skip("no signify-openbsd");
    expect(verifies("signify-openbsd", signed("Ed"))).toBe(true);
    expect(verifies("signify-openbsd", signed("ED"))).toBe(false);
  });

  it.for(ALGORITHMS)("by minisign with %s is read and verified here", (algorithm, { skip }) => {
    if (!hasTool("minisign")) skip("no minisign");
    runTool(folder, "minisign", ["-G", "-f", "-W", "-p", "own.pub", "-s", "own.key"]);
    const legacy = algorithm === "Ed" ? ["-l"] : [];
    runTool(folder, "minisign", ["-S", ...legacy, "-s", "own.key", "-t", "a comment", "-m", "message"]);
    const read = parseMiniSignature("a", readFileSync(join(folder, "message.minisig")));
    if (!read.ok) throw new Error(read.reason);
    const pub = decodeBase64(readFileSync(join(folder, "own.pub"), "utf8").split("\n")[1] ?? "");
    const own = Buffer.concat([spki.subarray(0, 12), pub?.subarray(10) ?? new Uint8Array()]);
    expect(verifyEd25519(own, signedBytes(algorithm), read.value.signature)).toBe("valid");
    const global = minisignGlobalBytes(read.value.signature, read.value.trustedComment);
    expect(verifyEd25519(own, global, read.value.globalSignature)).toBe("valid");
  });
});
