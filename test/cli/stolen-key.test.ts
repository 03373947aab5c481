import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { FIRST_ZIP, smallWorld, WORLD_TIME } from "../support/small-world.ts";
import { testKey } from "../support/trust.ts";

const PAGE = readFileSync(new URL("../../docs/stolen-key.md", import.meta.url), "utf8");
const COMMANDS = [...PAGE.matchAll(/^ *cavra (.+)$/gm)].map(([, words = ""]) => words.trim().split(/ +/));
const folder = scratchFolder();
const stolen = testKey("release-bo").publicKey.keyId;

beforeAll(async () => {
  await smallWorld(folder);
  keyFile(folder, "root");
}, 120_000);

/** What the page leaves to the reader: the key id, and that this is a rehearsal with a clock of its own. */
function run(words: readonly string[]): CliResult {
  const verb = words.slice(0, 2).join(" ");
  const more = {
    "trust rotate": ["--at", WORLD_TIME],
    "release verify-airgap-bundle": ["--at", WORLD_TIME, "--allow-test-trust"],
    "keys generate": ["--no-passphrase"],
    "trust sign": ["--yes"],
  }[verb];
  const args = [...words.map((word) => (word === "KEY-ID" ? stolen : word)), ...(more ?? [])];
  return runCli(args, { cwd: folder });
}

describe("the page for the day a key is stolen", () => {
  it("has commands that work, one after the other", () => {
    expect(COMMANDS.length).toBeGreaterThan(9);
    for (const words of COMMANDS) {
      const { exitCode, stdout, stderr } = run(words);
      expect({ words, exitCode, said: exitCode === 0 ? "" : stdout + stderr }).toEqual({
        words,
        exitCode: 0,
        said: "",
      });
    }
  }, 240_000);

  it("leads to a root that says what was done, and to a release that only the endorsement saves", () => {
    const shown = run(["trust", "sign", "root-2.draft.json", "--previous", "trust-root.json", "--dry-run"]);
    expect(unwrapped(shown.stdout)).toContain(`revoked: Bo (${stolen})`);
    expect(unwrapped(shown.stdout)).toContain("endorsed: version 0.1.0");
    expect(unwrapped(shown.stdout)).toContain("new key of Bo (ed25519)");
    const draft = join(folder, "root-2.draft.json");
    const root = JSON.parse(readFileSync(draft, "utf8")) as { endorsed: unknown };
    root.endorsed = [];
    writeFileSync(draft, JSON.stringify(root));
    const sign = ["trust", "sign", "root-2.draft.json", "--previous", "trust-root.json", "--key", "root.pem"];
    expect(run([...sign, "--out", "bare.json"]).exitCode).toBe(0);
    const chain = ["trust", "verify-chain", "trust-root.json", "bare.json", "--out", `${FIRST_ZIP}.sigs`];
    expect(run(chain).exitCode).toBe(0);
    const verify = ["release", "verify-airgap-bundle", FIRST_ZIP, "--trust", "trust-root.json"];
    const { exitCode, stdout } = run(verify);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("the key is revoked");
  }, 120_000);

  it("cannot be followed without the root before, or with a key that keeps no root", () => {
    const blind = run(["trust", "sign", "root-2.draft.json", "--key", "root.pem", "--out", "blind.json"]);
    expect(blind.exitCode).toBe(2);
    keyFile(folder, "release-ada");
    const sign = ["trust", "sign", "root-2.draft.json", "--previous", "trust-root.json"];
    expect(run([...sign, "--key", "release-ada.pem", "--out", "no.json"]).exitCode).toBe(1);
    expect(run(["trust", "verify-chain", "trust-root.json", "trust-root.json"]).exitCode).toBe(1);
  }, 120_000);
});
