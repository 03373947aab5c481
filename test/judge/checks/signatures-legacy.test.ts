import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../src/crypto/digest.ts";
import { ed25519Spki } from "../../../src/crypto/ed25519.ts";
import { generateKeyPair, publicKeyPem } from "../../../src/crypto/keys.ts";
import { legacySignatureProblems, legacySignatures } from "../../../src/judge/checks/signatures-legacy.ts";
import { readLegacySignatures } from "../../../src/judge/legacy-signatures.ts";
import type { JudgedContainer } from "../../../src/judge/open-container.ts";
import { legacyChecks } from "../../../src/judge/problems.ts";
import { legacySigner, type LegacySigner } from "../../../src/make/package/legacy-signatures.ts";
import { addKey } from "../../../src/make/trust-draft.ts";
import { MAX_LEGACY_SIGNATURES, MAX_LEGACY_SIGNED_BYTES } from "../../../src/model/limits.ts";
import type { Report } from "../../../src/model/report.ts";
import { partingSigner } from "../../support/parting-signer.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";
import { judgeUnder } from "../../support/signed-subject.ts";
import {
  SMALL_FIRST,
  smallInput,
  smallPackage,
  smallTrustRoot,
  writeSmallRelease,
  type PackedFile,
} from "../../support/small-release.ts";
import { outcomeOf } from "../../support/tampered.ts";
import { signedTestRoot, testKey, testTrustRoot } from "../../support/trust.ts";
import { folderOf, judgedUnsigned, listedAgain } from "../../support/unsigned-folder.ts";

const BINARY = "bin/cavra-runtime_v0.1.0_linux_amd64";
const SUBJECT = "go-modules.json";
const folder = scratchFolder();
const input = smallInput(SMALL_FIRST);
const sign = legacySigner(testKey("attacker"), "the builder");
const other = legacySigner(generateKeyPair("ed25519"), "somebody else");

type Members = Readonly<Record<string, unknown>>;
type Change = (document: Members) => Members;

/** Signs as it should, except for one file. */
function careless(change: (bytes: Uint8Array, path: string) => Uint8Array | undefined): LegacySigner {
  return (path, bytes) => {
    const made = sign(path, bytes);
    return path === SUBJECT && made !== undefined ? change(made, path) : made;
  };
}

const edited = (change: Change): LegacySigner =>
  careless((bytes) => {
    const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as Members;
    return Buffer.from(JSON.stringify({ ...document, ...change(document) }));
  });

async function judged(files: readonly PackedFile[]): Promise<Report> {
  return judgedUnsigned(folderOf(folder, input.input.topFolder, files));
}

const PARTING = publicKeyPem(partingSigner.publicKey.spki);
const WEAK = publicKeyPem(ed25519Spki(Uint8Array.from([1, ...Array.from({ length: 31 }, () => 0)])));
const withKey = (publicKeyText: string): Members => ({
  public_key_pem: publicKeyText,
  public_key_sha256: sha256Hex(Buffer.from(publicKeyText)),
});
const P256 = publicKeyPem(generateKeyPair("ecdsa-p256").publicKey.spki);

type Vector = readonly [problem: string, how: string, signer: LegacySigner, besides?: string];

const CARELESS: readonly Vector[] = [
  ["legacy-malformed", "no JSON", careless(() => Buffer.from("{"))],
  ["legacy-malformed", "a list", careless(() => Buffer.from("[]\n"))],
  ["legacy-malformed", "bad UTF-8", careless(() => Buffer.from([0x22, 0xff, 0x22]))],
  ["legacy-malformed", "another schema", edited(() => ({ schema_version: "v2" }))],
  ["legacy-relabelled", "names another file", edited(() => ({ subject: "LICENSE" }))],
  ["legacy-relabelled", "names a file that is not there", edited(() => ({ subject: "LICENCE" }))],
  ["legacy-other-bytes", "over other bytes", careless((_, path) => sign(path, Buffer.from("other")))],
  ["legacy-other-bytes", "another digest alone", edited(() => ({ subject_sha256: "0".repeat(64) }))],
  ["legacy-key-unusable", "no PEM", edited(() => withKey("none"))],
  ["legacy-key-unusable", "a P-256 key", edited(() => withKey(P256))],
  ["legacy-key-unusable", "a key of small order", edited(() => withKey(WEAK))],
  ["legacy-key-unusable", "the digest of another key", edited(() => ({ public_key_sha256: "0".repeat(64) }))],
  [
    "legacy-invalid",
    "no signature of this key",
    edited(() => ({ value: Buffer.alloc(64).toString("base64") })),
  ],
  ["legacy-keys-differ", "another key", careless((_, path) => other(path, documentOf(path)))],
  ["legacy-missing", "none for one file", careless(() => undefined)],
  [
    "legacy-disputed",
    "implementations part",
    edited(() => ({
      ...withKey(PARTING),
      value: Buffer.from(partingSigner.sign(documentOf(SUBJECT))).toString("base64"),
    })),
    "signatures.legacy-keys-differ",
  ],
];

function documentOf(path: string): Uint8Array {
  const found = smallPackage(input).find((file) => file.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found.bytes;
}

describe("signatures of the system before cavra in a package", () => {
  it("hold together as the maker writes them, and never make a verdict better", async () => {
    const report = await judged(smallPackage(input, sign));
    expect(outcomeOf(report)).toEqual({ verdict: "UNKNOWN", exitCode: 4, findings: [] });
    const check = report.checks.find(({ id }) => id === legacySignatures.id);
    expect(check).toMatchObject({ status: "pass" });
    expect(check?.evidence[0]?.actual).toMatch(/^12 verify .* proves nothing about who signed$/);
  });

  it("are no row of a package that has none", async () => {
    const { checks, notChecked } = await judged(smallPackage(input));
    const ids = new Set(legacyChecks.map(({ id }) => id));
    expect([...checks, ...notChecked].filter(({ id }) => ids.has(id))).toEqual([]);
  });

  const vectors = CARELESS.map(([problem, how, signer, besides]) => ({ problem, how, signer, besides }));
  it.each(vectors)("are found out: $problem, $how", async ({ problem, signer, besides }) => {
    const { verdict, findings } = outcomeOf(await judged(smallPackage(input, signer)));
    expect({ verdict, findings }).toEqual({
      verdict: "FAIL",
      findings: [`signatures.${problem}`, ...(besides === undefined ? [] : [besides])],
    });
  });

  it.each([
    ["a file that does not exist", "bin/gone.sig.json"],
    ["the rendered manifest", "release-evidence.md.sig.json"],
    ["checksums.txt, which lists it", "checksums.txt.sig.json"],
    ["another signature", `${BINARY}.sig.json.sig.json`],
    ["nothing", ".sig.json"],
  ])("cannot stand beside %s", async (_, path) => {
    const files = smallPackage(input, sign);
    const bytes = files.find((file) => file.path === `${BINARY}.sig.json`)?.bytes ?? new Uint8Array();
    const stray = { path: path === ".sig.json" ? "bin/.sig.json" : path, mode: 0o644 as const, bytes };
    const { verdict, findings } = outcomeOf(await judged(listedAgain([...files, stray])));
    expect({ verdict, findings }).toEqual({ verdict: "FAIL", findings: ["signatures.legacy-stray"] });
  });

  it("are not parsed where the list does not have them", async () => {
    const stray = { path: "bin/x.sig.json", mode: 0o644 as const, bytes: Buffer.from("{") };
    const report = await judged([...smallPackage(input), stray]);
    expect(outcomeOf(report).findings).toContain("files.unlisted");
  });

  it.each([
    ["", MAX_LEGACY_SIGNED_BYTES],
    ["signatures.legacy-unverified", MAX_LEGACY_SIGNED_BYTES + 1],
  ])("demand a verdict up to the limit: %s at %i bytes", (problem, sizeBytes) => {
    const digest = { sha1: "", sha256: "a".repeat(64), sha512: "" };
    const [path, at] = ["big", "big.sig.json"];
    const key = { ...testKey("attacker").publicKey, pemSha256: "b".repeat(64) };
    const document = {
      subject: path,
      subjectSha256: digest.sha256,
      publicKeyPemSha256: key.pemSha256,
      keyLabel: "",
      signer: "",
      publicKeyPem: "",
      signature: new Uint8Array(64),
    };
    const verdict = sizeBytes > MAX_LEGACY_SIGNED_BYTES ? undefined : ("valid" as const);
    const reading = {
      path: at,
      document: { ok: true, at, value: document },
      key: { ok: true, at, value: key },
      verdict,
    } as const;
    const file = { path, mode: 0o644 as const, sizeBytes, ...digest };
    const files = new Map([
      [path, file],
      [at, { ...file, path: at }],
    ]);
    const outcome = legacySignatures.run({
      signatures: [reading],
      files,
      signable: new Set([path]),
      trust: undefined,
    });
    const found = outcome.status === "fail" ? outcome.sightings.map((sighting) => sighting.problem) : [];
    expect(found).toEqual(problem === "" ? [] : [problem]);
  });

  it("are read up to a number", () => {
    const count = MAX_LEGACY_SIGNATURES + 1;
    const paths = Array.from({ length: count }, (_, index) => `${index}.sig.json`);
    const documents = new Map(
      paths.map((path) => [path, { ok: true, at: path, value: Buffer.from("{}") } as const]),
    );
    const container = {
      tryRead: () => ({ ok: true, bytes: new Uint8Array() }),
    } as unknown as JudgedContainer;
    const readings = readLegacySignatures(container, new Map(), documents);
    const reasons = readings.map(({ document }) => (document.ok ? "" : document.reason));
    expect(reasons.filter((reason) => reason.includes("limit legacy-signatures"))).toHaveLength(1);
    expect(reasons.at(-1)).toContain("one too many");
    expect(readings).toHaveLength(count);
  });

  it("have no problem without a vector", () => {
    const reached = new Set(CARELESS.map(([problem]) => `signatures.${problem}`));
    const elsewhere = ["signatures.legacy-stray", "signatures.legacy-unverified"];
    expect(legacySignatureProblems.map(({ id }) => id).toSorted()).toEqual(
      [...reached, ...elsewhere].toSorted(),
    );
  });
});

describe("a package in legacy mode under a trust root", () => {
  it("passes as any other, zip and directory", async () => {
    const { zip } = await writeSmallRelease(join(folder, "good"), SMALL_FIRST, { signLegacy: sign });
    const report = await judgeUnder(zip, smallTrustRoot());
    expect(outcomeOf(report)).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
    expect(report.checks.filter(({ id }) => id.includes("legacy"))).toMatchObject([
      { id: "signatures.legacy", status: "pass" },
      { id: "trust.legacy", status: "pass" },
    ]);
  });

  it("is not signed with a defect of them", async () => {
    const broken = edited(() => ({ subject_sha256: "0".repeat(64) }));
    const made = writeSmallRelease(join(folder, "careless"), SMALL_FIRST, { signLegacy: broken });
    await expect(made).rejects.toMatchObject({ code: "refused" });
  });

  it.each(["release-ada", "root"] as const)("is not signed when their key is that of %s", async (name) => {
    const signLegacy = legacySigner(testKey(name), "the builder");
    const made = writeSmallRelease(join(folder, name), SMALL_FIRST, { signLegacy });
    await expect(made).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("a key of the trust root also signed .sig.json files") as string,
      details: { hint: "cavra explain trust.legacy-key-in-root" },
    });
  });

  it("fails when the key came into the root later", async () => {
    const signLegacy = legacySigner(testKey("attacker"), "the builder");
    const { zip } = await writeSmallRelease(join(folder, "later"), SMALL_FIRST, { signLegacy });
    const { publicKey } = testKey("attacker");
    const root = addKey(testTrustRoot(), publicKey, "Will", "waiver", undefined);
    const report = await judgeUnder(zip, signedTestRoot(root));
    expect(outcomeOf(report)).toEqual({
      verdict: "FAIL",
      exitCode: 1,
      findings: ["trust.legacy-key-in-root"],
    });
    expect(report.findings[0]?.actual).toBe(`key ${publicKey.keyId} of Will`);
  });
});
