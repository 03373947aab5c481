import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { generateKeyPair, publicKeyPem, type PrivateKey } from "../../src/crypto/keys.ts";
import { signVerified } from "../../src/crypto/signer.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { openSigner } from "../../src/flows/signers.ts";
import type { SignerDescription } from "../../src/formats/signer.ts";
import type { Failure } from "../../src/model/failure.ts";
import { failureOf } from "../support/build-scratch.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testKey } from "../support/trust.ts";

const folder = scratchFolder();
const message = Buffer.from("what is signed");
const p256 = generateKeyPair("ecdsa-p256");
const ada = testKey("release-ada");

/** A program that signs its stdin with the key in the file that KEY_FILE names; `how` is the last step of its script. */
function program(how: string): readonly string[] {
  const script = `
    const { createPrivateKey, sign } = require("node:crypto");
    const { readFileSync } = require("node:fs");
    const key = createPrivateKey(readFileSync(process.env.KEY_FILE));
    const input = readFileSync(0);
    ${how}`;
  return [process.execPath, "-e", script];
}

const ED25519 = program("process.stdout.write(sign(null, input, key))");

function describeSigner(
  name: string,
  key: PrivateKey,
  change: Partial<SignerDescription> & Record<string, unknown> = {},
): string {
  writeFileSync(join(folder, `${name}.pub`), publicKeyPem(key.publicKey.spki));
  const pem = key.key.export({ format: "pem", type: "pkcs8" });
  writeFileSync(join(folder, `${name}.pem`), pem, { mode: 0o600 });
  vi.stubEnv("KEY_FILE", join(folder, `${name}.pem`));
  const description = {
    schema: "cavra.signer/1",
    publicKey: `${name}.pub`,
    command: ED25519,
    input: "message",
    environment: ["KEY_FILE"],
    timeoutSeconds: 30,
    ...change,
  };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(description));
  return `signer:${path}`;
}

async function refusal(source: string): Promise<Failure> {
  const signer = await openSigner(source, undefined);
  return failureOf(signer.sign(message));
}

describe("a key in a file or in the environment", () => {
  it("signs in this process", async () => {
    for (const source of [keyFile(folder, "release-ada"), "env:PEM"]) {
      vi.stubEnv("PEM", ada.key.export({ format: "pem", type: "pkcs8" }).toString());
      const signer = await openSigner(source, undefined);
      expect(signer.publicKey).toEqual(ada.publicKey);
      expect(verifySignature(ada.publicKey, message, await signVerified(signer, message))).toBe("valid");
    }
  });

  it("is refused when its signature does not verify, whoever made it", async () => {
    const lying = { publicKey: ada.publicKey, sign: async () => Promise.resolve(new Uint8Array(64)) };
    expect(await failureOf(signVerified(lying, message))).toMatchObject({ code: "refused" });
  });
});

describe("an external command", () => {
  it.each<[string, PrivateKey, "message" | "sha256", string]>([
    ["64 bytes for Ed25519", ada, "message", "process.stdout.write(sign(null, input, key))"],
    ["base64", ada, "message", 'console.log(sign(null, input, key).toString("base64"))'],
    ["DER for P-256", p256, "message", 'process.stdout.write(sign("sha256", input, key))'],
    [
      "r and s for P-256",
      p256,
      "message",
      'process.stdout.write(sign("sha256", input, { key, dsaEncoding: "ieee-p1363" }))',
    ],
  ])("may write %s", async (_name, key, input, how) => {
    const signer = await openSigner(describeSigner("good", key, { command: program(how), input }), undefined);
    expect(verifySignature(key.publicKey, message, await signer.sign(message))).toBe("valid");
  });

  it("gets a large message piece by piece, or only its digest", async () => {
    const big = Buffer.alloc(3_000_000, "cavra");
    const whole = program('process.stdout.write(sign("sha256", input, key))');
    const signer = await openSigner(describeSigner("big", p256, { command: whole }), undefined);
    expect(verifySignature(p256.publicKey, big, await signer.sign(bufferSource(big)))).toBe("valid");

    // What was read is written as if it were the signature: 32 bytes, whatever the size of the message.
    const echo = program("process.stdout.write(input)");
    const digests = describeSigner("digest", p256, { command: echo, input: "sha256" });
    expect((await refusal(digests)).details.found).toBe("32 bytes");
  });

  it("sees no variable but those that are named for it", async () => {
    vi.stubEnv("OTHER_SECRET", "secret");
    const command = program(`
      const names = Object.keys(process.env).filter((name) => !["KEY_FILE", "PATH", "HOME", "LANG", "TMPDIR"].includes(name));
      if (names.length > 0) { console.error(names.join()); process.exit(3); }
      process.stdout.write(sign(null, input, key));`);
    const signer = await openSigner(describeSigner("plain", ada, { command }), undefined);
    expect(verifySignature(ada.publicKey, message, await signer.sign(message))).toBe("valid");
  });

  it.each<[string, string, object]>([
    [
      "fails",
      'console.error("no token"); process.exit(4)',
      { code: "toolchain", details: { found: "exit code 4", output: "no token\n" } },
    ],
    ["writes nothing", "", { code: "refused", details: { found: "0 bytes" } }],
    ["writes too much", 'process.stdout.write("x".repeat(100000))', { code: "refused" }],
    [
      "signs something else",
      'process.stdout.write(sign(null, Buffer.from("other"), key))',
      { code: "refused" },
    ],
    ["ends without reading", "process.exit(0)", { code: "refused" }],
  ])("that %s gives no signature", async (_name, how, expected) => {
    expect(await refusal(describeSigner("bad", ada, { command: program(how) }))).toMatchObject(expected);
  });

  it("that holds another key, hangs or is not there gives no signature", async () => {
    const other = describeSigner("other", ada);
    vi.stubEnv("KEY_FILE", keyFile(folder, "attacker"));
    expect(await refusal(other)).toMatchObject({ code: "refused" });
    const hanging = program("setInterval(() => {}, 1000)");
    const hangs = describeSigner("hanging", ada, { command: hanging, timeoutSeconds: 1 });
    expect((await refusal(hangs)).message).toContain("did not end within 1 s");
    const missing = describeSigner("missing", ada, { command: ["/no/such/program"] });
    expect((await refusal(missing)).message).toBe("/no/such/program was not found");
  });

  it.each<[string, Record<string, unknown>]>([
    ["an unknown member", { pin: "1234" }],
    ["no command", { command: [] }],
    ["a command line instead of arguments", { command: "sign --it" }],
    ["a variable with its value", { environment: ["PIN=1234"] }],
    ["no end of waiting", { timeoutSeconds: 0 }],
    ["digests for Ed25519", { input: "sha256" }],
  ])("is not run from a description with %s", async (_name, change) => {
    expect(await failureOf(openSigner(describeSigner("odd", ada, change), undefined))).toMatchObject({
      code: "config",
    });
  });

  it("is not run from a description that others may change", async () => {
    const source = describeSigner("shared", ada);
    chmodSync(source.slice("signer:".length), 0o664);
    const failure = await failureOf(openSigner(source, undefined));
    expect(failure).toMatchObject({ code: "refused", details: { found: "mode 0664" } });
    expect(failure.details.hint).toContain("chmod 644 ");
  });
});
