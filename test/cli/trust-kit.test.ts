import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { generateKeyPair, shortKeyId } from "../../src/crypto/keys.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  SMALL_FIRST,
  SMALL_TOOL,
  SMALL_TRUST_ROOT,
  smallTrust,
  writeSmallRelease,
} from "../support/small-release.ts";
import { flipBit, WORLD_TIME } from "../support/small-world.ts";
import { hasTool, type StockTool } from "../support/stock-tools.ts";
import { signedTestRoot, testKey, testTrustRoot } from "../support/trust.ts";

const folder = scratchFolder();
const kit = join(folder, "kit");
const trust = join(folder, SMALL_TRUST_ROOT);
const ada = testKey("release-ada");
const cy = generateKeyPair("ecdsa-p256");
const [a, c] = [shortKeyId(ada.publicKey.keyId), shortKeyId(cy.publicKey.keyId)];
const rootBytes = signedTestRoot(addKey(testTrustRoot(), cy.publicKey, "Cy", "release", undefined));
const release = { zip: "", top: join(folder, "unpacked", "go-runtime-v0.1.0") };

interface KitDocument {
  readonly schema: string;
  readonly payloadSha256: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly verifier: { readonly file: { readonly name: string; readonly sha256: string } | null };
}

beforeAll(async () => {
  writeFileSync(trust, rootBytes);
  const source = smallTrust(rootBytes);
  const { zip } = await writeSmallRelease(folder, SMALL_FIRST, { signers: [], trust: source });
  const policy = testPolicy({ expectStream: false });
  for (const key of [ada, cy]) {
    const request = { tool: SMALL_TOOL, path: zip, trust: source, policy, copies: "all" } as const;
    await signRelease({ ...request, signer: keySigner(key) });
  }
  mkdirSync(join(folder, "unpacked"));
  const flags = ["--trust", trust, "--allow-test-trust", "--at", WORLD_TIME, "--extract", release.top];
  runCli(["release", "verify-airgap-bundle", zip, ...flags]);
  expect(existsSync(release.top)).toBe(true);
  release.zip = zip;
  expect(runCli(["trust", "export", trust, "--kit", kit]).exitCode).toBe(0);
});

/** The lines to type under a title of the section for a system. */
function linesUnder(system: string, title: string): readonly string[] {
  const text = readFileSync(join(kit, "OFFLINE-VERIFY.txt"), "utf8");
  const section = text.slice(text.indexOf(`\n${system}\n=`));
  const after = section
    .slice(section.indexOf(`\n${title}`))
    .split("\n")
    .slice(3);
  return after.slice(0, after.indexOf("")).map((line) => line.trim());
}

/** Runs the lines of a block as they stand, with the paths and the key that a person would set. */
function typed(title: string, key: string): { readonly exitCode: number | null; readonly output: string } {
  const settings = linesUnder("Linux", "Set these first").map((line) => {
    const given = { KIT: kit, ZIP: release.zip, TOP: release.top, KEY: key }[line.split("=")[0] ?? ""];
    return given === undefined ? line : `${line.split("=")[0]}='${given}'`;
  });
  const lines = linesUnder("Linux", title);
  expect(lines).toHaveLength(1);
  const { status, stdout, stderr } = spawnSync("sh", ["-eu"], {
    input: [...settings, ...lines].join("\n"),
    encoding: "utf8",
  });
  return { exitCode: status, output: `${stdout}${stderr}` };
}

/** Runs `work` while one bit of a file is another. */
function withFlippedBit<T>(path: string, offset: number, work: () => T): T {
  const good = readFileSync(path);
  try {
    flipBit(path, offset);
    return work();
  } finally {
    writeFileSync(path, good);
  }
}

describe("the commands of OFFLINE-VERIFY.txt", () => {
  it.for<[string, StockTool, string, "zip" | "checksums", string]>([
    ["zip with ssh-keygen", "ssh-keygen", a, "zip", "sshsig"],
    ["zip with minisign", "minisign", a, "zip", "minisig"],
    ["zip with openssl (KEY of kind ecdsa-p256)", "openssl", c, "zip", "p256.sig"],
    ["checksums with ssh-keygen", "ssh-keygen", a, "checksums", "sshsig"],
    ["checksums with minisign", "minisign", a, "checksums", "minisig"],
    ["checksums with openssl (KEY of kind ed25519)", "openssl", a, "checksums", "sig"],
    ["checksums with openssl (KEY of kind ecdsa-p256)", "openssl", c, "checksums", "p256.sig"],
  ])(
    "%s: accepts the release, and refuses one bit more of it or of the signature",
    ([title, tool, key, subject, form], { skip }) => {
      if (!hasTool(tool)) skip(`no ${tool}`);
      expect(typed(title, key)).toMatchObject({ exitCode: 0 });
      const file = subject === "zip" ? release.zip : join(release.top, "checksums.txt");
      const copy = join(`${release.zip}.sigs`, `${subject}.${key}.${form}`);
      const inside = form === "minisig" ? readFileSync(copy).indexOf("\n") + 40 : 30;
      for (const [path, offset] of [
        [file, 100],
        [copy, inside],
      ] as const) {
        const { exitCode } = withFlippedBit(path, offset, () => typed(title, key));
        expect({ path, refused: exitCode !== 0 }).toEqual({ path, refused: true });
      }
    },
  );

  it("ask one key each: not that of somebody who did not sign", ({ skip }) => {
    if (!hasTool("ssh-keygen")) skip("no ssh-keygen");
    const bo = shortKeyId(testKey("release-bo").publicKey.keyId);
    expect(typed("checksums with ssh-keygen", bo).exitCode).not.toBe(0);
  });

  it("hold the files against the list, and find what is not on it", ({ skip }) => {
    if (spawnSync("sha256sum", ["--version"]).error !== undefined) skip("no sha256sum");
    expect(typed("digest with sha256sum", a).output).toContain(sha256Hex(readFileSync(release.zip)));
    const [files, unlisted] = ["files with sha256sum", "files that are not listed"];
    expect(typed(files, a)).toMatchObject({ exitCode: 0 });
    expect(typed(unlisted, a)).toEqual({ exitCode: 0, output: "" });
    const changed = withFlippedBit(join(release.top, "LICENSE"), 3, () => typed(files, a));
    expect(changed.exitCode).not.toBe(0);
    writeFileSync(join(release.top, "planted"), "x");
    expect(typed(unlisted, a).output).toBe("planted\n");
  });

  it("are there for the other systems with the tools that those have", () => {
    const mac = linesUnder("macOS", "files with shasum");
    expect(mac).toEqual(['(cd "$TOP" && shasum -a 256 -c checksums.txt)']);
    const [windows = ""] = linesUnder("Windows PowerShell", "zip with ssh-keygen");
    expect(windows).toMatch(/^cmd \/c "ssh-keygen -Y verify .* < ""\$ZIP"""$/);
    expect(linesUnder("Windows PowerShell", "files with Get-FileHash").join("")).toContain("Get-FileHash");
  });
});

describe("trust export", () => {
  it("holds the root, the public keys and the instructions, and tells their digests", () => {
    const again = join(folder, "again");
    const verifier = join(folder, "cavra-0.1.0.tgz");
    writeFileSync(verifier, "the package");
    const args = ["trust", "export", trust, "--kit", again, "--verifier", verifier, "--json"];
    const { exitCode, stdout, stderr } = runCli(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { schema, files, verifier: told, payloadSha256 } = JSON.parse(stdout) as KitDocument;
    expect(schema).toBe("cavra.trust-kit/1");
    expect(told.file).toEqual({ name: "cavra-0.1.0.tgz", sha256: sha256Hex(Buffer.from("the package")) });
    const bo = shortKeyId(testKey("release-bo").publicKey.keyId);
    const names = [`${a}.minisign.pub`, `${a}.pem`, `${bo}.minisign.pub`, `${bo}.pem`, `${c}.pem`];
    const rest = ["OFFLINE-VERIFY.txt", "allowed_signers", "cavra-runtime.trust-root.json"];
    expect(readdirSync(again).toSorted()).toEqual([...names, ...rest].toSorted());
    expect(files.map(({ name }) => name)).toEqual(readdirSync(again).toSorted());
    for (const { name, sha256 } of files) expect(sha256Hex(readFileSync(join(again, name)))).toBe(sha256);
    expect(Buffer.compare(readFileSync(join(again, "cavra-runtime.trust-root.json")), rootBytes)).toBe(0);
    const text = readFileSync(join(again, "OFFLINE-VERIFY.txt"), "utf8");
    for (const part of [payloadSha256, told.file?.sha256 ?? "-", "main/stable: 1 of Ada, Bo, Cy"])
      expect(text).toContain(part);
    for (const limit of ["threshold", "Expiry", "Rollback", "Revocation"]) expect(text).toContain(limit);
    expect(text).toMatch(/^[\n -~]*$/);
    for (const { name } of files)
      expect(readFileSync(join(again, name), "utf8")).not.toContain("PRIVATE KEY");
  });

  it("says how the digest of the verifier is told when no file is named", () => {
    const text = readFileSync(join(kit, "OFFLINE-VERIFY.txt"), "utf8");
    expect(unwrapped(text)).toContain("Whoever hands out the verifier computes it from that file");
  });

  it("takes the root that is pinned", () => {
    const home = mkdtempSync(join(folder, "home-"));
    const env = { CAVRA_HOME: home };
    const loaded = loadTrustRoot(trust, rootBytes, Date.now() / 1000);
    const sha256 = loaded.ok ? loaded.value.payloadSha256 : "";
    const none = runCli(["trust", "export", "--kit", join(home, "kit")], { env });
    expect(none.exitCode).toBe(3);
    expect(runCli(["trust", "pin", trust, "--sha256", sha256], { env }).exitCode).toBe(0);
    expect(runCli(["trust", "export", "--kit", join(home, "kit")], { env }).exitCode).toBe(0);
    expect(readdirSync(join(home, "kit"))).toEqual(readdirSync(kit));
  });

  const spoilt: readonly (readonly [string, (root: TrustRoot) => TrustRoot, string])[] = [
    [
      "a root that has run out",
      (root) => ({ ...root, issued: "2026-01-01T00:00:00Z", expires: "2026-01-02T00:00:00Z" }),
      "has run out",
    ],
    [
      "a root whose release keys are all revoked",
      (root) => {
        const members = root.roles.release[0]?.members ?? [];
        return { ...root, revoked: { ...root.revoked, members } };
      },
      "has no release key",
    ],
  ];

  it.each(spoilt)("writes nothing for %s", (_, change, words) => {
    const file = join(mkdtempSync(join(folder, "spoilt-")), "root.json");
    writeFileSync(file, signedTestRoot(testTrustRoot(change)));
    const target = join(folder, "never");
    const { exitCode, stdout, stderr } = runCli(["trust", "export", file, "--kit", target]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(unwrapped(stderr)).toContain(words);
    expect(existsSync(target)).toBe(false);
  });

  it("leaves out a revoked key, writes nothing for a changed root or another product, and replaces nothing", () => {
    const place = mkdtempSync(join(folder, "more-"));
    const [changed, revoked] = [join(place, "changed.json"), join(place, "revoked.json")];
    const members = [ada.publicKey.keyId];
    writeFileSync(
      revoked,
      signedTestRoot(testTrustRoot((root) => ({ ...root, revoked: { ...root.revoked, members } }))),
    );
    expect(runCli(["trust", "export", revoked, "--kit", join(place, "kit")]).exitCode).toBe(0);
    expect(readdirSync(join(place, "kit")).join(" ")).not.toContain(a);
    expect(readFileSync(join(place, "kit", "allowed_signers"), "utf8")).not.toContain(a);
    writeFileSync(changed, rootBytes);
    flipBit(changed, 200);
    const target = join(place, "never");
    expect(runCli(["trust", "export", changed, "--kit", target]).exitCode).toBe(1);
    expect(runCli(["trust", "export", trust, "--kit", target, "--product", "other"]).exitCode).toBe(1);
    expect(existsSync(target)).toBe(false);
    const before = readFileSync(join(kit, "allowed_signers"), "utf8");
    expect(runCli(["trust", "export", trust, "--kit", kit]).exitCode).toBe(3);
    expect(readFileSync(join(kit, "allowed_signers"), "utf8")).toBe(before);
  });
});
