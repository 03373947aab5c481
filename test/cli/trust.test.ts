import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { signedTestRoot, testTrustRoot } from "../support/trust.ts";

const ISSUED = ["--at", "2026-01-01T00:00:00Z", "--days", "3650"];
const folder = scratchFolder();
const draft = join(folder, "root.draft.json");
const signed = join(folder, "root.json");
const keys = { first: "", second: "", release: "", stranger: "" };

interface DraftDocument {
  readonly schema: string;
  readonly root: TrustRoot;
}

interface SignedDocument {
  readonly holders: number;
  readonly needed: number;
  readonly payloadSha256: string;
}

function publicFile(key: string): string {
  const { exitCode, stdout } = runCli(["keys", "public", key]);
  expect(exitCode).toBe(0);
  writeFileSync(`${key}.pub`, stdout);
  return `${key}.pub`;
}

function add(role: string, holder: string, key: string, ...more: readonly string[]): CliResult {
  return runCli([
    "trust",
    "add-key",
    draft,
    "--role",
    role,
    "--holder",
    holder,
    "--key",
    `${key}.pub`,
    ...more,
  ]);
}

function sign(root: string, key: string, ...more: readonly string[]): SignedDocument {
  const { exitCode, stdout, stderr } = runCli(["trust", "sign", root, "--key", key, ...more, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as SignedDocument;
}

/** A home with nothing pinned. */
function newHome(): string {
  return mkdtempSync(join(folder, "home-"));
}

function pin(home: string, file: string, sha256: string): CliResult {
  return runCli(["trust", "pin", file, "--sha256", sha256], { env: { CAVRA_HOME: home } });
}

/** A signed root of another product, with its pin. */
function otherRoot(product: string): { readonly file: string; readonly sha256: string } {
  const root = testTrustRoot(undefined, product);
  const file = join(folder, `${product}.json`);
  writeFileSync(file, signedTestRoot(root));
  return { file, sha256: sha256Hex(writeTrustRoot(root)) };
}

beforeAll(() => {
  keys.first = keyFile(folder, "root");
  keys.second = keyFile(folder, "release-bo");
  keys.release = keyFile(folder, "release-ada");
  keys.stranger = keyFile(folder, "attacker");
  Object.values(keys).forEach(publicFile);
});

describe("a trust root of two root holders", () => {
  it("starts as a draft that is never replaced", () => {
    const args = ["trust", "init", draft, "--product", "cavra-runtime", "--purpose", "test", ...ISSUED];
    const made = runCli([...args, "--json"]);
    expect({ exitCode: made.exitCode, stderr: made.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { schema, root } = JSON.parse(made.stdout) as DraftDocument;
    expect(schema).toBe("cavra.trust-draft/1");
    expect(root).toEqual(JSON.parse(readFileSync(draft, "utf8")));
    expect(root.roles.release.map(({ channel }) => channel)).toEqual(["stable", "rc"]);
    const again = runCli(args);
    expect(again.exitCode).toBe(3);
    expect(unwrapped(again.stderr)).toContain("exists already");
  });

  it("gets its keys, each with holder and role", () => {
    expect(add("root", "Ruth", keys.first).exitCode).toBe(0);
    expect(add("root", "Rolf", keys.second, "--threshold", "2").exitCode).toBe(0);
    const { exitCode, stdout } = add("release", "Ada", keys.release);
    expect(exitCode).toBe(0);
    for (const holder of ["Ruth", "Rolf", "Ada"]) expect(stdout).toContain(holder);
    const { roles, builders } = JSON.parse(readFileSync(draft, "utf8")) as TrustRoot;
    expect(roles.root).toMatchObject({ threshold: 2 });
    expect(roles.root.members).toHaveLength(2);
    expect(roles.release.map(({ members }) => members.length)).toEqual([1, 1]);
    expect(builders.map(({ members }) => members)).toEqual([roles.release[0]?.members]);
  });

  it("refuses a key under a second name, and a person as root and releaser", () => {
    const twice = add("release", "Another", keys.release);
    expect(twice.exitCode).toBe(2);
    expect(unwrapped(twice.stderr)).toContain("this key already belongs to Ada");
    const doubled = join(folder, "doubled.json");
    copyFileSync(draft, doubled);
    const args = ["--role", "release", "--holder", "Ruth", "--key", `${keys.first}.pub`];
    expect(runCli(["trust", "add-key", doubled, ...args]).exitCode).toBe(0);
    const { exitCode, stderr } = runCli(["trust", "sign", doubled, "--key", keys.first, "--out", signed]);
    expect(exitCode).toBe(1);
    expect(unwrapped(stderr)).toContain("also has another role");
  });

  it("is signed by root keys only", () => {
    const { exitCode, stderr } = runCli(["trust", "sign", draft, "--key", keys.release, "--out", signed]);
    expect(exitCode).toBe(1);
    expect(unwrapped(stderr)).toContain("only a root key signs a trust root");
  });

  it("counts its holders: one of two is not enough, two are", () => {
    const first = sign(draft, keys.first, "--out", signed);
    expect(first).toMatchObject({ holders: 1, needed: 2 });
    const early = pin(newHome(), signed, first.payloadSha256);
    expect(early.exitCode).toBe(1);
    expect(unwrapped(early.stderr)).toContain("signed by 1 of 2 root holders");

    expect(sign(signed, keys.first)).toMatchObject({ holders: 1 });
    const second = sign(signed, keys.second);
    expect(second).toMatchObject({ holders: 2, needed: 2, payloadSha256: first.payloadSha256 });
  });

  it("takes no more keys once it is signed", () => {
    const { exitCode, stderr } = runCli([
      "trust",
      "add-key",
      signed,
      "--role",
      "release",
      "--holder",
      "Eve",
      "--key",
      `${keys.stranger}.pub`,
    ]);
    expect(exitCode).toBe(3);
    expect(unwrapped(stderr)).toContain("this root is signed");
  });

  it("is shown with what people compare", () => {
    const draftShown = runCli(["trust", "show", draft]);
    const signedShown = runCli(["trust", "show", signed]);
    expect([draftShown.exitCode, signedShown.exitCode]).toEqual([0, 0]);
    const { payloadSha256 } = sign(signed, keys.first);
    expect(signedShown.stdout).toContain(payloadSha256);
    expect(draftShown.stdout).not.toContain(payloadSha256);
    for (const { stdout } of [draftShown, signedShown]) {
      for (const holder of ["Ruth", "Rolf", "Ada"]) expect(stdout).toContain(holder);
    }
  });
});

describe("trust pin", () => {
  it("pins with the digest that was told, for the user only", () => {
    const home = newHome();
    const { payloadSha256 } = sign(signed, keys.first);
    const { exitCode, stdout, stderr } = pin(home, signed, payloadSha256);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(payloadSha256);
    const files = readdirSync(join(home, "trust")).toSorted();
    expect(files).toEqual([
      expect.stringMatching(/^cavra-runtime\.[0-9a-f]{16}\.root\.json$/),
      "cavra-runtime.pin.json",
    ]);
    expect(statSync(join(home, "trust")).mode & 0o777).toBe(0o700);
    for (const name of files) expect(statSync(join(home, "trust", name)).mode & 0o777).toBe(0o600);
    const shown = runCli(["trust", "show"], { env: { CAVRA_HOME: home } });
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain(payloadSha256);
  });

  it("refuses every other digest, and offers none to paste", () => {
    const { payloadSha256 } = sign(signed, keys.first);
    const wrong = [
      "0".repeat(64),
      payloadSha256.slice(0, 16),
      payloadSha256.toUpperCase(),
      ` ${payloadSha256}`,
      "",
    ];
    for (const sha256 of wrong) {
      const home = newHome();
      const { exitCode, stdout, stderr } = pin(home, signed, sha256);
      expect({ sha256, exitCode, stdout }).toEqual({ sha256, exitCode: 1, stdout: "" });
      expect(unwrapped(stderr)).toContain("not the trust root that you were told about");
      expect(stderr).not.toMatch(/--sha256 [0-9a-f]/);
      expect(readdirSync(home)).toEqual([]);
    }
  });

  it("refuses a draft, a changed root, and a missing file", () => {
    const changed = join(folder, "changed.json");
    const text = readFileSync(signed, "utf8");
    writeFileSync(
      changed,
      text.replace(/"sig":"(.)/, (_, first: string) => `"sig":"${first === "A" ? "B" : "A"}`),
    );
    const cases: readonly (readonly [string, number])[] = [
      [draft, 1],
      [changed, 1],
      [join(folder, "none"), 3],
    ];
    for (const [file, exitCode] of cases) {
      const home = newHome();
      expect({ file, exitCode: pin(home, file, "0".repeat(64)).exitCode }).toEqual({ file, exitCode });
      expect(readdirSync(home)).toEqual([]);
    }
  });
});

describe("verification with pins", () => {
  const subject = join(folder, "no-such-thing");
  const verify = (home: string, ...more: readonly string[]): CliResult =>
    runCli(["release", "verify-airgap-bundle", subject, ...more], { env: { CAVRA_HOME: home } });

  const pinned = newHome();

  beforeAll(() => {
    mkdirSync(subject);
    const { file, sha256 } = otherRoot("alpha");
    expect(pin(pinned, file, sha256).exitCode).toBe(0);
  });

  it("asks which product is meant when several are pinned", () => {
    const home = newHome();
    for (const product of ["alpha", "beta"]) {
      const { file, sha256 } = otherRoot(product);
      expect(pin(home, file, sha256).exitCode).toBe(0);
    }
    const { exitCode, stdout, stderr } = verify(home);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain("alpha, beta");
    expect(unwrapped(stderr)).toContain("--product NAME");
    expect(verify(home, "--product", "beta", "--allow-test-trust").stdout).toContain("pin of beta");
    const unknown = verify(home, "--product", "gamma");
    expect(unknown.exitCode).toBe(4);
    expect(unknown.stdout).toMatch(/^UNKNOWN /);
  });

  it.each([
    ["the root of another product", (home: string) => copyFileSync(otherRoot("beta").file, rootIn(home))],
    [
      "a root that is cut short",
      (home: string) => writeFileSync(rootIn(home), readFileSync(rootIn(home)).subarray(0, 99)),
    ],
    ["an empty pin", (home: string) => writeFileSync(pinIn(home), "")],
    [
      "a pin with another digest",
      (home: string) =>
        writeFileSync(pinIn(home), readFileSync(pinIn(home), "utf8").replace(/[0-9a-f]{64}/, "0".repeat(64))),
    ],
    [
      "an unknown member in the pin",
      (home: string) =>
        writeFileSync(pinIn(home), readFileSync(pinIn(home), "utf8").replace("{", '{\n  "a": 1,')),
    ],
  ])("%s in the place of the pin is UNKNOWN, never a PASS", (_, spoil) => {
    const home = newHome();
    cpSync(pinned, home, { recursive: true });
    spoil(home);
    const { exitCode, stdout } = verify(home, "--allow-test-trust");
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN /);
    expect(stdout).toContain("trust.invalid");
    expect(runCli(["trust", "show"], { env: { CAVRA_HOME: home } }).exitCode).not.toBe(0);
  });
});

function rootIn(home: string): string {
  const pins = join(home, "trust");
  const name = readdirSync(pins).find((entry) => /^alpha\.[0-9a-f]{16}\.root\.json$/.test(entry));
  if (name === undefined) throw new Error("alpha is not pinned");
  return join(pins, name);
}

function pinIn(home: string): string {
  return join(home, "trust", "alpha.pin.json");
}
