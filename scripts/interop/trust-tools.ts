import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blake2b512, digestSet } from "../../src/crypto/digest.ts";
import { rawKeyOf, type PublicKey } from "../../src/crypto/keys.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { importKey } from "../../src/flows/import-key.ts";
import { openPublicKey } from "../../src/flows/keys.ts";
import { bytesSource } from "../../src/formats/byte-search.ts";
import { minisignGlobalBytes, parseMiniSignature } from "../../src/formats/minisign.ts";
import { CHECKSUMS_NAMESPACE, parseSshSignature, sshSignedBytes } from "../../src/formats/sshsig.ts";
import { KIT_COMMANDS, kitWorld, typedKitLine, type KitWorld } from "../../test/support/kit-world.ts";
import { runTool } from "../../test/support/stock-tools.ts";
import { inLanes, runProgram, versionOf } from "./run-program.ts";
import { asked, defectOf, type TrustRow } from "./trust-tally.ts";
import { tokenRows } from "./trust-token.ts";

export interface TrustTally {
  readonly tools: readonly (readonly [name: string, version: string])[];
  readonly missing: readonly string[];
  readonly rows: readonly TrustRow[];
  readonly defects: readonly string[];
}

const PROBES: readonly (readonly [name: string, ...argv: [string, ...string[]]])[] = [
  ["ssh-keygen", "ssh", "-V"],
  ["minisign", "minisign", "-v"],
  ["openssl", "openssl", "version"],
  ["SoftHSM2", "softhsm2-util", "--version"],
  ["pkcs11-tool", "dpkg-query", "-W", "-f", "OpenSC ${Version}\n", "opensc"],
];
const PASSPHRASE = "of the interop run";

/** Whether ssh-keygen, minisign, openssl and a PKCS #11 token take what we write, and we what they write. */
export async function runTrust(scratch: string): Promise<TrustTally> {
  const versions = await inLanes(PROBES, async ([name, ...argv]) => [name, await versionOf(argv)] as const);
  const tools = versions.flatMap(([name, version]) =>
    version === undefined ? [] : [[name, version] as const],
  );
  const missing = versions.flatMap(([name, version]) => (version === undefined ? [name] : []));
  const has = (name: string): boolean => !missing.includes(name);
  const folder = join(scratch, "trust");
  mkdirSync(folder);
  const rows = [
    ...(await kitRows(folder, has)),
    ...(has("ssh-keygen") ? await opensshRows(folder) : []),
    ...(has("minisign") ? await minisignRows(folder) : []),
    ...(has("openssl") ? await opensslRows(folder) : []),
    ...(has("SoftHSM2") && has("openssl") ? await tokenRows(folder) : []),
  ];
  return { tools, missing, rows, defects: rows.flatMap(defectOf) };
}

/** The lines of OFFLINE-VERIFY.txt for Linux, typed as they stand. */
async function kitRows(folder: string, has: (tool: string) => boolean): Promise<readonly TrustRow[]> {
  const home = join(folder, "kit");
  mkdirSync(home);
  const world: KitWorld = await kitWorld(home);
  const rows: TrustRow[] = [];
  for (const [title, tool, holder, subject, form] of KIT_COMMANDS) {
    if (!has(tool)) continue;
    const key = world[holder];
    const accepts = (): Promise<boolean> => Promise.resolve(typedKitLine(world, title, key).exitCode === 0);
    const copy = join(`${world.zip}.sigs`, `${subject}.${key}.${form}`);
    const file = subject === "zip" ? world.zip : join(world.top, "checksums.txt");
    // The first line of minisign says nothing and is not signed, nor is the frame of an SSH signature.
    const from = form === "minisig" ? readFileSync(copy).indexOf("\n") + 1 : 0;
    rows.push(
      await asked({ tool, what: `our ${subject}.KEY.${form}, its bytes changed` }, copy, accepts, from),
    );
    rows.push(
      await asked({ tool, what: `our ${subject}.KEY.${form}, the ${subject} changed` }, file, accepts),
    );
  }
  return rows;
}

/** A key that a tool made, taken over with the command of cavra; its public half as we read it. */
async function imported(folder: string, name: string, passphraseFile?: string): Promise<PublicKey> {
  chmodSync(join(folder, name), 0o600);
  const { publicKey } = await importKey({
    path: join(folder, name),
    out: join(folder, `${name}.imported.pem`),
    passphraseFile,
    newPassphraseFile: undefined,
    withoutPassphrase: true,
  });
  return publicKey;
}

function passphraseIn(folder: string): string {
  const path = join(folder, "passphrase.txt");
  writeFileSync(path, `${PASSPHRASE}\n`, { mode: 0o600 });
  return path;
}

async function opensshRows(cwd: string): Promise<readonly TrustRow[]> {
  const file = join(cwd, "ssh-message");
  writeFileSync(file, "what ssh-keygen signs\n");
  await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", PASSPHRASE, "-f", "ssh-key"], { cwd });
  const publicKey = await imported(cwd, "ssh-key", passphraseIn(cwd));
  await runProgram(["ssh-keygen", "-q", "-p", "-P", PASSPHRASE, "-N", "", "-f", "ssh-key"], { cwd });
  await runProgram(["ssh-keygen", "-Y", "sign", "-n", CHECKSUMS_NAMESPACE, "-f", "ssh-key", "ssh-message"], {
    cwd,
  });
  const signature = `${file}.sig`;
  const accepts = (): Promise<boolean> => {
    const read = parseSshSignature(signature, readFileSync(signature), CHECKSUMS_NAMESPACE);
    if (!read.ok) return Promise.resolve(false);
    const isKey = Buffer.compare(read.value.publicKey, rawKeyOf(publicKey).bytes) === 0;
    const message = sshSignedBytes(
      CHECKSUMS_NAMESPACE,
      Buffer.from(digestSet(readFileSync(file)).sha512, "hex"),
    );
    return Promise.resolve(isKey && verifySignature(publicKey, message, read.value.signature) === "valid");
  };
  const tool = "cavra, of ssh-keygen";
  return [
    await asked(
      { tool, what: "its SSH signature under its own key, imported with a passphrase" },
      signature,
      accepts,
    ),
    await asked({ tool, what: "the file that it signed" }, file, accepts),
  ];
}

async function minisignRows(cwd: string): Promise<readonly TrustRow[]> {
  const file = join(cwd, "mini-message");
  writeFileSync(file, "what minisign signs\n");
  await runProgram(["minisign", "-G", "-W", "-p", "mini.pub", "-s", "mini.key"], { cwd });
  const publicKey = await imported(cwd, "mini.key");
  await runProgram(["minisign", "-S", "-s", "mini.key", "-m", "mini-message", "-x", "mini.sig"], { cwd });
  const signature = join(cwd, "mini.sig");
  const accepts = (): Promise<boolean> => {
    const read = parseMiniSignature(signature, readFileSync(signature));
    if (!read.ok) return Promise.resolve(false);
    const { signature: own, trustedComment, globalSignature } = read.value;
    const isFile = verifySignature(publicKey, blake2b512(bytesSource(readFileSync(file))), own) === "valid";
    const global = minisignGlobalBytes(own, trustedComment);
    return Promise.resolve(isFile && verifySignature(publicKey, global, globalSignature) === "valid");
  };
  const tool = "cavra, of minisign";
  // Behind the first line, and the algorithm and number of the key: they are not signed.
  const from = readFileSync(signature).indexOf("\n") + 16;
  return [
    await asked({ tool, what: "its signature under its own key, imported" }, signature, accepts, from),
    await asked({ tool, what: "the file that it signed" }, file, accepts),
    await lockedKeyRow(cwd, tool),
  ];
}

/** minisign makes keys that take 1 GiB to open. What is changed is the passphrase. */
async function lockedKeyRow(cwd: string, tool: string): Promise<TrustRow> {
  const typed = `${PASSPHRASE}\n${PASSPHRASE}\n`;
  runTool(cwd, "minisign", ["-G", "-p", "locked.pub", "-s", "locked.key"], typed);
  const right = passphraseIn(cwd);
  const { keyId } = await imported(cwd, "locked.key", right);
  await imported(cwd, "locked.pub");
  const theirs = await openPublicKey(join(cwd, "locked.pub.imported.pem"));
  writeFileSync(right, "another\n", { mode: 0o600 });
  rmSync(join(cwd, "locked.key.imported.pem"));
  const isRefused = await imported(cwd, "locked.key", right).then(
    () => false,
    () => true,
  );
  const what = "its key, imported with its passphrase, and with another";
  return { tool, what, accepted: keyId === theirs.keyId, refused: Number(isRefused), changed: 1 };
}

async function opensslRows(cwd: string): Promise<readonly TrustRow[]> {
  const rows: TrustRow[] = [];
  for (const [algorithm, make, sign] of [
    ["Ed25519", ["-algorithm", "ED25519"], ["-rawin"]],
    ["P-256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-rawin", "-digest", "sha256"]],
  ] as const) {
    const [key, file, signature] = [`${algorithm}.key`, `${algorithm}.txt`, `${algorithm}.sig`];
    writeFileSync(join(cwd, file), "what openssl signs\n");
    await runProgram(["openssl", "genpkey", ...make, "-out", key], { cwd });
    const publicKey = await imported(cwd, key);
    const argv = ["pkeyutl", "-sign", "-inkey", key, ...sign, "-in", file, "-out", signature];
    await runProgram(["openssl", ...argv], { cwd });
    const accepts = (): Promise<boolean> => {
      const message = readFileSync(join(cwd, file));
      return Promise.resolve(
        verifySignature(publicKey, message, readFileSync(join(cwd, signature))) === "valid",
      );
    };
    const tool = "cavra, of openssl";
    const what = `its ${algorithm} signature under its own key, imported`;
    rows.push(await asked({ tool, what }, join(cwd, signature), accepts));
    rows.push(
      await asked({ tool, what: `the file that it signed with ${algorithm}` }, join(cwd, file), accepts),
    );
  }
  return rows;
}
