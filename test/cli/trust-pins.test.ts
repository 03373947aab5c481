import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { signedTestRoot, testTrustRoot } from "../support/trust.ts";

const folder = scratchFolder();

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
