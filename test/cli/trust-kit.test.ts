import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { shortKeyId } from "../../src/crypto/keys.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { KIT_COMMANDS, kitLines, kitWorld, typedKitLine } from "../support/kit-world.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { flipBit } from "../support/small-world.ts";
import { hasTool } from "../support/stock-tools.ts";
import { signedTestRoot, testKey, testTrustRoot } from "../support/trust.ts";

const folder = scratchFolder();
const world = await kitWorld(folder);
const { kit, trust, rootBytes, ada: a, cy: c } = world;

interface KitDocument {
  readonly schema: string;
  readonly payloadSha256: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly verifier: { readonly file: { readonly name: string; readonly sha256: string } | null };
}

function typed(title: string, key: string): ReturnType<typeof typedKitLine> {
  return typedKitLine(world, title, key);
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
  it.for(KIT_COMMANDS)(
    "%s: accepts the release, and refuses one bit more of it or of the signature",
    ([title, tool, holder, subject, form], { skip }) => {
      if (!hasTool(tool)) skip(`no ${tool}`);
      const key = world[holder];
      expect(typed(title, key)).toMatchObject({ exitCode: 0 });
      const file = subject === "zip" ? world.zip : join(world.top, "checksums.txt");
      const copy = join(`${world.zip}.sigs`, `${subject}.${key}.${form}`);
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
    expect(typed("digest with sha256sum", a).output).toContain(sha256Hex(readFileSync(world.zip)));
    const [files, unlisted] = ["files with sha256sum", "files that are not listed"];
    expect(typed(files, a)).toMatchObject({ exitCode: 0 });
    expect(typed(unlisted, a)).toEqual({ exitCode: 0, output: "" });
    const changed = withFlippedBit(join(world.top, "LICENSE"), 3, () => typed(files, a));
    expect(changed.exitCode).not.toBe(0);
    writeFileSync(join(world.top, "planted"), "x");
    expect(typed(unlisted, a).output).toBe("planted\n");
  });

  it("are there for the other systems with the tools that those have", () => {
    const mac = kitLines(world, "macOS", "files with shasum");
    expect(mac).toEqual(['(cd "$TOP" && shasum -a 256 -c checksums.txt)']);
    const [windows = ""] = kitLines(world, "Windows PowerShell", "zip with ssh-keygen");
    expect(windows).toMatch(/^cmd \/c "ssh-keygen -Y verify .* < ""\$ZIP"""$/);
    expect(kitLines(world, "Windows PowerShell", "files with Get-FileHash").join("")).toContain(
      "Get-FileHash",
    );
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
    const members = [testKey("release-ada").publicKey.keyId];
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
