import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { hasTool, runTool } from "../support/stock-tools.ts";

const folder = scratchFolder();
const PASSPHRASE = "canary of the old key";
const old = put("old.txt", `${PASSPHRASE}\n`);
const fresh = put("fresh.txt", "another one\n");

function put(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function importKey(key: string, out: string, ...more: readonly string[]): CliResult {
  return runCli(["keys", "import", key, "--out", out, ...more]);
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/foreign-keys/${name}`, import.meta.url));
}

describe("keys import", () => {
  it.for([
    ["ed25519", [], "OpenSSH"],
    ["ed25519", ["-Z", "aes128-cbc", "-a", "3"], "OpenSSH"],
    ["ecdsa", ["-b", "256"], "OpenSSH"],
    ["ecdsa", ["-b", "256", "-m", "PEM"], "OpenSSL"],
    ["ecdsa", ["-b", "256", "-m", "PKCS8"], "OpenSSL"],
  ] as const)(
    "takes over what ssh-keygen -t %s %j makes, with its passphrase",
    ([kind, flags, tool], { skip }) => {
      if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
      const home = mkdtempSync(join(folder, "ssh-"));
      runTool(home, "ssh-keygen", ["-q", "-t", kind, ...flags, "-N", PASSPHRASE, "-C", "", "-f", "id"]);
      const out = join(home, "release.pem");
      // Encrypting costs time: once of each kind is enough.
      const flag = kind === "ed25519" ? [] : ["--no-passphrase"];
      const { exitCode, stdout, stderr } = importKey(
        join(home, "id"),
        out,
        "--passphrase-file",
        old,
        ...flag,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain(`imported the ${tool} key`);
      const label = flag.length === 0 ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY";
      expect(readFileSync(out, "utf8").split("\n")[0]).toBe(`-----BEGIN ${label}-----`);
      expect(statSync(out).mode & 0o777).toBe(0o600);
      expect(importKey(join(home, "id.pub"), join(home, "public.pem")).exitCode).toBe(0);
      expect(readFileSync(join(home, "public.pem"), "utf8")).toBe(readFileSync(`${out}.pub`, "utf8"));
      if (!hasTool("openssl")) return;
      const argv = ["pkey", "-in", out, "-passin", `file:${old}`, "-pubout"];
      expect(runTool(home, "openssl", argv).stdout).toBe(readFileSync(`${out}.pub`, "utf8"));
    },
  );

  it("says what to do with a key under a cipher that it does not know, or of another kind", ({ skip }) => {
    if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
    const home = mkdtempSync(join(folder, "ssh-"));
    const cipher = ["-Z", "chacha20-poly1305@openssh.com", "-N", PASSPHRASE];
    runTool(home, "ssh-keygen", ["-q", "-t", "ed25519", ...cipher, "-f", "locked"]);
    runTool(home, "ssh-keygen", ["-q", "-t", "rsa", "-N", "", "-f", "rsa"]);
    const locked = importKey(join(home, "locked"), join(home, "out"), "--passphrase-file", old);
    expect(locked.exitCode).toBe(3);
    expect(unwrapped(locked.stderr)).toContain("ssh-keygen -p -Z aes256-ctr");
    for (const name of ["rsa", "rsa.pub"]) {
      const { exitCode, stderr } = importKey(join(home, name), join(home, "out"), "--no-passphrase");
      expect(exitCode).toBe(3);
      expect(unwrapped(stderr)).toContain("no Ed25519 or P-256 key");
    }
    expect(readdirSync(home).filter((name) => name.startsWith("out"))).toEqual([]);
  });

  it("takes over what minisign makes", ({ skip }) => {
    // One under a passphrase takes 1 GiB and seconds on both sides: `npm run test:interop -- --only trust`.
    if (!hasTool("minisign")) skip("no minisign");
    const home = mkdtempSync(join(folder, "minisign-"));
    runTool(home, "minisign", ["-G", "-W", "-p", "key.pub", "-s", "key"]);
    chmodSync(join(home, "key"), 0o600);
    const out = join(home, "release.pem");
    const imported = importKey(join(home, "key"), out, "--new-passphrase-file", fresh);
    expect(imported).toMatchObject({ exitCode: 0, stderr: "" });
    expect(importKey(join(home, "key.pub"), join(home, "public.pem")).exitCode).toBe(0);
    expect(readFileSync(join(home, "public.pem"), "utf8")).toBe(readFileSync(`${out}.pub`, "utf8"));
  });

  it("takes over a key of cosign under a new passphrase", () => {
    const home = mkdtempSync(join(folder, "cosign-"));
    const [key, out] = [join(home, "cosign.key"), join(home, "release.pem")];
    writeFileSync(key, readFileSync(fixture("cosign-p256.key")), { mode: 0o600 });
    const theirs = put("cosign.txt", "test passphrase\n");
    const more = ["--passphrase-file", theirs, "--new-passphrase-file", fresh];
    expect(importKey(key, out, ...more)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(`${out}.pub`, "utf8")).toBe(readFileSync(fixture("cosign-p256.pub"), "utf8"));
    expect(runCli(["keys", "public", out, "--passphrase-file", theirs]).exitCode).toBe(3);
    expect(runCli(["keys", "public", out, "--passphrase-file", fresh]).exitCode).toBe(0);
    const again = importKey(key, out, ...more);
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toContain("exists already");
  });

  it("needs a new passphrase where there was none, and reads no key that others may read", () => {
    const home = mkdtempSync(join(folder, "empty-"));
    const [key, out] = [join(home, "cosign.key"), join(home, "release.pem")];
    writeFileSync(key, readFileSync(fixture("cosign-ed25519.key")), { mode: 0o600 });
    const empty = put("empty.txt", "\n");
    const none = importKey(key, out, "--passphrase-file", empty);
    expect(none.exitCode).toBe(2);
    expect(unwrapped(none.stderr)).toContain("a new key needs a passphrase");
    expect(importKey(key, out).exitCode).toBe(3);
    chmodSync(key, 0o644);
    const open = importKey(key, out, "--passphrase-file", empty, "--no-passphrase");
    expect(open.exitCode).toBe(1);
    expect(open.stderr).toContain("may be read by others");
    expect(readdirSync(home)).toEqual(["cosign.key"]);
  });

  it("shows no passphrase and no key when it refuses", () => {
    const secret = readFileSync(fixture("cosign-p256.key"), "utf8").split("\n")[2] ?? "-";
    const home = mkdtempSync(join(folder, "canary-"));
    const key = join(home, "cosign.key");
    writeFileSync(key, readFileSync(fixture("cosign-p256.key")), { mode: 0o600 });
    const runs = [
      importKey(key, join(home, "out"), "--passphrase-file", old),
      importKey(key, join(home, "out"), "--passphrase-file", old, "--json"),
      importKey(old, join(home, "out"), "--passphrase-file", old),
    ];
    for (const { exitCode, stdout, stderr } of runs) {
      expect(exitCode).toBe(3);
      expect(stdout + stderr).not.toContain(PASSPHRASE);
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});
