import { describe, expect, it } from "vitest";
import { memberOf, withMember } from "../support/alter-json.ts";
import { BundleScene, CERTIFICATE, digestOf, rootsOf } from "../support/bundle-scene.ts";
import {
  ARTIFACT,
  IDENTITY,
  ISSUER,
  PREDICATE_TYPE,
  sha256,
  statementOver,
  type BundleParts,
} from "../support/sigstore-world.ts";

const scene = new BundleScene();
const HASH = sha256(Buffer.from("another")).toString("base64");
const STAMPS = [{ signedTimestamp: "MAA=" }];
const MESSAGE = { messageDigest: { algorithm: "SHA2_256", digest: HASH }, signature: "AA==" };

describe("a bundle of a certificate", () => {
  it.each<[string, Partial<BundleParts>]>([
    ["a statement in the log", {}],
    ["a message in the log", { content: "message" }],
    ["a promise and a timestamp", { withTimestamp: true }],
    ["a proof and a timestamp", { withTimestamp: true, withPromise: false }],
    ["a timestamp of half a second", { withTimestamp: true, timestampFraction: 500 }],
    ["a timestamp of some milliseconds", { withTimestamp: true, timestampFraction: 50 }],
  ])("is verified: %s", async (_what, parts) => {
    expect(await scene.judgeParts(parts)).toBe("verified");
  });

  it("is verified against the one root of several that knows its authority, and against no mixture", async () => {
    const bundle = await scene.world.makeBundle();
    expect(scene.judge(bundle, { roots: rootsOf(scene.stranger.trustedRoot, scene.world.trustedRoot) })).toBe(
      "verified",
    );
    const mixture = withMember(
      scene.stranger.trustedRoot,
      "certificateAuthorities",
      memberOf(scene.world.trustedRoot, "certificateAuthorities"),
    );
    expect(scene.judge(bundle, { roots: rootsOf(scene.stranger.trustedRoot, mixture) })).not.toBe("verified");
  });

  it("needs no log where the root names none, and a time all the same", async () => {
    const unlogged = { roots: rootsOf(withMember(scene.world.trustedRoot, "tlogs", [])) };
    expect(await scene.judgeParts({ withLog: false, withTimestamp: true }, unlogged)).toBe("verified");
    expect(await scene.judgeParts({ withLog: false }, unlogged)).toEqual(["bundle.time-unproven"]);
  });

  it.each([
    ["a prefix", IDENTITY.slice(0, -1)],
    ["an infix", IDENTITY.slice(8, -2)],
    ["a pattern for anything", ".*"],
    ["an anchored pattern", `^${IDENTITY}$`],
    ["dots that match any letter", IDENTITY.replaceAll("/", ".")],
    ["nothing", ""],
    ["another case", IDENTITY.toUpperCase()],
    ["the name as the other reader prints it", `URI:${IDENTITY}`],
  ])("is refused for %s instead of the identity", async (_what, identity) => {
    expect(await scene.judgeParts({}, { demand: { ...CERTIFICATE, identity } })).toEqual([
      "bundle.wrong-identity",
    ]);
  });

  it("may have a name that other readers would quote", async () => {
    const identity = "https://example.com/a,URI:https://example.com/b";
    expect(await scene.judgeParts({ identity }, { demand: { ...CERTIFICATE, identity } })).toBe("verified");
    const half = { ...CERTIFICATE, identity: "https://example.com/b" } as const;
    expect(await scene.judgeParts({ identity }, { demand: half })).toEqual(["bundle.wrong-identity"]);
  });

  it.each([
    ["a prefix", ISSUER.slice(0, -1)],
    ["nothing", ""],
    ["another", "https://accounts.example"],
  ])("is refused for %s instead of the issuer", async (_what, issuer) => {
    expect(await scene.judgeParts({}, { demand: { ...CERTIFICATE, issuer } })).toEqual([
      "bundle.wrong-issuer",
    ]);
  });

  it.each<[string, string, Partial<BundleParts>]>([
    ["no log entry", "bundle.log-unproven", { withLog: false, withTimestamp: true }],
    ["no time", "bundle.time-unproven", { withPromise: false }],
    ["another payload type", "bundle.wrong-payload-type", { payloadType: "text/plain" }],
    [
      "another artifact in the statement",
      "bundle.wrong-artifact",
      { payload: statementOver(Buffer.from("x")) },
    ],
    [
      "another artifact under the signature",
      "bundle.wrong-artifact",
      { content: "message", artifact: Buffer.from("x") },
    ],
    ["a statement that is none", "bundle.statement-malformed", { payload: Buffer.from("{}") }],
    [
      "a statement with two readings",
      "bundle.statement-malformed",
      { payload: Buffer.from(`${statementOver(ARTIFACT).toString().slice(0, -1)},"subject":[]}`) },
    ],
    [
      "a statement about nothing",
      "bundle.statement-malformed",
      {
        payload: Buffer.from(
          statementOver(ARTIFACT)
            .toString()
            .replace(/"subject":\[.*?\]/, '"subject":[]'),
        ),
      },
    ],
    [
      "a digest that does not count",
      "bundle.digest-not-comparable",
      { payload: Buffer.from(statementOver(ARTIFACT).toString().replace('"sha256"', '"sha1"')) },
    ],
  ])("is refused with %s: %s", async (_what, problem, parts) => {
    expect(await scene.judgeParts(parts)).toEqual([problem]);
  });

  it("is refused when one of the digests of its subject differs", async () => {
    const artifact = { ...digestOf(ARTIFACT), sha512: "0".repeat(128) };
    const text = statementOver(ARTIFACT).toString();
    const payload = Buffer.from(text.replace('"sha256"', `"sha512":"${"1".repeat(128)}","sha256"`));
    expect(await scene.judgeParts({ payload }, { artifact })).toEqual(["bundle.wrong-artifact"]);
    expect(await scene.judgeParts({}, { artifact: { sha512: "0".repeat(128) } })).toEqual([
      "bundle.digest-not-comparable",
    ]);
  });

  it("may hold fractions in its predicate, which is not read", async () => {
    expect(await scene.judgeParts({ payload: statementOver(ARTIFACT, { score: 9.8 }) })).toBe("verified");
  });

  it("is refused for another predicate type, and a message for any", async () => {
    expect(await scene.judgeParts({}, { predicateType: PREDICATE_TYPE })).toBe("verified");
    const other = { predicateType: `${PREDICATE_TYPE}/` };
    expect(await scene.judgeParts({}, other)).toEqual(["bundle.wrong-predicate-type"]);
    expect(await scene.judgeParts({ content: "message" }, other)).toEqual(["bundle.wrong-predicate-type"]);
  });

  it("is refused against the root of strangers, none, or one that cannot be used", async () => {
    const bundle = await scene.world.makeBundle();
    expect(scene.judge(bundle, { roots: rootsOf(scene.stranger.trustedRoot) })).toEqual([
      "bundle.certificate-untrusted",
    ]);
    expect(scene.judge(bundle, { roots: undefined })).toEqual(["bundle.time-unproven"]);
    expect(scene.judge(bundle, { roots: rootsOf({}) })).toEqual(["bundle.trusted-root-invalid"]);
    const root = withMember(scene.world.trustedRoot, "tlogs.0.publicKey.validFor", undefined);
    expect(scene.judge(bundle, { roots: rootsOf(root) })).toEqual(["bundle.trusted-root-invalid"]);
  });

  it("is refused when the log's key was not valid then, proofs included", async () => {
    const end = new Date((scene.world.now - 1) * 1000).toISOString();
    const root = withMember(scene.world.trustedRoot, "tlogs.0.publicKey.validFor.end", end);
    for (const withPromise of [true, false]) {
      const parts = { withPromise, withTimestamp: true };
      expect(await scene.judgeParts(parts, { roots: rootsOf(root) })).toEqual(["bundle.log-unproven"]);
    }
  });

  it("is in doubt when it was signed in the future", async () => {
    expect(await scene.judgeParts({}, { now: scene.world.now - 301 })).toEqual(["bundle.time-in-future"]);
    expect(await scene.judgeParts({}, { now: scene.world.now - 299 })).toBe("verified");
  });

  const material = "verificationMaterial";
  it.each<[string, string, string, unknown]>([
    ["two contents", "malformed", "messageSignature", MESSAGE],
    ["no content", "malformed", "dsseEnvelope", undefined],
    ["two signers", "malformed", `${material}.publicKey`, { hint: "k" }],
    ["no signer", "malformed", `${material}.certificate`, undefined],
    ["two signatures", "malformed", "dsseEnvelope.signatures.1", { sig: "AA==" }],
    ["a member of another spelling", "malformed", "dsse_envelope", {}],
    ["another media type", "malformed", "mediaType", "application/vnd.dev.sigstore.bundle.v0.4+json"],
    ["no checkpoint", "malformed", `${material}.tlogEntries.0.inclusionProof.checkpoint`, undefined],
    ["no proof", "malformed", `${material}.tlogEntries.0.inclusionProof`, undefined],
    ["another tree size", "malformed", `${material}.tlogEntries.0.inclusionProof.treeSize`, "3"],
    ["another root hash", "malformed", `${material}.tlogEntries.0.inclusionProof.rootHash`, HASH],
    [
      "another checkpoint",
      "malformed",
      `${material}.tlogEntries.0.inclusionProof.checkpoint.envelope`,
      "x\n2\n",
    ],
    ["a garbage certificate", "certificate-malformed", `${material}.certificate.rawBytes`, "MAA="],
    ["a garbage timestamp", "unreadable", `${material}.timestampVerificationData.rfc3161Timestamps`, STAMPS],
    ["another payload", "log-unproven", "dsseEnvelope.payload", "e30="],
    ["another signature", "log-unproven", "dsseEnvelope.signatures.0.sig", "MAYCAQECAQE="],
    ["another log", "log-unproven", `${material}.tlogEntries.0.logId.keyId`, HASH],
  ])("is refused with %s: %s", async (_what, problem, path, value) => {
    expect(scene.judge(withMember(await scene.world.makeBundle(), path, value))).toEqual([
      `bundle.${problem}`,
    ]);
  });

  it("is refused with bytes behind the certificate, and with a log entry twice", async () => {
    const bundle = await scene.world.makeBundle();
    const leaf = `${material}.certificate.rawBytes`;
    const longer = Buffer.concat([Buffer.from(String(memberOf(bundle, leaf)), "base64"), Buffer.from([0])]);
    expect(scene.judge(withMember(bundle, leaf, longer.toString("base64")))).toEqual([
      "bundle.certificate-malformed",
    ]);
    const entry = memberOf(bundle, `${material}.tlogEntries.0`);
    expect(scene.judge(withMember(bundle, `${material}.tlogEntries.1`, entry))).toEqual([
      "bundle.time-unproven",
    ]);
  });

  it("is refused when its message digest is not the one that was signed", async () => {
    const other = Buffer.from("other");
    const parts = { content: "message", withLog: false, withTimestamp: true } as const;
    const digest = sha256(other).toString("base64");
    const bundle = withMember(
      await scene.world.makeBundle(parts),
      "messageSignature.messageDigest.digest",
      digest,
    );
    const unlogged = { roots: rootsOf(withMember(scene.world.trustedRoot, "tlogs", [])) };
    expect(scene.judge(bundle, { ...unlogged, artifact: digestOf(other) })).toEqual([
      "bundle.signature-invalid",
    ]);
    expect(scene.judge(bundle, unlogged)).toEqual(["bundle.signature-invalid"]);
  });

  it("is refused when it is not strict JSON", async () => {
    const text = JSON.stringify(await scene.world.makeBundle());
    expect(scene.judge(Buffer.from(text.replace("{", '{"mediaType":"x",')))).toEqual(["bundle.malformed"]);
    expect(scene.judge(Buffer.from(`${text}{}`))).toEqual(["bundle.malformed"]);
    expect(scene.judge(Buffer.from(""))).toEqual(["bundle.malformed"]);
    expect(scene.judge(Buffer.alloc(8 * 1024 * 1024 + 1, " "))).toEqual(["bundle.malformed"]);
  });
});
