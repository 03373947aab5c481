import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { generateKeyPair } from "../../src/crypto/keys.ts";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const PASSPHRASE = "canary-4c1f-passphrase";
const { key } = generateKeyPair("ed25519");
const pem = key.export({ format: "pem", type: "pkcs8" }).toString();
const seed = key.export({ format: "der", type: "pkcs8" }).subarray(-32);
const CANARIES = [PASSPHRASE, seed.toString("hex"), seed.toString("base64"), pem.split("\n")[1] ?? "none"];

function put(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

const good = put("good.pem", pem);
const secret = put("passphrase", `${PASSPHRASE}\n`);
const locked = join(folder, "locked.pem");
runCli(["keys", "generate", locked, "--passphrase-file", secret]);
const KEYS: readonly string[] = [
  good,
  locked,
  put("cut.pem", pem.slice(0, -40)),
  put("folded.pem", pem.replaceAll("\n", "")),
  put("open.pem", pem, 0o644),
  put("openssh.pem", pem.replaceAll("PRIVATE KEY", "OPENSSH PRIVATE KEY")),
  secret,
  `signer:${good}`,
  "env:CANARY_KEY",
  "env:CANARY_CUT",
];
const env = { CANARY_KEY: pem, CANARY_CUT: pem.slice(0, 70), CAVRA_KEY_PASSPHRASE: PASSPHRASE };

it.each(KEYS.map((name) => [name.replace(folder, ""), name] as const))(
  "shows no key and no passphrase whatever goes wrong with %s",
  (_name, source) => {
    const before = new Set(readdirSync(folder));
    const zip = join(folder, "no.zip");
    const runs = [
      runCli(["keys", "public", source], { env }),
      runCli(["keys", "public", source, "--passphrase-file", good, "--json"], { env }),
      runCli(["trust", "sign", secret, "--key", source, "--yes", "--json"], { env }),
      runCli(["release", "sign", zip, "--key", source, "--trust", good], { env }),
      runCli(["release", "verify-airgap-bundle", zip, "--attest", source, "--attest-to", `${zip}.out`], {
        env,
      }),
    ];
    const written = readdirSync(folder)
      .filter((name) => !before.has(name))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    const output = [...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...written].join("\n");
    expect(output.length).toBeGreaterThan(100);
    for (const canary of CANARIES) expect(output).not.toContain(canary);
    expect(runs.filter(({ exitCode }) => exitCode === 70)).toEqual([]);
  },
);
