import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { publicKeyPem } from "../../src/crypto/keys.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { signVerified } from "../../src/crypto/signer.ts";
import { openSigner } from "../../src/flows/signers.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { hasTool, runTool } from "../support/stock-tools.ts";

const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
];
const folder = scratchFolder();
const module = MODULES.find((path) => existsSync(path));
const login = ["--module", module ?? "", "--token-label", "cavra", "--login", "--pin", "env:TOKEN_PIN"];

afterEach(() => vi.unstubAllEnvs());

/** A token of its own, and one key pair of this kind in it; the public key as PEM beside it. */
function makeToken(keyType: string): void {
  mkdirSync(join(folder, "tokens"), { recursive: true });
  writeFileSync(join(folder, "softhsm2.conf"), `directories.tokendir = ${join(folder, "tokens")}\n`);
  vi.stubEnv("SOFTHSM2_CONF", join(folder, "softhsm2.conf"));
  vi.stubEnv("TOKEN_PIN", "1234");
  const init = ["--init-token", "--free", "--label", "cavra", "--pin", "1234", "--so-pin", "5678"];
  runTool(folder, "softhsm2-util", init);
  const made = runTool(folder, "pkcs11-tool", [
    ...login,
    "--keypairgen",
    "--key-type",
    keyType,
    "--id",
    "01",
  ]);
  expect(made.exitCode, made.stderr).toBe(0);
  const read = ["--read-object", "--type", "pubkey", "--id", "01", "--output-file", "key.der"];
  runTool(folder, "pkcs11-tool", [...login, ...read]);
  const der = readFileSync(join(folder, "key.der"));
  // OpenSC 0.23 writes an Ed25519 key as PEM and a P-256 key as DER.
  writeFileSync(join(folder, "key.pub"), der[0] === 0x30 ? publicKeyPem(der) : der);
}

describe("a token behind pkcs11-tool", () => {
  it.for([
    ["EC:prime256v1", "ECDSA", "sha256"],
    ["EC:edwards25519", "EDDSA", "message"],
  ] as const)("signs with %s", async ([keyType, mechanism, input], { skip }) => {
    if (module === undefined || !hasTool("pkcs11-tool") || !hasTool("softhsm2-util"))
      skip("no SoftHSM2 or pkcs11-tool");
    makeToken(keyType);
    const description = {
      schema: "cavra.signer/1",
      publicKey: "key.pub",
      command: ["pkcs11-tool", ...login, "--sign", "--mechanism", mechanism, "--id", "01"],
      input,
      environment: ["SOFTHSM2_CONF", "TOKEN_PIN"],
      timeoutSeconds: 30,
    };
    writeFileSync(join(folder, "signer.json"), JSON.stringify(description));
    const signer = await openSigner(`signer:${join(folder, "signer.json")}`, undefined);
    // With EDDSA pkcs11-tool 0.23 signs up to 1 KiB; longer messages need P-256 or a program that sends them whole.
    for (const message of [Buffer.from("short"), Buffer.alloc(900, "longer")]) {
      const signature = await signVerified(signer, message);
      expect(verifySignature(signer.publicKey, message, signature)).toBe("valid");
    }
    runTool(folder, "softhsm2-util", ["--delete-token", "--token", "cavra"]);
  });
});
