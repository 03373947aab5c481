import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { CHECKOUT_CONFIG, prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import type { ScratchRepository } from "../support/scratch-repository.ts";
import { signedTestRoot, testTrustRoot } from "../support/trust.ts";

const AT = "2026-06-01T00:00:00Z";
const folder = scratchFolder();
const trust = join(folder, "trust-root.json");
let checkout: ScratchRepository;

beforeAll(() => {
  for (const name of ["release-ada", "attacker"] as const) keyFile(folder, name);
  writeFileSync(trust, signedTestRoot(testTrustRoot()));
  checkout = prebuiltCheckout();
});
afterAll(() => checkout.remove());

/** Cuts v0.1.0 with a config that names this key. */
function build(key: string, ...more: readonly string[]): CliResult {
  const path = relative(checkout.folder, join(folder, `${key}.pem`));
  checkout.write({ "cavra.release.yaml": `${CHECKOUT_CONFIG}sign: { legacy: { key: "${path}" } }\n` });
  checkout.git("add", "--all");
  checkout.git("commit", "--quiet", "--allow-empty", "--message", `Sign with ${key}`);
  checkout.git("tag", "--force", "v0.1.0");
  return runCli(["release", "build", "--first-release", ...more], { cwd: checkout.folder });
}

function signAndVerify(zip: string): readonly CliResult[] {
  const key = join(folder, "release-ada.pem");
  const common = ["--trust", trust, "--at", AT];
  return [
    runCli(["release", "sign", zip, "--key", key, ...common]),
    runCli(["release", "verify-airgap-bundle", zip, "--allow-test-trust", ...common]),
  ];
}

describe("release build with sign.legacy", () => {
  it("plans and cuts a release that is signed and passes, and shows no key", () => {
    const plan = build("attacker", "--dry-run");
    expect(plan.stdout).toMatch(/LICENSE\.sig\.json +L4 +cavra\n/);
    const out = join(folder, "good");
    const built = build("attacker", "--out", out);
    expect(built).toMatchObject({ exitCode: 0 });
    const [signed, verified] = signAndVerify(join(out, "cavra-go-runtime-v0.1.0.zip"));
    expect([signed?.exitCode, verified?.exitCode]).toEqual([0, 0]);
    const secret = readFileSync(join(folder, "attacker.pem"), "utf8").split("\n")[1] ?? "none";
    for (const { stdout, stderr } of [plan, built]) expect(stdout + stderr).not.toContain(secret);
  });

  it("cuts a release that nobody signs when its key is in the trust root, and that never verifies", () => {
    const out = join(folder, "bad");
    expect(build("release-ada", "--out", out).exitCode).toBe(0);
    const [signed, verified] = signAndVerify(join(out, "cavra-go-runtime-v0.1.0.zip"));
    expect(signed?.exitCode).not.toBe(0);
    expect(unwrapped(signed?.stderr ?? "")).toContain("a key of the trust root also signed .sig.json files");
    expect(signed?.stderr).toContain("cavra explain trust.legacy-key-in-root");
    expect(verified?.exitCode).toBe(1);
  });

  it("ends before it builds when others may read the key", () => {
    chmodSync(join(folder, "attacker.pem"), 0o640);
    const { exitCode, stdout, stderr } = build("attacker", "--out", join(folder, "open"));
    chmodSync(join(folder, "attacker.pem"), 0o600);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain("may be read by others");
    expect(stderr).not.toContain("SBOM, provenance, manifest");
  });
});
