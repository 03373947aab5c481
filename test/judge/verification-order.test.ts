import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { digestSet } from "../../src/crypto/digest.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { writeEnvelope, parseEnvelope } from "../../src/formats/dsse.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import { judgeRelease, type JudgeInput, type Judgement } from "../../src/judge/judge-release.ts";
import { broken, parsed, valueOf } from "../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { Report } from "../../src/model/report.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { SMALL_TOOL, smallTrust, smallTrustRoot } from "../support/small-release.ts";
import { sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";
import { TEST_NOW, testEnvelope, testKey, testTrustRoot, signedTestRoot } from "../support/trust.ts";

const STATEMENT = "release.dsse.json";
const REACHED = "the container was opened";
const root = scratchFolder();
let release: SweepRelease;
let payload: Uint8Array;

beforeAll(async () => {
  release = await sweepRelease();
  payload = valueOf(parseEnvelope(STATEMENT, fileOf(STATEMENT)))?.payload ?? new Uint8Array();
  expect(payload.byteLength).toBeGreaterThan(0);
});

function fileOf(name: string): Uint8Array {
  return release.signatures.get(name) ?? new Uint8Array();
}

/** Everything as it should be, with a container whose opening nobody can miss. */
function soundInput(): JudgeInput {
  const { zip, zipPath, signatures } = release;
  return {
    policy: testPolicy(),
    trust: loadTrustRoot("root.json", smallTrustRoot(), TEST_NOW),
    subject: { kind: "zip", name: zipPath, zip: { sizeBytes: zip.byteLength, ...digestSet(zip) } },
    signatureFiles: new Map([...signatures].map(([name, bytes]) => [name, parsed(name, bytes)])),
    zipBytes: undefined,
    openContainer: () => {
      throw new Error(REACHED);
    },
  };
}

function signedBy(...signers: Parameters<typeof testEnvelope>[2]): JudgeInput["signatureFiles"] {
  return withStatement(writeEnvelope(testEnvelope(payload, IN_TOTO_PAYLOAD_TYPE, signers)));
}

function withStatement(bytes: Uint8Array): JudgeInput["signatureFiles"] {
  return new Map([...soundInput().signatureFiles, [STATEMENT, parsed(STATEMENT, bytes)]]);
}

function withZip(change: object): JudgeInput["subject"] {
  const { zip } = release;
  const facts = { sizeBytes: zip.byteLength, ...digestSet(zip), ...change };
  return { kind: "zip", name: release.zipPath, zip: facts };
}

function oneBitOff(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] ?? 0) ^ 1);
}

/** What is wrong, the finding that says so, and the input that has it. */
const CASES: readonly (readonly [string, string, () => Partial<JudgeInput>])[] = [
  ["no trust", "trust.missing", () => ({ trust: undefined })],
  ["broken trust", "trust.invalid", () => ({ trust: broken("root.json", "is not valid UTF-8") })],
  ["no signature set", "release.signature-missing", () => ({ signatureFiles: new Map() })],
  [
    "a statement that cannot be read",
    "release.envelope-malformed",
    () => ({ signatureFiles: withStatement(fileOf(STATEMENT).subarray(1)) }),
  ],
  ["one of two holders", "release.threshold-not-met", () => ({ signatureFiles: signedBy("release-ada") })],
  ["an unknown signer", "release.signer-not-trusted", () => ({ signatureFiles: signedBy("attacker") })],
  ["a root key as signer", "release.signer-not-trusted", () => ({ signatureFiles: signedBy("root") })],
  [
    "a signature that does not verify",
    "release.signature-invalid",
    () => {
      const envelope = testEnvelope(payload, IN_TOTO_PAYLOAD_TYPE, ["release-ada", "release-bo"]);
      const [first, ...rest] = envelope.signatures;
      if (first === undefined) throw new Error("the envelope has signatures");
      const signatures = [{ ...first, sig: oneBitOff(first.sig, 0) }, ...rest];
      return { signatureFiles: withStatement(writeEnvelope({ ...envelope, signatures })) };
    },
  ],
  [
    "another payload type",
    "release.wrong-payload-type",
    () => ({
      signatureFiles: withStatement(
        writeEnvelope(testEnvelope(payload, "application/json", ["release-ada", "release-bo"])),
      ),
    }),
  ],
  ["another SHA-256", "release.subject-differs", () => ({ subject: withZip({ sha256: "0".repeat(64) }) })],
  ["another SHA-512", "release.subject-differs", () => ({ subject: withZip({ sha512: "0".repeat(128) }) })],
  ["another size", "release.subject-differs", () => ({ subject: withZip({ sizeBytes: 1 }) })],
  ["another channel", "release.wrong-channel", () => ({ policy: testPolicy({ channel: "rc" }) })],
  ["an expired release", "release.expired", () => ({ policy: testPolicy({ now: TEST_NOW + 366 * 86_400 }) })],
  [
    "a revoked release key",
    "release.signature-not-counted",
    () => {
      const revoked = [testKey("release-ada").publicKey.keyId];
      const revoking = signedTestRoot(
        testTrustRoot((given) => ({ ...given, revoked: { ...given.revoked, members: revoked } })),
      );
      return {
        trust: loadTrustRoot("root.json", revoking, TEST_NOW),
        signatureFiles: signedBy("release-ada"),
      };
    },
  ],
];

describe("the container", () => {
  it("is opened when statement and digests hold, or this test would prove nothing", async () => {
    await expect(judgeRelease(soundInput())).rejects.toThrow(REACHED);
  });

  it.each(CASES)("is never opened with %s: %s", async (_, finding, change) => {
    const judgement: Judgement = await judgeRelease({ ...soundInput(), ...change() });
    expect(judgement.run.findings.map(({ id }) => id)).toContain(finding);
    expect(["FAIL", "UNKNOWN"]).toContain(judgement.verdict.word);
    expect(judgement.container).toBeUndefined();
  });

  it.each(CASES)("is opened by a diagnosis with %s, which never passes", async (_, _finding, change) => {
    const given = { ...soundInput(), ...change() };
    await expect(judgeRelease({ ...given, policy: { ...given.policy, diagnose: true } })).rejects.toThrow(
      REACHED,
    );
  });

  it.each(CASES.slice(4, 8))(
    "comes after a statement that is not even read with %s",
    async (_, _finding, change) => {
      const { signatures } = await judgeRelease({ ...soundInput(), ...change() });
      expect(signatures?.statement).toMatchObject({
        ok: false,
        reason: "was not read because its signatures do not suffice",
      });
    },
  );
});

/** On disk, and through everything that the verify commands use; the signatures are those of the good zip. */
async function verified(zip: Uint8Array, diagnose: boolean): Promise<Report> {
  const path = join(mkdtempSync(join(root, "order-")), release.zipPath);
  writeFileSync(path, zip);
  mkdirSync(`${path}.sigs`);
  for (const [name, bytes] of release.signatures) writeFileSync(join(`${path}.sigs`, name), bytes);
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy({ diagnose }),
    trust: smallTrust(),
  });
  return report;
}

describe("a file that no zip reader could read", () => {
  const garbage = Buffer.alloc(5000, "PK\u0005\u0006");

  it("is told from its digests alone", async () => {
    const { verdict, findings, checks } = await verified(garbage, false);
    expect(verdict.word).toBe("FAIL");
    expect(findings.map(({ id }) => id)).toEqual(["release.subject-differs"]);
    expect(checks.find(({ id }) => id === "container.grammar")?.status).toBe("skip");
  });

  it("is refused by the grammar when a diagnosis asks it", async () => {
    const { verdict, findings } = await verified(garbage, true);
    expect(verdict.word).toBe("REFUSED");
    expect(findings.map(({ id }) => id)).toContain("container.end-record");
  });
});
