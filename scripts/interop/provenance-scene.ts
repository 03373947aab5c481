import { generateKeyPairSync } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { runProgram } from "./run-program.ts";

/** Of the sample that is asked about. */
export const SAMPLE_VERSION = "0.1.0";
const ZIP = `cavra-go-runtime-v${SAMPLE_VERSION}.zip`;
const AT = "2026-11-21T12:00:00Z";
/** Kinds of keys that sign what a verification says. */
export const ALGORITHMS = ["ed25519", "ecdsa-p256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A sample with its statements, unpacked, and what a verification said of it under a key of each kind. */
export interface Scene {
  readonly folder: string;
  readonly zip: string;
  readonly binary: string;
  /** Of the holder who signed the statements. */
  readonly holderKey: string;
  readonly strangerKey: string;
}

export async function makeScene(folder: string): Promise<Scene> {
  mkdirSync(folder, { recursive: true });
  const samples = join(ROOT, "dist-samples");
  const zip = join(folder, ZIP);
  for (const ending of ["", ".sigs"])
    cpSync(join(samples, `${ZIP}${ending}`), `${zip}${ending}`, { recursive: true });
  const trust = join(samples, "trust-root.json");
  const holder = join(folder, "holder.pem");
  copyFileSync(join(ROOT, "fixtures/keys/release-ada.pem"), holder);
  chmodSync(holder, 0o600);
  const common = ["--trust", trust, "--at", AT];
  await cavra(["release", "sign", zip, "--key", holder, "--copies", "none", "--statements", ...common]);
  const unpacked = join(folder, "unpacked");
  for (const [index, algorithm] of ALGORITHMS.entries()) {
    const key = writeKeys(folder, algorithm);
    const attest = ["--attest", key, "--attest-to", join(folder, algorithm)];
    const extract = index === 0 ? ["--extract", unpacked] : [];
    await cavra([
      "release",
      "verify-airgap-bundle",
      zip,
      "--allow-test-trust",
      ...common,
      ...attest,
      ...extract,
    ]);
  }
  return {
    folder,
    zip,
    binary: join(unpacked, `bin/cavra-runtime_v${SAMPLE_VERSION}_linux_amd64`),
    holderKey: join(ROOT, "fixtures/keys/release-ada.pub.pem"),
    strangerKey: join(ROOT, "fixtures/keys/attacker.pub.pem"),
  };
}

async function cavra(args: readonly string[]): Promise<void> {
  const run = await runProgram([process.execPath, join(ROOT, "bin/run.js"), ...args], {
    cwd: ROOT,
    timeoutMs: 120_000,
  });
  if (run?.exitCode !== 0) throw new Error(`${args.join(" ")}\n${run?.stdout ?? ""}${run?.stderr ?? ""}`);
}

function writeKeys(folder: string, algorithm: Algorithm): string {
  const { privateKey, publicKey } =
    algorithm === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const path = join(folder, `${algorithm}.pem`);
  writeFileSync(path, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  writeFileSync(publicPath(folder, algorithm), publicKey.export({ format: "pem", type: "spki" }));
  return path;
}

export function publicPath(folder: string, algorithm: Algorithm): string {
  return join(folder, `${algorithm}.pub`);
}
