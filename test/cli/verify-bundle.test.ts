import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli, unwrapped } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { ARTIFACT, IDENTITY, ISSUER, sha256, sigstoreWorld } from "../support/sigstore-world.ts";

const folder = scratchFolder();
const SIGNER = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER];
const ROOT = ["--trusted-root", "root.json"];
const BUNDLE = ["--bundle", "b.json"];

beforeAll(async () => {
  const world = await sigstoreWorld();
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const keyed = await world.makeBundle({ key: privateKey, withLog: false });
  write("root.json", JSON.stringify(world.trustedRoot, null, 2));
  write(
    "roots.jsonl",
    `${JSON.stringify((await sigstoreWorld()).trustedRoot)}\n${JSON.stringify(world.trustedRoot)}\n`,
  );
  write("b.json", JSON.stringify(await world.makeBundle({ withTimestamp: true })));
  write("keyed.json", JSON.stringify(keyed));
  write("key.pem", publicKey.export({ format: "pem", type: "spki" }));
  write("large.json", Buffer.alloc(8 * 1024 * 1024 + 1, " "));
  write("empty.json", "{}");
  write("artifact", ARTIFACT);
  write("other", "other");
});

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

function verify(...args: readonly string[]) {
  return runCli(["verify-bundle", ...args], { cwd: folder });
}

describe("verify-bundle", () => {
  it("ends with 0 for exactly this signer over exactly this artifact, and with 1 for another", () => {
    const { exitCode, stdout, stderr } = verify("artifact", ...BUNDLE, ...SIGNER, ...ROOT);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^PASS {2}artifact: signed by the signer that was asked for\n/);
    expect(unwrapped(stdout)).toContain("1 log entry, 1 timestamp");
    const other = verify("other", ...BUNDLE, ...SIGNER, ...ROOT);
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toMatch(/^FAIL .*\n[^]*error\[bundle\.wrong-artifact\]/);
  });

  it("takes a digest for the artifact, and several roots in lines", () => {
    const digest = `sha256:${sha256(ARTIFACT).toString("hex")}`;
    expect(verify(digest, ...BUNDLE, ...SIGNER, "--trusted-root", "roots.jsonl").exitCode).toBe(0);
    expect(verify(digest.replace(/.$/, ""), ...BUNDLE, ...SIGNER, ...ROOT).exitCode).toBe(2);
  });

  it("verifies with a key alone, and says what was left unread", () => {
    const { exitCode, stdout } = verify("artifact", "--bundle", "keyed.json", "--key", "key.pem");
    expect(exitCode).toBe(0);
    expect(unwrapped(stdout)).toContain(
      "not checked what the statement says; logs and timestamps in the bundle",
    );
  });

  it("prints one document for machines, as its schema says", () => {
    for (const [args, verdict] of [
      [["artifact", ...BUNDLE, ...SIGNER, ...ROOT], "PASS"],
      [["other", ...BUNDLE, ...SIGNER, ...ROOT], "FAIL"],
      [["artifact", "--bundle", "large.json", ...SIGNER, ...ROOT], "FAIL"],
      [["artifact", ...BUNDLE, ...SIGNER, "--trusted-root", "empty.json"], "UNKNOWN"],
      [["artifact", "--bundle", "keyed.json", "--key", "key.pem"], "PASS"],
    ] as const) {
      const { stdout } = verify(...args, "--json");
      const document = JSON.parse(stdout) as { readonly verdict: string };
      expect(closedSchemaProblems("bundle-verification-1", document)).toBe("");
      expect(document.verdict).toBe(verdict);
    }
  });

  it.each([
    ["no signer", [...ROOT]],
    ["an identity without issuer", ["--certificate-identity", IDENTITY, ...ROOT]],
    ["an empty identity", ["--certificate-identity", "", "--certificate-oidc-issuer", ISSUER, ...ROOT]],
    ["an empty issuer", ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", "", ...ROOT]],
    ["two kinds of signer", [...SIGNER, "--key", "key.pem", ...ROOT]],
    ["a certificate without a root", [...SIGNER]],
    ["an empty predicate type", [...SIGNER, ...ROOT, "--predicate-type", ""]],
  ])("is a usage error with %s", (_what, args) => {
    const { exitCode, stdout, stderr } = verify("artifact", ...BUNDLE, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("ends with 3 for files that cannot be opened, and explains its ids", () => {
    expect(verify("absent", ...BUNDLE, ...SIGNER, ...ROOT).exitCode).toBe(3);
    expect(verify("artifact", "--bundle", "absent", ...SIGNER, ...ROOT).exitCode).toBe(3);
    expect(runCli(["explain", "bundle.wrong-identity"]).stdout).toContain("anyone can sign as themselves");
  });
});
