import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shortKeyId } from "../../src/crypto/keys.ts";
import { CANDIDATE, STABLE } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testKey } from "../support/trust.ts";

const folder = scratchFolder();
const KEYS = fileURLToPath(new URL("../../fixtures/keys/", import.meta.url));

const VERIFY = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey"];

interface ToolResult {
  readonly status: number | null;
  readonly output: string;
}

function run(tool: string, args: readonly string[], cwd: string = folder): ToolResult {
  const { status, stdout, stderr } = spawnSync(tool, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return { status, output: stdout + stderr };
}

/** A missing tool skips its test by name; in CI all are there, and a missing one is an error. */
function toolOrSkip(tool: string, probe: readonly string[], skip: (reason: string) => void): void {
  if (spawnSync(tool, probe).status === 0) return;
  if (process.env["CI"] === "true") throw new Error(`CI has no ${tool}`);
  skip(`no ${tool}`);
}

describe.each([STABLE, CANDIDATE])("without cavra, the sample $version", ({ zip, top, zipName }) => {
  const signers = ["release-ada", "release-bo"] as const;

  it("is sound to unzip, with one folder and its modes", ({ skip }) => {
    toolOrSkip("unzip", ["-v"], skip);
    const tested = run("unzip", ["-t", zip]);
    expect(tested.status, tested.output).toBe(0);
    expect(tested.output).toContain("No errors detected");
    const names = run("unzip", ["-Z1", zip]).output.trim().split("\n");
    expect(names).toHaveLength(14);
    expect(names.filter((name) => !name.startsWith(`${top}/`))).toEqual([]);
    const executable = run("unzip", ["-Z", zip]).output.match(/^-rwxr-xr-x .*$/gm) ?? [];
    expect(executable).toHaveLength(3);
  });

  it("has the checksums that it lists", ({ skip }) => {
    toolOrSkip("unzip", ["-v"], skip);
    toolOrSkip("sha256sum", ["/dev/null"], skip);
    expect(run("unzip", ["-q", "-o", zip]).status).toBe(0);
    const checked = run("sha256sum", ["-c", "checksums.txt"], join(folder, top));
    expect(checked.status, checked.output).toBe(0);
    expect(checked.output.match(/: OK$/gm)).toHaveLength(13);
  });

  it("has checksums that OpenSSL verifies for both signers, and not after one flipped byte", ({ skip }) => {
    toolOrSkip("unzip", ["-v"], skip);
    toolOrSkip("openssl", ["pkeyutl", "-help"], skip);
    const list = join(folder, `${zipName}.checksums.txt`);
    const unzipped = spawnSync("unzip", ["-p", zip, `${top}/checksums.txt`]);
    writeFileSync(list, unzipped.stdout);
    const bytes = readFileSync(list);
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
    const spoiled = `${list}.spoiled`;
    writeFileSync(spoiled, bytes);
    for (const name of signers) {
      const signature = `${zip}.sigs/checksums.${shortKeyId(testKey(name).publicKey.keyId)}.sig`;
      const copy = join(folder, "checksums.sig");
      cpSync(signature, copy);
      const verify = (input: string, key: string): ToolResult =>
        run("openssl", [...VERIFY, join(KEYS, `${key}.pub.pem`), "-in", input, "-sigfile", copy]);
      const verified = verify(list, name);
      expect(verified.status, verified.output).toBe(0);
      expect(verified.output).toContain("Verified Successfully");
      expect(verify(spoiled, name).status, name).not.toBe(0);
      expect(verify(list, "attacker").status, name).not.toBe(0);
    }
  });
});
