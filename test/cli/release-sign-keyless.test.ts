import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { awaitCli, CLI_PATH, runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { KEYLESS_TIME, KeylessScene, workflowToken } from "../support/keyless-scene.ts";
import type { Service } from "../support/sigstore-stack.ts";
import { judgeUnder } from "../support/signed-subject.ts";
import { TEST_NOW } from "../support/trust.ts";
import { NO_NAMESPACE, probeWithoutNetwork, withoutNetwork } from "../support/without-network.ts";

// Signed by one process over loopback, verified by another that can reach nobody.
const scene = new KeylessScene();

function trustFile(...change: Parameters<KeylessScene["root"]>): string {
  const path = join(mkdtempSync(join(scene.folder, "trust-")), "root.json");
  writeFileSync(path, scene.root(...change));
  return path;
}

function serviceFlags(rekor: Service = "rekor"): readonly string[] {
  const { fulcio, tsa } = scene.stack.urls;
  return ["--fulcio-url", fulcio, "--rekor-url", scene.stack.urls[rekor], "--tsa-url", tsa];
}

interface Run {
  readonly zip: string;
  readonly trust: string;
  readonly token?: string;
  readonly more?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function sign({
  zip,
  trust,
  token = workflowToken(),
  more = serviceFlags(),
  env = {},
}: Run): Promise<CliResult> {
  const root = ["--trust", trust, "--sigstore-root", scene.sigstoreRoot];
  return awaitCli(["release", "sign", zip, "--keyless", ...root, "--at", KEYLESS_TIME, ...more], {
    env: { SIGSTORE_ID_TOKEN: token, ...env },
  });
}

function verification(subject: string, trust: string): readonly string[] {
  return [
    "release",
    "verify-airgap-bundle",
    subject,
    "--trust",
    trust,
    "--allow-test-trust",
    "--at",
    KEYLESS_TIME,
  ];
}

describe("release sign --keyless", () => {
  const isEmpty = probeWithoutNetwork().exitCode === 0;

  it.for<Service>(["rekor", "rekorV2"])(
    "signs with %s what a process without network verifies",
    async (rekor, { skip }) => {
      const [zip, trust] = [await scene.unsignedZip(), trustFile({ requireTimestamp: true })];
      const more = [...serviceFlags(rekor), "--rekor-api", rekor === "rekor" ? "1" : "2"];
      const { exitCode, stdout, stderr } = await sign({ zip, trust, more });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(/^signed cavra-runtime 0\.1\.0 as Release workflow\n/);
      expect(stdout).toContain("1 of 1 holders; PASS");
      const verified = runCli(verification(zip, trust));
      expect({ exitCode: verified.exitCode, stderr: verified.stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(verified.stdout).toMatch(/^PASS \(test trust\)/);
      if (!isEmpty) skip(NO_NAMESPACE);
      expect(withoutNetwork([CLI_PATH, ...verification(zip, trust)])).toEqual(verified);
    },
  );

  it("sends no token where Node checks no server", async () => {
    const [zip, trust] = [await scene.unsignedZip(), trustFile()];
    const asked = scene.stack.hits.length;
    const { exitCode, stderr } = await sign({ zip, trust, env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    expect(exitCode).toBe(2);
    expect(unwrapped(stderr)).toContain("hint: unset NODE_TLS_REJECT_UNAUTHORIZED");
    expect(scene.stack.hits.length).toBe(asked);
    expect(existsSync(`${zip}.sigs`)).toBe(false);
  });

  it("says in its document who signed, and what that amounts to", async () => {
    const [zip, trust] = [await scene.unsignedZip(), trustFile()];
    const { stdout } = await sign({ zip, trust, more: [...serviceFlags(), "--json"] });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "cavra.signed/1",
      holder: "Release workflow",
      holders: 1,
      needed: 1,
      verdict: "PASS",
    });
  });

  it("is no longer believed once any of its files is gone or has another byte", async () => {
    const { zip } = await scene.sign();
    const judge = async (): Promise<string> =>
      (await judgeUnder(zip, scene.root(), { now: TEST_NOW })).verdict.word;
    const names = readdirSync(`${zip}.sigs`);
    expect(names).toHaveLength(4);
    for (const name of names) {
      const path = join(`${zip}.sigs`, name);
      const bytes = readFileSync(path);
      rmSync(path);
      expect([name, await judge()]).toEqual([name, "FAIL"]);
      // At the end of the envelope stands the signature of the certified key, which counts in the bundle only.
      for (const at of [10, Math.floor(bytes.byteLength / 2), bytes.byteLength - 20]) {
        writeFileSync(path, bytes.with(at, (bytes[at] ?? 0) ^ 1));
        expect([name, at, await judge()]).toEqual([name, at, "FAIL"]);
      }
      writeFileSync(path, bytes);
    }
    expect(await judge()).toBe("PASS");
  });

  it("wants one signer, and flags that go together", () => {
    const zip = join(scene.folder, "no.zip");
    for (const flags of [
      [],
      ["--keyless", "--key", "release.pem"],
      ["--key", "release.pem", "--identity", "workflow"],
      ["--key", "release.pem", "--sigstore-root", "root.json"],
      ["--keyless", "--rekor-api", "3"],
    ]) {
      const { exitCode, stdout } = runCli(["release", "sign", zip, "--trust", trustFile(), ...flags]);
      expect({ flags, exitCode, stdout }).toEqual({ flags, exitCode: 2, stdout: "" });
    }
  });
});

describe("a token", () => {
  const CANARY = "canary-7d20-claim";
  const tokens: readonly (readonly [string, () => string])[] = [
    ["that would do", () => workflowToken({ canary: CANARY })],
    ["that has run out", () => workflowToken({ canary: CANARY, exp: 1 })],
    ["for somebody else", () => workflowToken({ canary: CANARY, aud: "npm" })],
    ["that is cut", () => workflowToken({ canary: CANARY }).slice(0, -40)],
    ["of two parts", () => workflowToken({ canary: CANARY }).split(".").slice(0, 2).join(".")],
    ["without claims", () => `${Buffer.from(CANARY).toString("base64url")}.e30.${CANARY}`],
    ["that is no token", () => CANARY],
  ];

  it.each(tokens)("%s is in no output, whatever fails", async (what, make) => {
    const token = make();
    const [zip, trust] = [await scene.unsignedZip(), trustFile({ requireTimestamp: true }, false)];
    const outputs: string[] = [];
    const failing = [
      ["fulcio", ["--json"]],
      ["rekor", []],
      ["tsa", []],
    ] as const;
    // The others never come as far as a service.
    for (const [service, more] of what === "that would do" ? failing : failing.slice(0, 1)) {
      scene.stack.fail(service, "400");
      const { exitCode, stdout, stderr } = await sign({
        zip,
        trust,
        token,
        more: [...serviceFlags(), ...more],
      });
      expect([1, 3]).toContain(exitCode);
      outputs.push(stdout, stderr);
      scene.stack.reset();
    }
    expect(existsSync(`${zip}.sigs`)).toBe(false);
    const shown = unwrapped(outputs.join("\n"));
    expect(shown.length).toBeGreaterThan(100);
    const secrets = [token, ...token.split("."), CANARY, Buffer.from(CANARY).toString("base64url")];
    for (const secret of secrets.filter((part) => part.length > 8)) expect(shown).not.toContain(secret);
  });
});
