import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { keySigner } from "../../../src/crypto/signer.ts";
import { sha256Hex } from "../../../src/crypto/digest.ts";
import { writeEnvelope } from "../../../src/formats/dsse.ts";
import { signRelease } from "../../../src/flows/sign-release.ts";
import { companionStatements, statementProblems } from "../../../src/judge/checks/statements.ts";
import type { Outcome } from "../../../src/model/check.ts";
import type { Envelope, ThresholdResult } from "../../../src/model/envelope.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../../src/model/release-statement.ts";
import type { Report } from "../../../src/model/report.ts";
import { testPolicy } from "../../support/policy.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";
import { envelopeAt, judgeUnder, putSignature } from "../../support/signed-subject.ts";
import {
  SMALL_FIRST,
  SMALL_TOOL,
  smallTrust,
  smallTrustRoot,
  writeSmallRelease,
} from "../../support/small-release.ts";
import { testEnvelope, testKey } from "../../support/trust.ts";

const FILES = ["release-attestation.dsse.json", "sbom.spdx.dsse.json", "sbom.spdx3.dsse.json"] as const;
const [ATTESTATION, SBOM, SBOM3] = FILES;
const NOBODY: ThresholdResult = {
  needed: 1,
  holders: [],
  met: false,
  signers: [],
  invalid: [],
  disputed: [],
  notCounted: [],
  unknown: [],
};
const folder = scratchFolder();
const ROOT = smallTrustRoot();
let zip: string;
let other: string;

async function sign(path: string, key: "release-ada" | "release-bo", statements?: boolean): Promise<void> {
  await signRelease({
    tool: SMALL_TOOL,
    path,
    trust: smallTrust(ROOT),
    signer: keySigner(testKey(key)),
    copies: "none",
    policy: testPolicy({ expectStream: false }),
    ...(statements === undefined ? {} : { statements }),
  });
}

beforeAll(async () => {
  ({ zip } = await writeSmallRelease(join(folder, "first"), SMALL_FIRST, { signers: ["release-ada"] }));
  await sign(zip, "release-ada", true);
  await sign(zip, "release-bo");
  const change = { ...SMALL_FIRST, version: "0.1.1" };
  ({ zip: other } = await writeSmallRelease(join(folder, "other"), change));
  await sign(other, "release-ada", true);
});

interface Payload {
  readonly predicateType: string;
  readonly subject: readonly { readonly name: string; readonly digest: Record<string, string> }[];
  readonly predicate: Readonly<Record<string, unknown>>;
}

function payloadOf({ payload }: Envelope): Payload {
  return JSON.parse(Buffer.from(payload).toString("utf8")) as Payload;
}

function copied(): string {
  const copy = join(mkdtempSync(join(folder, "copy-")), basename(zip));
  for (const ending of ["", ".sigs"]) cpSync(`${zip}${ending}`, `${copy}${ending}`, { recursive: true });
  return copy;
}

/** The report on a copy whose statement is another file. */
async function judged(file: string, content: Uint8Array | string): Promise<Report> {
  const copy = copied();
  putSignature(copy, file, content);
  return await judgeUnder(copy, ROOT);
}

function ids({ findings }: Report): readonly string[] {
  return [...new Set(findings.filter(({ severity }) => severity === "error").map(({ id }) => id))].toSorted();
}

/** The statement with another predicate or subject, signed by a trusted but careless holder. */
function restated(file: string, change: (payload: Payload) => object): Uint8Array {
  const changed = Buffer.from(JSON.stringify(change(payloadOf(envelopeAt(zip, file)))));
  return writeEnvelope(testEnvelope(changed, IN_TOTO_PAYLOAD_TYPE, ["release-ada"]));
}

describe("statements beside a package", () => {
  it("are signed by every holder who signs, and repeat the release", async () => {
    const [attestation, sbom, sbom3] = FILES.map((file) => envelopeAt(zip, file)).map((envelope) => {
      expect(envelope.signatures).toHaveLength(2);
      return payloadOf(envelope);
    });
    expect([attestation, sbom, sbom3].map((payload) => payload?.predicateType)).toEqual([
      "https://in-toto.io/attestation/release/v0.1",
      "https://spdx.dev/Document/v2.3",
      "https://spdx.dev/Document/v3",
    ]);
    expect(attestation?.predicate).toEqual({ purl: "pkg:generic/cavra-runtime@0.1.0" });
    expect(sbom?.predicate["spdxVersion"]).toBe("SPDX-2.3");
    expect(sbom3?.predicate["@graph"]).toBeDefined();
    const [first, ...binaries] = attestation?.subject ?? [];
    expect(first).toMatchObject({ name: basename(zip), digest: { sha256: sha256Hex(readFileSync(zip)) } });
    expect(binaries.map(({ name }) => name.split("_v0.1.0_")[1])).toEqual([
      "darwin_arm64",
      "linux_amd64",
      "windows_amd64.exe",
    ]);
    expect(sbom?.subject).toEqual(attestation?.subject);
    const report = await judgeUnder(zip, ROOT);
    expect([report.verdict.word, ids(report)]).toEqual(["PASS", []]);
    expect(report.notChecked.map(({ id }) => id)).not.toContain("statements.agree");
  });

  it("may be missing, and then nothing is said of them", async () => {
    const plain = await writeSmallRelease(join(folder, "plain"), SMALL_FIRST);
    const report = await judgeUnder(plain.zip, ROOT);
    expect(report.verdict.word).toBe("PASS");
    expect(JSON.stringify(report)).not.toContain("statements.");
  });

  const VECTORS: readonly (readonly [string, string, string, () => Uint8Array | string])[] = [
    ["statements.malformed", "no envelope", SBOM, () => "{}\n"],
    [
      "statements.malformed",
      "not canonical",
      ATTESTATION,
      () => `${Buffer.from(writeEnvelope(envelopeAt(zip, ATTESTATION))).toString("utf8")}\n`,
    ],
    [
      "statements.signature-invalid",
      "one signature of two is over something else",
      SBOM3,
      () => {
        const envelope = envelopeAt(zip, SBOM3);
        const [first, second] = envelope.signatures;
        const spoiled =
          second === undefined ? [] : [{ ...second, sig: second.sig.with(3, (second.sig[3] ?? 0) ^ 1) }];
        return writeEnvelope({
          ...envelope,
          signatures: [...(first === undefined ? [] : [first]), ...spoiled],
        });
      },
    ],
    [
      "statements.signer-not-trusted",
      "signed by a stranger alone",
      SBOM,
      () => writeEnvelope(testEnvelope(envelopeAt(zip, SBOM).payload, IN_TOTO_PAYLOAD_TYPE, ["attacker"])),
    ],
    [
      "statements.payload-type",
      "signed as another type",
      SBOM,
      () => writeEnvelope(testEnvelope(envelopeAt(zip, SBOM).payload, "text/plain", ["release-ada"])),
    ],
    [
      "statements.differs",
      "of another release",
      ATTESTATION,
      () => writeEnvelope(envelopeAt(other, ATTESTATION)),
    ],
    ["statements.differs", "of another kind", SBOM, () => writeEnvelope(envelopeAt(zip, SBOM3))],
    [
      "statements.differs",
      "the digest of a subject is another",
      SBOM,
      () =>
        restated(SBOM, (payload) => ({
          ...payload,
          subject: payload.subject.map((subject, index) =>
            index === 1 ? { ...subject, digest: { ...subject.digest, sha512: "9".repeat(128) } } : subject,
          ),
        })),
    ],
    [
      "statements.differs",
      "a component is left out of the SBOM",
      SBOM,
      () =>
        restated(SBOM, (payload) => ({
          ...payload,
          predicate: { ...payload.predicate, packages: (payload.predicate["packages"] as object[]).slice(1) },
        })),
    ],
    [
      "statements.differs",
      "the release is called another",
      ATTESTATION,
      () =>
        restated(ATTESTATION, (payload) => ({
          ...payload,
          predicate: { purl: "pkg:generic/cavra-runtime@9.9.9" },
        })),
    ],
  ];

  it.each(VECTORS)("%s: %s", async (id, _what, file, content) => {
    const report = await judged(file, content());
    expect([report.verdict.word, ids(report)]).toEqual(["FAIL", [id]]);
  });

  /** The check on one sound statement whose signatures came to this. */
  const outcomeOf = (result: Partial<ThresholdResult>, isEndorsed = false): Outcome =>
    companionStatements.run({
      isEndorsed,
      statements: [
        {
          file: SBOM,
          envelope: parsed(SBOM, envelopeAt(zip, SBOM)),
          result: { ...NOBODY, ...result },
          expectedType: IN_TOTO_PAYLOAD_TYPE,
          expected: "equal",
          actual: "equal",
        },
      ],
    });

  it("statements.signature-disputed: two implementations part over a signature, though another suffices", () => {
    const outcome = outcomeOf({ disputed: ["a"], holders: ["Ada"] });
    expect(outcome).toMatchObject({
      sightings: [{ problem: "statements.signature-disputed", actual: "key a" }],
    });
  });

  it("need no holder of today where the root holders endorse the release, and still no forged signature", () => {
    expect(outcomeOf({}).status).toBe("fail");
    expect(outcomeOf({}, true).status).toBe("pass");
    expect(outcomeOf({ invalid: ["a"] }, true).status).toBe("fail");
  });

  it("have a vector for each problem", () => {
    const reached = new Set([...VECTORS.map(([id]) => id), "statements.signature-disputed"]);
    expect(statementProblems.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([]);
  });

  it("are not judged where signatures are not, and that is said", async () => {
    const report = await judgeUnder(zip, ROOT, { allowUnsigned: true });
    expect(report.verdict.word).toBe("UNKNOWN");
    expect(report.notChecked).toContainEqual({ id: "statements.agree", reason: "--allow-unsigned" });
  });

  it("are refused by the next holder when they are of another release", async () => {
    const copy = copied();
    putSignature(copy, SBOM, writeEnvelope(envelopeAt(other, SBOM)));
    await expect(sign(copy, "release-bo")).rejects.toThrow(`${SBOM} signs something else`);
  });
});
