import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

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
  const { exitCode, stdout, stderr } = runCli([
    "trust",
    "sign",
    root,
    "--key",
    key,
    ...more,
    "--yes",
    "--json",
  ]);
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
    const { exitCode, stderr } = runCli([
      "trust",
      "sign",
      doubled,
      "--key",
      keys.first,
      "--out",
      signed,
      "--yes",
    ]);
    expect(exitCode).toBe(1);
    expect(unwrapped(stderr)).toContain("also has another role");
  });

  it("is signed by root keys only", () => {
    const { exitCode, stderr } = runCli([
      "trust",
      "sign",
      draft,
      "--key",
      keys.release,
      "--out",
      signed,
      "--yes",
    ]);
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
    expect(unwrapped(signedShown.stdout)).toContain((payloadSha256.match(/.{4}/g) ?? []).join(" "));
    const drawn = runCli(["trust", "show", signed, "--qr"], { env: { LANG: "C.UTF-8" } });
    expect(drawn.stdout).toContain("\u2588".repeat(45));
    expect(runCli(["trust", "show", signed, "--qr", "--ascii"]).exitCode).toBe(2);
    expect(draftShown.stdout).not.toContain(payloadSha256);
    for (const { stdout } of [draftShown, signedShown]) {
      for (const holder of ["Ruth", "Rolf", "Ada"]) expect(stdout).toContain(holder);
    }
  });
});

describe("a draft", () => {
  it.each([
    ["--product", ["--product", "../x"], "product"],
    ["--line", ["--product", "x", "--line", "größer"], "line"],
    ["--builder-id", ["--product", "x", "--builder-id", ""], "builders"],
  ])("is not written with a %s that nobody could read again", (_, flags, place) => {
    const path = join(newHome(), "draft.json");
    const { exitCode, stdout, stderr } = runCli(["trust", "init", path, ...flags]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain(place);
    expect(existsSync(path)).toBe(false);
  });

  it("is not spoilt by a name that it cannot hold, and tells what spoils it when people edit it", () => {
    const path = join(newHome(), "draft.json");
    expect(runCli(["trust", "init", path, "--product", "x"]).exitCode).toBe(0);
    const before = readFileSync(path, "utf8");
    const key = ["--role", "root", "--key", `${keys.first}.pub`];
    const { exitCode, stderr } = runCli(["trust", "add-key", path, ...key, "--holder", "Zo\u00eb"]);
    expect(exitCode).toBe(2);
    expect(unwrapped(stderr)).toContain("printable ASCII");
    expect(readFileSync(path, "utf8")).toBe(before);
    writeFileSync(path, before.replace('"product": "x"', '"product": "X"'));
    const shown = runCli(["trust", "show", path]);
    expect(shown.exitCode).toBe(3);
    expect(unwrapped(shown.stderr)).toContain("product must be a product name");
  });
});

describe("trust pin", () => {
  it("pins with the digest that was told, for the user only", () => {
    const home = newHome();
    const { payloadSha256 } = sign(signed, keys.first);
    const { exitCode, stdout, stderr } = pin(home, signed, payloadSha256);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(payloadSha256);
    expect(unwrapped(stdout)).toContain((payloadSha256.match(/.{4}/g) ?? []).join(" "));
    const files = readdirSync(join(home, "trust")).toSorted();
    expect(files).toEqual([
      expect.stringMatching(/^cavra-runtime\.[0-9a-f]{16}\.root\.json$/),
      "cavra-runtime.pin.json",
      "cavra-runtime.state.json",
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
