import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { packagedJson } from "../../src/formats/canonical-json.ts";
import type { JsonValue } from "../../src/formats/json.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { CLI_PATH, runCli, unwrapped } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { testTrustRoot } from "../support/trust.ts";

const folder = scratchFolder();
const draft = join(folder, "root.draft.json");
const key = keyFile(folder, "root");
const pin = sha256Hex(writeTrustRoot(testTrustRoot()));
writeFileSync(draft, packagedJson(testTrustRoot() as unknown as JsonValue));

/** Signs on a terminal of its own, with a line typed into it. */
function typed(answer: string, out: string): { readonly output: string; readonly exitCode: number | null } {
  const command = [process.execPath, CLI_PATH, "trust", "sign", draft, "--key", key, "--out", out];
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const { status, stdout } = spawnSync("script", ["-qec", quoted, "/dev/null"], {
    input: `${answer}\n`,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], CAVRA_HOME: folder },
    timeout: 60_000,
  });
  return { output: stdout, exitCode: status };
}

function hasScript(): boolean {
  return process.platform === "linux" && spawnSync("script", ["--version"]).error === undefined;
}

describe("trust sign", () => {
  it("asks on a terminal for digits of what it shows, and signs when they are typed", ({ skip }) => {
    if (!hasScript()) skip("no script(1) to make a terminal");
    const home = mkdtempSync(join(folder, "typed-"));
    const wrong = typed(pin.slice(0, 4), join(home, "wrong.json"));
    expect(wrong.exitCode).toBe(1);
    expect(unwrapped(wrong.output)).toContain("not the last digits of the pin");
    expect(existsSync(join(home, "wrong.json"))).toBe(false);
    const right = typed(pin.slice(-4), join(home, "right.json"));
    expect({ exitCode: right.exitCode, output: right.exitCode === 0 ? "" : right.output }).toEqual({
      exitCode: 0,
      output: "",
    });
    const shown = right.output.indexOf(pin);
    expect(shown).toBeGreaterThan(-1);
    expect(right.output.indexOf("type the last four digits")).toBeGreaterThan(shown);
    expect(existsSync(join(home, "right.json"))).toBe(true);
  });

  it.each([[[]], [["--json"]], [["--quiet"]]])(
    "signs nothing unasked where nobody can answer %j",
    (flags) => {
      const out = join(folder, "unasked.json");
      const sign = ["trust", "sign", draft, "--key", key, "--out", out, ...flags];
      const { exitCode, stdout, stderr } = runCli(sign);
      expect(exitCode).toBe(2);
      expect(unwrapped(stdout + stderr)).toContain("read it with --dry-run, then sign with --yes");
      expect(existsSync(out)).toBe(false);
    },
  );

  it("signs with --yes what --dry-run has shown", () => {
    const out = join(folder, "root.json");
    expect(runCli(["trust", "sign", draft, "--dry-run"]).stdout).toContain(pin);
    expect(runCli(["trust", "sign", draft, "--key", key, "--out", out, "--yes"]).stdout).toContain(pin);
    expect(existsSync(out)).toBe(true);
  });
});

describe("trust set-minimum", () => {
  const copy = join(folder, "floors.json");

  it("writes floors into the draft, and an epoch", () => {
    writeFileSync(copy, readFileSync(draft));
    const floors = ["--version", "1.4.0", "--counter", "42", "--new-epoch", "--channel", "stable"];
    expect(runCli(["trust", "set-minimum", copy, ...floors])).toMatchObject({ exitCode: 0, stderr: "" });
    const { roles } = JSON.parse(readFileSync(copy, "utf8")) as TrustRoot;
    expect(roles.release[0]).toMatchObject({ minimumVersion: "1.4.0", minimumCounter: 42, counterEpoch: 1 });
    expect(roles.release[1]).toMatchObject({ minimumCounter: 1, counterEpoch: 0 });
  });

  it.each([
    [[], "--version"],
    [["--new-epoch", "--version", "2.0.0"], "--counter"],
    [["--counter", "7", "--channel", "stable"], "only rises"],
  ])("refuses %j", (flags, words) => {
    const before = readFileSync(copy);
    const { exitCode, stderr } = runCli(["trust", "set-minimum", copy, ...flags]);
    expect(exitCode).toBe(2);
    expect(unwrapped(stderr)).toContain(words);
    expect(Buffer.compare(readFileSync(copy), before)).toBe(0);
  });
});
