import { dirname, resolve } from "node:path";
import { sha256Of } from "../crypto/digest.ts";
import type { PublicKey } from "../crypto/keys.ts";
import { derOfP1363 } from "../crypto/p256.ts";
import { verifySignature } from "../crypto/signature.ts";
import { pieces, type SignedBytes } from "../crypto/signed-bytes.ts";
import type { Signer } from "../crypto/signer.ts";
import { decodeBase64 } from "../formats/base64.ts";
import { parseSignerDescription, type SignerDescription } from "../formats/signer.ts";
import { hostEnvironment } from "../io/environment.ts";
import { runProcess, type ProcessResult } from "../io/process.ts";
import { readInstructions } from "../io/secret-file.ts";
import { Failure } from "../model/failure.ts";
import { openKeySigner, SIGNER_PREFIX } from "./key-signer.ts";
import { MAX_KEY_BYTES, openPublicKey } from "./keys.ts";

const MAX_SIGNATURE_OUTPUT_BYTES = 4096;
const PASSED_ON = ["PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "USERPROFILE", "TEMP", "APPDATA"];

/**
 * Whoever signs: a private key in a file or in `env:NAME`, or the program that `signer:FILE` describes, in front of a
 * token or a key service. Throws Failure without any key material in it.
 */
export async function openSigner(source: string, passphraseFile: string | undefined): Promise<Signer> {
  return source.startsWith(SIGNER_PREFIX)
    ? await commandSigner(source.slice(SIGNER_PREFIX.length))
    : await openKeySigner(source, passphraseFile);
}

async function commandSigner(path: string): Promise<Signer> {
  const description = parseSignerDescription(path, await readInstructions(path, MAX_KEY_BYTES));
  if (!description.ok) {
    throw new Failure("config", `${path} ${description.reason}`, {
      at: path,
      hint: "the members of such a file: cavra schema signer",
    });
  }
  const publicKey = await openPublicKey(resolve(dirname(path), description.value.publicKey));
  const { input } = description.value;
  if (publicKey.algorithm === "ed25519" && input === "sha256")
    throw new Failure("config", "Ed25519 signs messages, not digests", { at: path, found: `input ${input}` });
  return {
    publicKey,
    sign: async (message) => signatureIn(await askProgram(description.value, message), publicKey, message),
  };
}

async function askProgram(
  { command, input, environment, timeoutSeconds }: SignerDescription,
  message: SignedBytes,
): Promise<ProcessResult> {
  const [program = "", ...args] = command;
  const host = hostEnvironment();
  const given = [...PASSED_ON, ...environment].flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const result = await runProcess({
    argv: [program, ...args],
    cwd: process.cwd(),
    env: Object.fromEntries(given),
    timeoutMs: timeoutSeconds * 1000,
    input: input === "message" ? pieces(message) : [sha256Of(message)],
    maxOutputBytes: MAX_SIGNATURE_OUTPUT_BYTES,
  });
  if (result.exitCode === 0) return result;
  throw new Failure("toolchain", `${program} did not sign`, {
    at: program,
    found: result.exitCode === null ? `signal ${result.endedBySignal ?? ""}` : `exit code ${result.exitCode}`,
    output: result.stderr,
  });
}

/** Tokens write r and s, key services base64: whichever reading verifies is the signature. */
function signatureIn(
  { stdoutBytes, stderr }: ProcessResult,
  publicKey: PublicKey,
  message: SignedBytes,
): Uint8Array {
  const decoded = decodeBase64(Buffer.from(stdoutBytes).toString("latin1").trim());
  const written = [stdoutBytes, ...(decoded === undefined ? [] : [decoded])];
  const readings =
    publicKey.algorithm === "ed25519"
      ? written
      : written.flatMap((bytes) => [bytes, derOfP1363(bytes) ?? new Uint8Array()]);
  const signature = readings.find((bytes) => verifySignature(publicKey, message, bytes) === "valid");
  if (signature !== undefined) return signature;
  throw new Failure("refused", "what the program wrote is no signature under the public key", {
    at: `key ${publicKey.keyId}`,
    found: `${stdoutBytes.byteLength} bytes`,
    output: stderr,
    hint: "look at publicKey, command and input of the signer's file",
  });
}
