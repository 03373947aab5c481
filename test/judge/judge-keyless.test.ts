import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { judgeThreshold } from "../../src/crypto/threshold.ts";
import { PROVENANCE_BUNDLE, releaseBundleFile, sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import { judgeProvenanceBundle, judgeReleaseBundles } from "../../src/judge/judge-keyless.ts";
import { keylessProblems } from "../../src/judge/checks/keyless-problems.ts";
import type { Envelope, ThresholdResult } from "../../src/model/envelope.ts";
import { broken, parsed, type Parsed } from "../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustedIdentity, TrustRoot } from "../../src/model/trust-root.ts";
import { memberOf, withMember } from "../support/alter-json.ts";
import {
  IDENTITY,
  ISSUER,
  REPOSITORY_ID,
  sigstoreWorld,
  type BundleParts,
  type SigstoreWorld,
} from "../support/sigstore-world.ts";
import { TEST_NOW, testEnvelope, testKey, testTrustRoot, type TestKeyName } from "../support/trust.ts";

// Every time in this world is that of the tests, whatever the machine's clock says.
let world: SigstoreWorld;
let stranger: SigstoreWorld;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: TEST_NOW * 1000 });
  world = await sigstoreWorld();
  stranger = await sigstoreWorld();
});
afterAll(() => {
  vi.useRealTimers();
});

const PAYLOAD = Buffer.from('{"statement":"of a release"}');
const ENVELOPE: Envelope = { payloadType: IN_TOTO_PAYLOAD_TYPE, payload: PAYLOAD, signatures: [] };
const BUILDER = "https://builder.example/v1";
const ID = "release-workflow";
const FILE = releaseBundleFile(ID);
const ADA = testKey("release-ada").publicKey.keyId;

function bytesOf(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}

function identity(change: Partial<TrustedIdentity> = {}): TrustedIdentity {
  return {
    id: ID,
    holder: "Release workflow",
    issuer: ISSUER,
    san: IDENTITY,
    sourceRepositoryId: REPOSITORY_ID,
    sigstoreRootSha256: sha256Hex(bytesOf(world.trustedRoot)),
    requireTlog: true,
    requireTimestamp: false,
    ...change,
  };
}

/** Ada, Bo and the identities may release; two of them must. The identities speak for a builder. */
function rootWith(...identities: readonly TrustedIdentity[]): TrustRoot {
  return testTrustRoot((root) => {
    const ids = identities.map(({ id }) => id);
    const release = root.roles.release.map((role) => {
      return { ...role, members: [...role.members, ...ids], threshold: 2 };
    });
    const builders = [{ id: BUILDER, members: ids, maxBuildLevel: 2 }];
    return { ...root, identities, builders, roles: { ...root.roles, release } };
  });
}

type Files = Record<string, Uint8Array>;

interface Question {
  readonly parts?: Partial<BundleParts>;
  readonly bundle?: Uint8Array;
  readonly change?: Partial<TrustedIdentity>;
  readonly files?: Files;
  readonly now?: number;
}

async function setOf(
  { parts, bundle, files }: Question,
  name: string,
): Promise<Map<string, Parsed<Uint8Array>>> {
  const made = bundle ?? bytesOf(await world.makeBundle({ payload: PAYLOAD, ...parts }));
  const trustedRoot = bytesOf(world.trustedRoot);
  const all: Files = { [name]: made, [sigstoreRootFile(sha256Hex(trustedRoot))]: trustedRoot, ...files };
  return new Map(Object.entries(all).map(([file, bytes]) => [file, parsed(file, bytes)]));
}

/** "counts", or the id of what was found. */
async function judge(question: Question): Promise<string | undefined> {
  const files = await setOf(question, FILE);
  const trust = rootWith(identity(question.change));
  const judged = judgeReleaseBundles({ trust, files, now: question.now ?? world.now }, ENVELOPE);
  expect(judged).toHaveLength(1);
  const [only] = judged;
  expect(only?.isValid).toBe(only?.sighting === undefined);
  return only?.isValid === true ? "counts" : only?.sighting?.problem;
}

const TWO_ROOTS = (): Buffer =>
  Buffer.concat([bytesOf(stranger.trustedRoot), Buffer.from("\n"), bytesOf(world.trustedRoot)]);

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
    const certificateAuthorities = memberOf(stranger.trustedRoot, "certificateAuthorities");
    const root = bytesOf(withMember(world.trustedRoot, "certificateAuthorities", certificateAuthorities));
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
    const made = await world.makeBundle({ payload, withLog: false, withTimestamp: true });
    const bundle = bytesOf(withMember(made, path, value));
    expect(await judge({ bundle, change: { requireTlog: false } })).toBe(`signatures.keyless-${name}`);
  });

  it("is root-differs when another root has the name of the one that was chosen", async () => {
    const files = {
      [sigstoreRootFile(sha256Hex(bytesOf(world.trustedRoot)))]: bytesOf(stranger.trustedRoot),
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
    const [judged] = judgeReleaseBundles({ trust: rootWith(identity()), files, now: world.now }, ENVELOPE);
    expect(judged?.sighting?.problem).toBe("signatures.keyless-malformed");
  });

  it("is not looked for under a name that the root does not list", async () => {
    const files = await setOf({}, releaseBundleFile("somebody-else"));
    expect(judgeReleaseBundles({ trust: rootWith(identity()), files, now: world.now }, ENVELOPE)).toEqual([]);
  });
});

async function threshold(
  signers: readonly TestKeyName[],
  { change, parts }: Question = {},
  alter: (root: TrustRoot) => TrustRoot = (root) => root,
): Promise<ThresholdResult> {
  const trust = alter(rootWith(identity(change)));
  const envelope = testEnvelope(PAYLOAD, IN_TOTO_PAYLOAD_TYPE, signers);
  const files = await setOf(parts === undefined ? {} : { parts }, FILE);
  const [role] = trust.roles.release;
  if (role === undefined) throw new Error("no role");
  const keyless = judgeReleaseBundles({ trust, files, now: world.now }, envelope);
  return judgeThreshold(trust, role, envelope, world.now, keyless);
}

describe("keyless members in a threshold of two", () => {
  it("make it with one key of somebody else", async () => {
    const result = await threshold(["release-ada"]);
    expect(result).toMatchObject({ met: true, holders: ["Ada", "Release workflow"] });
    expect(result.signers.map(({ algorithm }) => algorithm)).toEqual(["ed25519", "sigstore"]);
  });

  it("do not make it alone", async () => {
    expect(await threshold([])).toMatchObject({ met: false, holders: ["Release workflow"] });
  });

  it("count once with a key of the same holder", async () => {
    const result = await threshold(["release-ada"], { change: { holder: "Ada" } });
    expect(result).toMatchObject({ met: false, holders: ["Ada"] });
    expect(result.signers).toHaveLength(2);
  });

  it("spoil it when they do not verify, even when others suffice", async () => {
    const others = { parts: { identity: `${IDENTITY}0` } };
    expect(await threshold(["release-ada", "release-bo"], others)).toMatchObject({
      met: false,
      invalid: [ID],
    });
    expect(await threshold(["release-ada", "release-bo"])).toMatchObject({ met: true });
  });

  it("count for nothing once they are revoked", async () => {
    const revoked = { members: [ID], manifests: [] };
    const result = await threshold(["release-ada"], {}, (root) => ({ ...root, revoked }));
    expect(result).toMatchObject({ met: false, holders: ["Ada"] });
    expect(result.notCounted).toEqual([{ keyId: ID, reason: "the identity is revoked" }]);
    expect(ADA).toHaveLength(64);
  });

  it("count for nothing in a role that does not list them", async () => {
    const result = await threshold(["release-ada"], {}, (root) => {
      const release = root.roles.release.map((role) => {
        return { ...role, members: role.members.filter((member) => member !== ID) };
      });
      return { ...root, roles: { ...root.roles, release } };
    });
    expect(result).toMatchObject({ met: false, unknown: [ID], invalid: [] });
  });
});

function other(): TrustedIdentity {
  return identity({ id: "other-workflow", san: `${IDENTITY}0` });
}

async function provenance(identities: readonly TrustedIdentity[], parts: Partial<BundleParts> = {}) {
  const trust = rootWith(...identities);
  const files = await setOf({ parts }, PROVENANCE_BUNDLE);
  const members = identities.map(({ id }) => id);
  return judgeProvenanceBundle({ trust, files, now: world.now }, members, ENVELOPE);
}

describe("the keyless signature over the provenance", () => {
  it("is that of whichever identity of the builder made it", async () => {
    const judged = await provenance([other(), identity()]);
    expect(judged).toMatchObject([{ memberId: ID, isValid: true }]);
  });

  it("is one refusal when none of them did, about the one that it came closest to", async () => {
    const judged = await provenance([other(), identity({ requireTimestamp: true })]);
    expect(judged).toMatchObject([
      { memberId: ID, isValid: false, sighting: { problem: "signatures.keyless-time-unproven" } },
    ]);
    const strange = await provenance([other()]);
    expect(strange).toMatchObject([
      { isValid: false, sighting: { problem: "signatures.keyless-wrong-identity" } },
    ]);
  });

  it("is not judged for a builder without identities", async () => {
    expect(await provenance([])).toEqual([]);
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
