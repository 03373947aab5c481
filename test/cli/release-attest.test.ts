import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readPrivateKey, type PublicKey } from "../../src/crypto/keys.ts";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { verifySignature } from "../../src/crypto/signature.ts";
import { parseEnvelope, preAuthenticationEncoding } from "../../src/formats/dsse.ts";
import { TEST_VERIFIER_ID } from "../../src/model/verification-summary.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { copyOf, directoryOf, smallWorld, verifyBundle, type SmallWorld } from "../support/small-world.ts";

const folder = scratchFolder();
const KEYS = {
  ed25519: generateKeyPairSync("ed25519"),
  "ecdsa-p256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
};
let world: SmallWorld;

beforeAll(async () => {
  world = await smallWorld(folder);
  for (const [name, { privateKey }] of Object.entries(KEYS))
    writeFileSync(join(folder, `${name}.pem`), privateKey.export({ format: "pem", type: "pkcs8" }), {
      mode: 0o600,
    });
});

function keyFile(name: keyof typeof KEYS): string {
  return join(folder, `${name}.pem`);
}

function freshName(): string {
  return join(mkdtempSync(join(folder, "out-")), "statements");
}

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** The statement of an envelope whose one signature verifies under the key. */
function statementOf(path: string, key: PublicKey): Statement {
  const envelope = parseEnvelope(path, readFileSync(path));
  if (!envelope.ok) throw new Error(envelope.reason);
  const { payload, payloadType, signatures } = envelope.value;
  expect(signatures.map(({ keyid }) => keyid)).toEqual([key.keyId]);
  const message = preAuthenticationEncoding(payloadType, payload);
  expect(verifySignature(key, message, signatures[0]?.sig ?? new Uint8Array())).toBe("valid");
  return JSON.parse(Buffer.from(payload).toString("utf8")) as Statement;
}

function publicKeyOf(name: keyof typeof KEYS): PublicKey {
  const key = readPrivateKey(readFileSync(keyFile(name), "utf8"), undefined);
  if ("reason" in key) throw new Error(key.reason);
  return key.publicKey;
}

describe("--attest", () => {
  it.each(["ed25519", "ecdsa-p256"] as const)("says of a PASS what was verified, signed with %s", (name) => {
    const to = freshName();
    const run = verifyBundle(world, world.first, "--attest", keyFile(name), "--attest-to", to);
    expect(run.exitCode).toBe(0);
    expect(unwrapped(run.stderr)).toContain(`the signed statements are in ${to}`);
    expect(readdirSync(to).toSorted()).toEqual(["svr.dsse.json", "vsa.dsse.json"]);
    const vsa = statementOf(join(to, "vsa.dsse.json"), publicKeyOf(name));
    expect(vsa.subject[0]).toMatchObject({ digest: { sha256: sha256Hex(readFileSync(world.first)) } });
    expect(vsa.subject.map((subject) => subject.name.split("/").at(-1))).toEqual([
      "cavra-go-runtime-v0.1.0.zip",
      "checksums.txt",
    ]);
    expect(vsa.predicate).toMatchObject({
      verifier: { id: TEST_VERIFIER_ID },
      resourceUri: "pkg:generic/cavra-runtime@0.1.0",
      policy: { digest: { sha256: sha256Hex(trustPayload()) } },
      inputAttestations: ["provenance.dsse.json", "release.dsse.json"].map((file) => ({
        uri: file,
        digest: { sha256: sha256Hex(readFileSync(join(`${world.first}.sigs`, file))) },
      })),
      verificationResult: "PASSED",
      verifiedLevels: ["SLSA_BUILD_LEVEL_1"],
    });
    const svr = statementOf(join(to, "svr.dsse.json"), publicKeyOf(name));
    expect(svr.subject).toEqual(vsa.subject);
    expect(svr.predicate["properties"]).toEqual([
      "CAVRA_AIRGAP_BUNDLE_VERIFIED",
      "CAVRA_BUILT_AS_RECORDED",
      "CAVRA_SBOM_MATCHES_BINARIES",
    ]);
  });

  it("says nothing of the zip where only the directory was seen", () => {
    const to = freshName();
    const args = [
      directoryOf(world, world.first),
      ...world.flags,
      "--attest",
      keyFile("ed25519"),
      "--attest-to",
      to,
    ];
    expect(runCli(["release", "verify-go-package", ...args]).exitCode).toBe(0);
    const svr = statementOf(join(to, "svr.dsse.json"), publicKeyOf("ed25519"));
    expect(svr.subject.map(({ name }) => name)).toEqual(["go-runtime-v0.1.0/checksums.txt"]);
    expect(svr.predicate["properties"]).toContain("CAVRA_GO_PACKAGE_VERIFIED");
  });

  it("appears together with what was extracted", () => {
    const [to, extracted] = [freshName(), freshName()];
    const key = ["--attest", keyFile("ed25519"), "--attest-to", to];
    expect(verifyBundle(world, world.first, "--extract", extracted, ...key).exitCode).toBe(0);
    expect([existsSync(to), existsSync(extracted)]).toEqual([true, true]);
  });

  it.each([
    ["FAIL", 1, ["--channel", "rc"]],
    ["UNKNOWN", 4, ["--allow-unsigned"]],
  ])("writes nothing after %s", (_word, exitCode, flags) => {
    const to = freshName();
    const copy = copyOf(world, world.first);
    const run = verifyBundle(world, copy, ...flags, "--attest", keyFile("ed25519"), "--attest-to", to);
    expect(run.exitCode).toBe(exitCode);
    expect(existsSync(to)).toBe(false);
  });

  it("starts no program to sign with", () => {
    const run = verifyBundle(world, world.first, "--attest", "signer:hsm.json", "--attest-to", freshName());
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain("a verification starts no program");
  });

  it("replaces nothing, and a key that cannot be read stops before anything is judged", () => {
    const taken = freshName();
    mkdirSync(taken);
    const again = verifyBundle(world, world.first, "--attest", keyFile("ed25519"), "--attest-to", taken);
    expect(again.exitCode).not.toBe(0);
    expect(readdirSync(taken)).toEqual([]);
    const to = freshName();
    const extracted = freshName();
    const flags = ["--extract", extracted, "--attest", join(folder, "no.pem"), "--attest-to", to];
    expect(verifyBundle(world, world.first, ...flags).exitCode).not.toBe(0);
    expect([existsSync(to), existsSync(extracted)]).toEqual([false, false]);
    expect(verifyBundle(world, world.first, "--attest", keyFile("ed25519")).exitCode).toBe(2);
  });
});

function trustPayload(): Uint8Array {
  const read = parseEnvelope(world.trust, readFileSync(world.trust));
  if (!read.ok) throw new Error(read.reason);
  return read.value.payload;
}
