import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publicKeyPem } from "../../src/crypto/keys.ts";
import { signVerified, type Signer } from "../../src/crypto/signer.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import { openSigner } from "../../src/flows/signers.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { testPolicy } from "../../test/support/policy.ts";
import { judgeUnder, RELEASE_ENVELOPE } from "../../test/support/signed-subject.ts";
import { SMALL_FIRST, SMALL_TOOL, smallTrust, writeSmallRelease } from "../../test/support/small-release.ts";
import { signedTestRoot, testTrustRoot } from "../../test/support/trust.ts";
import { runProgram } from "./run-program.ts";
import { asked, type TrustRow } from "./trust-tally.ts";

const MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"];
const KINDS = [
  { name: "P-256", kind: "EC:prime256v1", mechanism: "ECDSA", input: "sha256", id: "01" },
  { name: "Ed25519", kind: "EC:edwards25519", mechanism: "EDDSA", input: "message", id: "02" },
] as const;

/** A token behind pkcs11-tool signs as `--key signer:FILE`; openssl must take what it signed. */
export async function tokenRows(cwd: string): Promise<readonly TrustRow[]> {
  const module = MODULES.find((path) => existsSync(path));
  if (module === undefined) return [];
  const env = { SOFTHSM2_CONF: join(cwd, "softhsm2.conf"), TOKEN_PIN: "1234" };
  mkdirSync(join(cwd, "tokens"));
  writeFileSync(env.SOFTHSM2_CONF, `directories.tokendir = ${join(cwd, "tokens")}\n`);
  // The signer gets them from this process, by the names in its description.
  Object.assign(process.env, env);
  const pins = ["--pin", "1234", "--so-pin", "5678"];
  await runProgram(["softhsm2-util", "--init-token", "--free", "--label", "cavra", ...pins], { cwd, env });
  const login = ["--module", module, "--token-label", "cavra", "--login", "--pin", "env:TOKEN_PIN"];
  const rows: TrustRow[] = [];
  for (const key of KINDS) {
    const tool = async (...args: readonly string[]): Promise<unknown> =>
      await runProgram(["pkcs11-tool", ...login, ...args], { cwd, env });
    await tool("--keypairgen", "--key-type", key.kind, "--id", key.id);
    await tool("--read-object", "--type", "pubkey", "--id", key.id, "--output-file", `token-${key.id}.pub`);
    const signer = await tokenSigner(cwd, login, key);
    rows.push(await signedRow(cwd, signer, key));
    // pkcs11-tool 0.23 sends EDDSA at most 1 KiB; a list of checksums or a statement is longer.
    if (key.input === "sha256") rows.push(await releaseRow(cwd, signer, key));
  }
  return rows;
}

type TokenKey = (typeof KINDS)[number];

async function tokenSigner(
  cwd: string,
  login: readonly string[],
  { mechanism, input, id }: TokenKey,
): Promise<Signer> {
  const [pem, description] = [join(cwd, `token-${id}.pub`), join(cwd, `token-${id}.json`)];
  const bytes = readFileSync(pem);
  // OpenSC 0.23 writes an Ed25519 key as PEM and a P-256 key as DER.
  if (bytes[0] === 0x30) writeFileSync(pem, publicKeyPem(bytes));
  const command = ["pkcs11-tool", ...login, "--sign", "--mechanism", mechanism, "--id", id];
  const environment = ["SOFTHSM2_CONF", "TOKEN_PIN"];
  const signer = {
    schema: "cavra.signer/1",
    publicKey: pem,
    command,
    input,
    environment,
    timeoutSeconds: 30,
  };
  writeFileSync(description, JSON.stringify(signer));
  return await openSigner(`signer:${description}`, undefined);
}

async function signedRow(cwd: string, signer: Signer, { name, input, id }: TokenKey): Promise<TrustRow> {
  const [pem, file, signature] = ["pub", "txt", "sig"].map((ending) =>
    join(cwd, `token-${id}.${ending}`),
  ) as [string, string, string];
  writeFileSync(file, "what the token signs\n");
  writeFileSync(signature, await signVerified(signer, readFileSync(file)));
  const digest = input === "sha256" ? ["-digest", "sha256"] : [];
  const argv = ["-verify", "-pubin", "-inkey", pem, "-rawin", ...digest, "-in", file, "-sigfile", signature];
  const accepts = async (): Promise<boolean> =>
    (await runProgram(["openssl", "pkeyutl", ...argv], { cwd }))?.exitCode === 0;
  return await asked(
    { tool: "openssl, of SoftHSM2", what: `${name} through signer:FILE` },
    signature,
    accepts,
  );
}

/** A whole release that nobody but the token signs. */
async function releaseRow(cwd: string, signer: Signer, { name, id }: TokenKey): Promise<TrustRow> {
  const folder = join(cwd, `release-${id}`);
  mkdirSync(folder);
  const root = signedTestRoot(addKey(testTrustRoot(), signer.publicKey, "Toni", "release", 1));
  const trust = smallTrust(root);
  const { zip } = await writeSmallRelease(folder, SMALL_FIRST, { signers: [], trust });
  const policy = testPolicy({ expectStream: false });
  await signRelease({ tool: SMALL_TOOL, path: zip, trust, policy, copies: "all", signer });
  const accepts = async (): Promise<boolean> => (await judgeUnder(zip, root)).verdict.word === "PASS";
  const envelope = join(`${zip}.sigs`, RELEASE_ENVELOPE);
  return await asked(
    { tool: "cavra, of SoftHSM2", what: `a release signed with ${name}` },
    envelope,
    accepts,
  );
}
