import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPair, shortKeyId } from "../../src/crypto/keys.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { runCli } from "./cli.ts";
import { testPolicy } from "./policy.ts";
import { SMALL_FIRST, SMALL_TOOL, SMALL_TRUST_ROOT, smallTrust, writeSmallRelease } from "./small-release.ts";
import { WORLD_TIME } from "./small-world.ts";
import { signedTestRoot, testKey, testTrustRoot } from "./trust.ts";

/** A release that Ada (Ed25519) and Cy (P-256) signed, unpacked, with the kit of its trust root. */
export interface KitWorld {
  readonly kit: string;
  readonly trust: string;
  readonly rootBytes: Uint8Array;
  readonly zip: string;
  readonly top: string;
  /** How the files of the two keys are called. */
  readonly ada: string;
  readonly cy: string;
}

/** @param folder Removed by the caller. */
export async function kitWorld(folder: string): Promise<KitWorld> {
  const [ada, cy] = [testKey("release-ada"), generateKeyPair("ecdsa-p256")];
  const rootBytes = signedTestRoot(addKey(testTrustRoot(), cy.publicKey, "Cy", "release", undefined));
  const trust = join(folder, SMALL_TRUST_ROOT);
  writeFileSync(trust, rootBytes);
  const source = smallTrust(rootBytes);
  const { zip } = await writeSmallRelease(folder, SMALL_FIRST, { signers: [], trust: source });
  const policy = testPolicy({ expectStream: false });
  for (const key of [ada, cy]) {
    const request = { tool: SMALL_TOOL, path: zip, trust: source, policy, copies: "all" } as const;
    await signRelease({ ...request, signer: keySigner(key) });
  }
  mkdirSync(join(folder, "unpacked"));
  const [kit, top] = [join(folder, "kit"), join(folder, "unpacked", "go-runtime-v0.1.0")];
  const flags = ["--trust", trust, "--allow-test-trust", "--at", WORLD_TIME, "--extract", top];
  demand(["release", "verify-airgap-bundle", zip, ...flags]);
  demand(["trust", "export", trust, "--kit", kit]);
  const names = { ada: shortKeyId(ada.publicKey.keyId), cy: shortKeyId(cy.publicKey.keyId) };
  return { kit, trust, rootBytes, zip, top, ...names };
}

function demand(args: readonly string[]): void {
  const { exitCode, stdout, stderr } = runCli(args);
  if (exitCode !== 0) throw new Error(`cavra ${args.join(" ")}: ${stdout}${stderr}`);
}

/** The lines to type under a title of the section for a system. */
export function kitLines({ kit }: Pick<KitWorld, "kit">, system: string, title: string): readonly string[] {
  const text = readFileSync(join(kit, "OFFLINE-VERIFY.txt"), "utf8");
  const section = text.slice(text.indexOf(`\n${system}\n=`));
  const after = section
    .slice(section.indexOf(`\n${title}`))
    .split("\n")
    .slice(3);
  return after.slice(0, after.indexOf("")).map((line) => line.trim());
}

/** Runs the line of a block for Linux as it stands, with the paths and the key that a person would set. */
export function typedKitLine(
  { kit, zip, top }: Pick<KitWorld, "kit" | "zip" | "top">,
  title: string,
  key: string,
): { readonly exitCode: number | null; readonly output: string } {
  const settings = kitLines({ kit }, "Linux", "Set these first").map((line) => {
    const given = { KIT: kit, ZIP: zip, TOP: top, KEY: key }[line.split("=")[0] ?? ""];
    return given === undefined ? line : `${line.split("=")[0]}='${given}'`;
  });
  const lines = kitLines({ kit }, "Linux", title);
  if (lines.length !== 1) throw new Error(`${title} has ${lines.length} lines`);
  const { status, stdout, stderr } = spawnSync("sh", ["-eu"], {
    input: [...settings, ...lines].join("\n"),
    encoding: "utf8",
  });
  return { exitCode: status, output: `${stdout}${stderr}` };
}

/** Subjects and forms of the commands, and which of the two keys they ask. */
export const KIT_COMMANDS = [
  ["zip with ssh-keygen", "ssh-keygen", "ada", "zip", "sshsig"],
  ["zip with minisign", "minisign", "ada", "zip", "minisig"],
  ["zip with openssl (KEY of kind ecdsa-p256)", "openssl", "cy", "zip", "p256.sig"],
  ["checksums with ssh-keygen", "ssh-keygen", "ada", "checksums", "sshsig"],
  ["checksums with minisign", "minisign", "ada", "checksums", "minisig"],
  ["checksums with openssl (KEY of kind ed25519)", "openssl", "ada", "checksums", "sig"],
  ["checksums with openssl (KEY of kind ecdsa-p256)", "openssl", "cy", "checksums", "p256.sig"],
] as const;
