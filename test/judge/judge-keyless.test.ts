import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { releaseBundleFile, sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import { judgeReleaseBundles } from "../../src/judge/judge-keyless.ts";
import { keylessProblems } from "../../src/judge/checks/keyless-problems.ts";
import { broken } from "../../src/model/parsed.ts";
import { memberOf, withMember } from "../support/alter-json.ts";
import {
  bytesOf,
  ENVELOPE,
  FILE,
  KeylessQuestions,
  PAYLOAD,
  rootWith,
  type Question,
} from "../support/keyless-questions.ts";
import { IDENTITY, ISSUER, REPOSITORY_ID } from "../support/sigstore-world.ts";
import { TEST_NOW } from "../support/trust.ts";

const scene = new KeylessQuestions();

/** "counts", or the id of what was found. */
async function judge(question: Question): Promise<string | undefined> {
  const files = await scene.filesOf(question, FILE);
  const trust = rootWith(scene.identity(question.change));
  const judged = judgeReleaseBundles({ trust, files, now: question.now ?? scene.world.now }, ENVELOPE);
  expect(judged).toHaveLength(1);
  const [only] = judged;
  expect(only?.isValid).toBe(only?.sighting === undefined);
  return only?.isValid === true ? "counts" : only?.sighting?.problem;
}

const TWO_ROOTS = (): Buffer =>
  Buffer.concat([bytesOf(scene.stranger.trustedRoot), Buffer.from("\n"), bytesOf(scene.world.trustedRoot)]);

describe("a keyless signature of an identity", () => {
  it.each<[string, Question]>([
    ["in the log", {}],
    [
      "in the log and with a timestamp",
      { parts: { withTimestamp: true }, change: { requireTimestamp: true } },
    ],
    [
      "with a timestamp alone, where no log is required",
      { parts: { withTimestamp: true, withLog: false }, change: { requireTlog: false } },
    ],
    [
      "with a proof and a timestamp, as Rekor v2 has them",
      { parts: { withTimestamp: true, withPromise: false }, change: { requireTimestamp: true } },
    ],
    ["of nobody's repository", { parts: { repositoryId: undefined }, change: { sourceRepositoryId: "" } }],
  ])("counts: %s", async (_what, question) => {
    expect(await judge(question)).toBe("counts");
  });

  it("counts under a root of several lines", async () => {
    const lines = TWO_ROOTS();
    const sha256 = sha256Hex(lines);
    const files = { [sigstoreRootFile(sha256)]: lines };
    expect(await judge({ files, change: { sigstoreRootSha256: sha256 } })).toBe("counts");
  });

  it.each<[string, string, Question]>([
    ["malformed", "no JSON", { bundle: Buffer.from("{") }],
    ["other-payload", "another payload", { parts: { payload: Buffer.from('{"statement":"of another"}') } }],
    ["other-payload", "another payload type", { parts: { payloadType: "application/json" } }],
    ["other-payload", "a signature over a file", { parts: { content: "message" } }],
    ["wrong-identity", "a longer name", { parts: { identity: `${IDENTITY}0` } }],
    ["wrong-identity", "a part of the name", { change: { san: IDENTITY.slice(0, -1) } }],
    ["wrong-identity", "a pattern that would match", { change: { san: ".*" } }],
    ["wrong-issuer", "another issuer", { parts: { issuer: `${ISSUER}/` } }],
    ["wrong-repository", "another repository", { parts: { repositoryId: "987654321" } }],
    ["wrong-repository", "the beginning of the id", { parts: { repositoryId: REPOSITORY_ID.slice(0, -1) } }],
    ["wrong-repository", "no repository", { parts: { repositoryId: undefined } }],
    ["wrong-repository", "a repository where none may be", { change: { sourceRepositoryId: "" } }],
    ["log-unproven", "no log", { parts: { withLog: false, withTimestamp: true } }],
    ["time-unproven", "a promise for a timestamp", { change: { requireTimestamp: true } }],
    ["time-unproven", "a proof without a time", { parts: { withPromise: false } }],
    ["time-unproven", "nothing at all", { parts: { withLog: false }, change: { requireTlog: false } }],
    ["time-in-future", "a clock far behind", { now: TEST_NOW - 3600 }],
    ["root-missing", "another root's digest", { change: { sigstoreRootSha256: "0".repeat(64) } }],
  ])("is %s: %s", async (name, _what, question) => {
    expect(await judge(question)).toBe(`signatures.keyless-${name}`);
  });

  it("is wrong-signer-kind when a bare key signed", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(await judge({ parts: { key: privateKey } })).toBe("signatures.keyless-wrong-signer-kind");
  });

  it("is certificate-untrusted when another authority made it, with the same names", async () => {
    const certificateAuthorities = memberOf(scene.stranger.trustedRoot, "certificateAuthorities");
    const root = bytesOf(
      withMember(scene.world.trustedRoot, "certificateAuthorities", certificateAuthorities),
    );
    const sha256 = sha256Hex(root);
    const files = { [sigstoreRootFile(sha256)]: root };
    expect(await judge({ files, change: { sigstoreRootSha256: sha256 } })).toBe(
      "signatures.keyless-certificate-untrusted",
    );
  });

  it.each<[string, string, unknown]>([
    ["certificate-malformed", "verificationMaterial.certificate.rawBytes", "AAAA"],
    ["signature-invalid", "dsseEnvelope.payload", PAYLOAD.toString("base64")],
    [
      "unreadable",
      "verificationMaterial.timestampVerificationData.rfc3161Timestamps.0.signedTimestamp",
      "MAA=",
    ],
  ])("is %s when its %s is another", async (name, path, value) => {
    const payload = name === "signature-invalid" ? Buffer.from("{}") : PAYLOAD;
    const made = await scene.world.makeBundle({ payload, withLog: false, withTimestamp: true });
    const bundle = bytesOf(withMember(made, path, value));
    expect(await judge({ bundle, change: { requireTlog: false } })).toBe(`signatures.keyless-${name}`);
  });

  it("is root-differs when another root has the name of the one that was chosen", async () => {
    const files = {
      [sigstoreRootFile(sha256Hex(bytesOf(scene.world.trustedRoot)))]: bytesOf(scene.stranger.trustedRoot),
    };
    expect(await judge({ files })).toBe("signatures.keyless-root-differs");
  });

  it("is trusted-root-invalid when what was chosen is no Sigstore root", async () => {
    const none = Buffer.from("{}");
    const change = { sigstoreRootSha256: sha256Hex(none) };
    expect(await judge({ files: { [sigstoreRootFile(sha256Hex(none))]: none }, change })).toBe(
      "signatures.keyless-trusted-root-invalid",
    );
  });

  it("is malformed when the file is a link or too large", () => {
    const files = new Map([[FILE, broken(FILE, "is a link")]]);
    const [judged] = judgeReleaseBundles(
      { trust: rootWith(scene.identity()), files, now: scene.world.now },
      ENVELOPE,
    );
    expect(judged?.sighting?.problem).toBe("signatures.keyless-malformed");
  });

  it("is not looked for under a name that the root does not list", async () => {
    const files = await scene.filesOf({}, releaseBundleFile("somebody-else"));
    expect(
      judgeReleaseBundles({ trust: rootWith(scene.identity()), files, now: scene.world.now }, ENVELOPE),
    ).toEqual([]);
  });
});

it("every keyless problem has its own words", () => {
  const ids = keylessProblems.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(18);
  for (const { severity, remedy } of keylessProblems) {
    expect(severity).toBe("error");
    expect(remedy).not.toContain("artifact");
  }
});
