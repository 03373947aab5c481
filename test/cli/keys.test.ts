import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { hasTool, runTool } from "../support/stock-tools.ts";

const folder = scratchFolder();
const passphraseFile = join(folder, "passphrase.txt");
writeFileSync(passphraseFile, "correct horse battery staple\n", { mode: 0o600 });

interface KeyDocument {
  readonly schema: string;
  readonly keyId: string;
  readonly pem?: string;
}

function documentOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): KeyDocument {
  const { exitCode, stdout, stderr } = runCli([...args, "--json"], { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as KeyDocument;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("keys generate", () => {
  it("writes an encrypted private key for its owner only, and the public half beside it", () => {
    const path = join(folder, "protected.pem");
    const made = documentOf(["keys", "generate", path, "--passphrase-file", passphraseFile]);
    expect(made.keyId).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect([modeOf(path), modeOf(`${path}.pub`)]).toEqual([0o600, 0o644]);
    const read = documentOf(["keys", "public", path, "--passphrase-file", passphraseFile]);
    expect(read).toMatchObject({ keyId: made.keyId, pem: readFileSync(`${path}.pub`, "utf8") });
  });

  it("keeps a key without passphrase only when told so", () => {
    const path = join(folder, "plain.pem");
    const { exitCode, stderr } = runCli(["keys", "generate", path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("a new key needs a passphrase");
    expect(stderr).toContain("--no-passphrase");
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.pub`)).toBe(false);

    documentOf(["keys", "generate", path, "--no-passphrase"]);
    expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(modeOf(path)).toBe(0o600);
  });

  it("makes a P-256 key that OpenSSL calls by that name", ({ skip }) => {
    const path = join(folder, "p256.pem");
    const args = ["--algorithm", "ecdsa-p256", "--passphrase-file", passphraseFile];
    const made = documentOf(["keys", "generate", path, ...args]);
    expect(documentOf(["keys", "public", path, "--passphrase-file", passphraseFile]).keyId).toBe(made.keyId);
    const argv = ["pkey", "-in", path, "-passin", `file:${passphraseFile}`, "-noout", "-text"];
    const openssl = spawnSync("openssl", argv, { encoding: "utf8" });
    if (openssl.error !== undefined) skip("no openssl");
    expect(openssl.stdout).toContain("NIST CURVE: P-256");
  });

  it("takes the passphrase from CAVRA_KEY_PASSPHRASE where nobody can type", () => {
    const path = join(folder, "ci.pem");
    const env = { CAVRA_KEY_PASSPHRASE: "of the CI" };
    const made = documentOf(["keys", "generate", path], env);
    expect(readFileSync(path, "utf8")).toContain("ENCRYPTED");
    expect(documentOf(["keys", "public", path], env).keyId).toBe(made.keyId);
    expect(runCli(["keys", "public", path], { env: { CAVRA_KEY_PASSPHRASE: "another" } }).exitCode).toBe(3);
  });

  it.each(["taken.pem", "taken.pem.pub"])("replaces nothing when %s is there", (name) => {
    const home = mkdtempSync(join(folder, "taken-"));
    writeFileSync(join(home, name), "precious");
    const { exitCode, stdout, stderr } = runCli([
      "keys",
      "generate",
      join(home, "taken.pem"),
      "--no-passphrase",
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("exists already");
    expect(readFileSync(join(home, name), "utf8")).toBe("precious");
    expect(readdirSync(home)).toEqual([name]);
  });
});

describe("keys public", () => {
  it("prints what OpenSSL prints", ({ skip }) => {
    const key = keyFile(folder, "release-ada");
    const openssl = spawnSync("openssl", ["pkey", "-in", key, "-pubout"], { encoding: "utf8" });
    if (openssl.error !== undefined) skip("no openssl");
    const { exitCode, stdout } = runCli(["keys", "public", key]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: openssl.stdout });
  });

  it("prints the same of a public key as of its private one", () => {
    const expected = documentOf(["keys", "public", keyFile(folder, "root")]);
    const path = fileURLToPath(new URL("../../fixtures/keys/root.pub.pem", import.meta.url));
    expect(documentOf(["keys", "public", path])).toEqual(expected);
  });

  it("prints what ssh-keygen prints", ({ skip }) => {
    if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
    for (const algorithm of ["ed25519", "ecdsa-p256"]) {
      const key = join(folder, `ssh-${algorithm}.pem`);
      runCli(["keys", "generate", key, "--algorithm", algorithm, "--no-passphrase"]);
      const { stdout } = runCli(["keys", "public", key, "--format", "openssh"]);
      // It converts no Ed25519 keys of PKCS#8.
      const theirs = runTool(folder, "ssh-keygen", ["-i", "-m", "PKCS8", "-f", `${key}.pub`]);
      if (algorithm === "ecdsa-p256") expect(stdout).toBe(theirs.stdout);
      writeFileSync(join(folder, "line.pub"), stdout);
      const shown = runTool(folder, "ssh-keygen", ["-l", "-f", "line.pub"]).stdout.split(" ")[1] ?? "-";
      expect(runCli(["keys", "public", key, "--format", "fingerprint"]).stdout).toContain(shown);
    }
  });

  it("has no minisign form of a P-256 key, and one id in all forms of another", () => {
    const key = keyFile(folder, "release-bo");
    const { keyId } = documentOf(["keys", "public", key]);
    expect(runCli(["keys", "public", key, "--format", "id"]).stdout).toBe(`${keyId}\n`);
    expect(runCli(["keys", "public", key, "--format", "minisign"]).stdout).toMatch(
      /^untrusted comment: .*\nR/,
    );
    const p256 = join(folder, "no-minisign.pem");
    runCli(["keys", "generate", p256, "--algorithm", "ecdsa-p256", "--no-passphrase"]);
    expect(runCli(["keys", "public", p256, "--format", "minisign"]).exitCode).toBe(2);
  });

  it("reads a key of the environment, also with its lines folded into one", () => {
    const pem = readFileSync(keyFile(folder, "release-bo"), "utf8");
    const expected = runCli(["keys", "public", join(folder, "release-bo.pem")]).stdout;
    expect(runCli(["keys", "public", "env:KEY"], { env: { KEY: pem } }).stdout).toBe(expected);
    const folded = pem.replaceAll("\n", "\\n");
    expect(runCli(["keys", "public", "env:KEY"], { env: { KEY: folded } }).stdout).toBe(expected);
    const { exitCode, stderr } = runCli(["keys", "public", "env:NO_KEY"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("the environment variable NO_KEY is not set");
  });

  it.each(["640", "604", "660", "644"])("refuses a key with mode %s: others may have read it", (mode) => {
    const key = keyFile(folder, "release-ada");
    chmodSync(key, Number.parseInt(mode, 8));
    const { exitCode, stdout, stderr } = runCli(["keys", "public", key]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("may be read by others");
    expect(stderr).toContain(`mode 0${mode}`);
    expect(stderr).toContain("chmod 600");
  });

  it("says what is wrong with a key, and never repeats it", () => {
    const secret = readFileSync(keyFile(folder, "release-ada"), "utf8").split("\n")[1] ?? "";
    const cases: readonly (readonly [string, string])[] = [
      ["not a key", "no key at all"],
      ["cut.pem", `-----BEGIN PRIVATE KEY-----\n${secret.slice(0, 20)}\n-----END PRIVATE KEY-----\n`],
    ];
    for (const [name, text] of cases) {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      const { exitCode, stdout, stderr } = runCli(["keys", "public", path]);
      expect({ name, exitCode, stdout }).toEqual({ name, exitCode: 3, stdout: "" });
      expect(stderr).toMatch(/^error: /);
      expect(stderr).not.toContain(secret.slice(0, 20));
    }
  });

  it("does not open a protected key with a wrong passphrase or none", () => {
    const path = join(folder, "locked.pem");
    documentOf(["keys", "generate", path, "--passphrase-file", passphraseFile]);
    const wrong = join(folder, "wrong.txt");
    writeFileSync(wrong, "wrong\n", { mode: 0o600 });
    for (const more of [[], ["--passphrase-file", wrong]]) {
      const { exitCode, stdout, stderr } = runCli(["keys", "public", path, ...more]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
      expect(stderr).toContain("passphrase");
    }
  });
});
