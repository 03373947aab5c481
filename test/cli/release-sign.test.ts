import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallTrustRoot } from "../support/small-release.ts";
import { signedTestRoot, testTrustRoot, type TestKeyName } from "../support/trust.ts";

const ZIP = "cavra-go-runtime-v0.1.0.zip";
const TOP = "go-runtime-v0.1.0";
const AT = "2026-06-01T00:00:00Z";
const folder = scratchFolder();
const built = join(folder, "built");
const trust = join(folder, "trust-root.json");

beforeAll(() => {
  const checkout = prebuiltCheckout();
  const { exitCode, stderr } = runCli(["release", "build", "--first-release", "--out", built], {
    cwd: checkout.folder,
  });
  checkout.remove();
  if (exitCode !== 0) throw new Error(stderr);
  writeFileSync(trust, smallTrustRoot());
  for (const name of ["release-ada", "release-bo", "attacker"] as const) keyFile(folder, name);
});

/** A copy of what was built, for one test to sign and spoil. */
function copyOfBuilt(): string {
  const copy = mkdtempSync(join(folder, "copy-"));
  cpSync(built, copy, { recursive: true });
  return copy;
}

function sign(subject: string, key: TestKeyName, root = trust, more: readonly string[] = []): CliResult {
  const keyPath = join(folder, `${key}.pem`);
  return runCli(["release", "sign", subject, "--trust", root, "--key", keyPath, "--at", AT, ...more]);
}

function verify(subject: string): CliResult {
  return runCli([
    "release",
    "verify-go-package",
    subject,
    "--trust",
    trust,
    "--allow-test-trust",
    "--at",
    AT,
  ]);
}

function contentsOf(path: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(path).map((name) => [name, sha256Hex(readFileSync(join(path, name)))]));
}

describe("release sign", () => {
  it("counts holders until the threshold is met, and signs zip and directory alike", () => {
    const home = copyOfBuilt();
    const zip = join(home, ZIP);
    const first = sign(zip, "release-ada");
    expect({ exitCode: first.exitCode, stderr: first.stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(/^signed cavra-runtime 0\.1\.0 as Ada\n/);
    expect(first.stdout).toContain("1 of 2 holders");
    expect(verify(zip)).toMatchObject({ exitCode: 1 });

    const bo = ["--key", join(folder, "release-bo.pem"), "--trust", trust, "--at", AT];
    const second = runCli(["release", "sign", zip, ...bo, "--json"]);
    expect({ exitCode: second.exitCode, stderr: second.stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(second.stdout)).toMatchObject({
      schema: "cavra.signed/1",
      holder: "Bo",
      holders: 2,
      needed: 2,
      verdict: "PASS",
      zip: { name: ZIP, sha256: sha256Hex(readFileSync(zip)) },
    });
    expect(contentsOf(`${zip}.sigs`)).toEqual(contentsOf(join(home, `${TOP}.sigs`)));
    // Two envelopes, and of each holder two SSH, two minisign and one raw copy.
    expect(contentsOf(`${zip}.sigs`).size).toBe(12);
    for (const subject of [zip, join(home, TOP)]) {
      expect(verify(subject).stdout).toMatch(/^PASS \(test trust\) {2}go-runtime v0\.1\.0/);
    }
  });

  it("writes only the copies that are asked for; one that was changed fails the release", () => {
    const zip = join(copyOfBuilt(), ZIP);
    expect(sign(zip, "release-ada", trust, ["--copies", "none"]).exitCode).toBe(0);
    expect([...contentsOf(`${zip}.sigs`).keys()].toSorted()).toEqual([
      "provenance.dsse.json",
      "release.dsse.json",
    ]);
    expect(sign(zip, "release-ada").exitCode).toBe(0);
    expect(sign(zip, "release-bo", trust, ["--copies", "openssl"]).exitCode).toBe(0);
    expect(contentsOf(`${zip}.sigs`).size).toBe(8);
    expect(verify(zip)).toMatchObject({ exitCode: 0 });
    const [copy = ""] = [...contentsOf(`${zip}.sigs`).keys()].filter((name) => /^zip.*sshsig$/.test(name));
    const text = readFileSync(join(`${zip}.sigs`, copy), "utf8");
    writeFileSync(join(`${zip}.sigs`, copy), text.replace(/.{9}(?=\n-----END)/, "AAAAAAAAA"));
    const { exitCode, stdout } = verify(zip);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(copy);
    expect(stdout).toContain("signatures.copy-invalid");
  });

  it("changes nothing when a holder signs twice", () => {
    const zip = join(copyOfBuilt(), ZIP);
    expect(sign(zip, "release-ada").exitCode).toBe(0);
    const before = contentsOf(`${zip}.sigs`);
    expect(sign(zip, "release-ada").stdout).toContain("1 of 2 holders");
    expect(contentsOf(`${zip}.sigs`)).toEqual(before);
  });

  it("refuses a key that the root does not list for this stream", () => {
    const zip = join(copyOfBuilt(), ZIP);
    const { exitCode, stdout, stderr } = sign(zip, "attacker");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(unwrapped(stderr)).toContain("this key may not sign this release");
    expect(existsSync(`${zip}.sigs`)).toBe(false);
  });

  it("does not join a signature over another statement", () => {
    const zip = join(copyOfBuilt(), ZIP);
    expect(sign(zip, "release-ada").exitCode).toBe(0);
    const before = contentsOf(`${zip}.sigs`);
    // The statement names the version of the root: for the next root it is another one.
    const next = join(folder, "next-root.json");
    writeFileSync(next, signedTestRoot(testTrustRoot((root) => ({ ...root, version: 2 }))));
    const { exitCode, stderr } = sign(zip, "release-bo", next);
    expect(exitCode).toBe(1);
    expect(unwrapped(stderr)).toContain("signs something else than the bytes at hand");
    expect(contentsOf(`${zip}.sigs`)).toEqual(before);
  });

  it("does not join an envelope that is damaged", () => {
    const zip = join(copyOfBuilt(), ZIP);
    expect(sign(zip, "release-ada").exitCode).toBe(0);
    writeFileSync(join(`${zip}.sigs`, "release.dsse.json"), "{}\n");
    const { exitCode, stderr } = sign(zip, "release-bo");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("release.dsse.json");
    expect(readFileSync(join(`${zip}.sigs`, "release.dsse.json"), "utf8")).toBe("{}\n");
  });

  it("signs no zip that is not whole", () => {
    const home = copyOfBuilt();
    const bytes = readFileSync(join(home, ZIP));
    const spoilt: readonly (readonly [string, Uint8Array])[] = [
      ["cut.zip", bytes.subarray(0, -1)],
      ["longer.zip", Buffer.concat([bytes, Buffer.from([0])])],
      ["flipped.zip", bytes.map((byte, index) => (index === 200 ? byte ^ 1 : byte))],
    ];
    for (const [name, content] of spoilt) {
      const path = join(home, name);
      writeFileSync(path, content);
      const { exitCode, stdout, stderr } = sign(path, "release-ada");
      expect({ name, exitCode, stdout }).toEqual({ name, exitCode: 1, stdout: "" });
      expect(unwrapped(stderr)).toContain("is not a sound package");
      expect(existsSync(`${path}.sigs`)).toBe(false);
    }
  });

  it("says that the zip is what is signed, and that a trust root is needed", () => {
    const home = copyOfBuilt();
    const directory = sign(join(home, TOP), "release-ada");
    expect(directory.exitCode).toBe(2);
    expect(unwrapped(directory.stderr)).toContain("the zip is what is signed");
    const key = join(folder, "release-ada.pem");
    const trustless = runCli(["release", "sign", join(home, ZIP), "--key", key]);
    expect(trustless.exitCode).toBe(2);
    expect(trustless.stderr).toContain("--trust");
    expect(readdirSync(home).toSorted()).toEqual([ZIP, TOP]);
  });
});

describe("release build with a key", () => {
  it("signs what it built", () => {
    const checkout = prebuiltCheckout();
    try {
      const more = ["--key", join(folder, "release-ada.pem"), "--trust", trust, "--json"];
      const { exitCode, stdout, stderr } = runCli(["release", "build", "--first-release", ...more], {
        cwd: checkout.folder,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ signature: { holder: "Ada", holders: 1, needed: 2 } });
      expect(readdirSync(join(checkout.folder, "dist")).toSorted()).toEqual(
        [ZIP, `${ZIP}.sigs`, TOP, `${TOP}.sigs`].toSorted(),
      );
    } finally {
      checkout.remove();
    }
  });
});

describe("release bundle", () => {
  it("packs the directory into the zip that it was, byte for byte", () => {
    const home = copyOfBuilt();
    const expected = readFileSync(join(home, ZIP));
    rmSync(join(home, ZIP));
    const { exitCode, stdout } = runCli(["release", "bundle", join(home, TOP), "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ path: join(home, ZIP), sha256: sha256Hex(expected) });
    expect(readFileSync(join(home, ZIP)).equals(expected)).toBe(true);

    const taken = runCli(["release", "bundle", join(home, TOP)]);
    expect(taken.exitCode).toBe(3);
    expect(unwrapped(taken.stderr)).toContain("exists already");
  });

  it("packs nothing that does not agree with itself", () => {
    const home = copyOfBuilt();
    rmSync(join(home, ZIP));
    writeFileSync(join(home, TOP, "extra"), "");
    const { exitCode, stdout, stderr } = runCli(["release", "bundle", join(home, TOP)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("extra");
    expect(readdirSync(home)).toEqual([TOP]);
    expect(runCli(["release", "bundle", join(home, "none")]).exitCode).toBe(3);
  });
});

describe("release inspect", () => {
  it("lists every file, and says that nothing was proven", () => {
    const { exitCode, stdout } = runCli(["release", "inspect", join(built, ZIP)]);
    expect(exitCode).toBe(0);
    expect(unwrapped(stdout)).toContain("nothing was proven about who made it");
    for (const name of readdirSync(join(built, TOP), { recursive: true, encoding: "utf8" })) {
      expect(stdout).toContain(name);
    }
  });

  it("says the same of zip and directory, but for the container", () => {
    const documents = [join(built, ZIP), join(built, TOP)].map((path) => {
      const { exitCode, stdout } = runCli(["release", "inspect", path, "--json"]);
      expect(exitCode).toBe(0);
      const { subject: _, ...rest } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
      return rest;
    });
    expect(documents[0]).toEqual(documents[1]);
  });

  it("ends with 1 when the package does not agree with itself, 5 when it is hostile, 3 when there is none", () => {
    const home = copyOfBuilt();
    writeFileSync(join(home, TOP, "LICENSE"), "changed");
    const changed = runCli(["release", "inspect", join(home, TOP)]);
    expect(changed.exitCode).toBe(1);
    expect(changed.stdout).toContain("LICENSE");
    const zip = join(home, ZIP);
    writeFileSync(zip, Buffer.concat([Buffer.from("MZ"), readFileSync(zip)]));
    expect(runCli(["release", "inspect", zip]).exitCode).toBe(5);
    expect(runCli(["release", "inspect", join(home, "none.zip")]).exitCode).toBe(3);
  });
});
