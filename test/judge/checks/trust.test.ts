import { describe, expect, it } from "vitest";
import { extendTrustRoot } from "../../../src/crypto/root-chain.ts";
import { loadTrustRoot } from "../../../src/crypto/trust-root.ts";
import { keyIdOf } from "../../../src/crypto/keys.ts";
import { encodeBase64 } from "../../../src/formats/base64.ts";
import { parseEnvelope, writeEnvelope } from "../../../src/formats/dsse.ts";
import { trustChecks } from "../../../src/judge/checks/trust.ts";
import { trustProblems } from "../../../src/judge/checks/trust-problems.ts";
import { problemsById } from "../../../src/judge/problems.ts";
import { runChecks } from "../../../src/judge/run-checks.ts";
import { parsed } from "../../../src/model/parsed.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { NO_RECORD, type RollbackRecord, type TrustState } from "../../../src/model/trust-state.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { testPolicy } from "../../support/policy.ts";
import { heldRoot, loaded, nextRoot, ROOT_HOLDERS, signedBy } from "../../support/root-holders.ts";
import { TEST_ISSUED, TEST_NOW, testKey } from "../../support/trust.ts";

const { ruth, rolf } = ROOT_HOLDERS;
const root = heldRoot();
const ada = testKey("release-ada").publicKey.keyId;
const bo = testKey("release-bo").publicKey.keyId;
const reached = new Set<string>();

interface Case {
  readonly trust?: Uint8Array;
  readonly later?: Readonly<Record<string, Uint8Array>>;
  readonly policy?: Partial<Policy>;
  readonly record?: RollbackRecord;
}

function judge(given: Case): readonly string[] {
  const policy = testPolicy(given.policy);
  const trust = loadTrustRoot("root.json", given.trust ?? signedBy(root), policy.now);
  const later = new Map(
    Object.entries(given.later ?? {}).map(([name, bytes]) => [name, parsed(name, bytes)]),
  );
  const record = given.record ?? NO_RECORD;
  const chain = trust.ok ? extendTrustRoot(trust.value, later, policy.now) : undefined;
  const ids = runChecks(trustChecks, { policy, trust, chain, record }, problemsById).findings.map(
    ({ id }) => id,
  );
  for (const id of ids) reached.add(id);
  return ids;
}

const spoilt = (change: (given: TrustRoot) => TrustRoot): Case => ({ trust: signedBy(heldRoot(change)) });
const releasing = (given: TrustRoot, change: object): TrustRoot => ({
  ...given,
  roles: { ...given.roles, release: given.roles.release.map((role) => ({ ...role, ...change })) },
});
const keyOf = (given: TrustRoot, keyId: string, change: object): TrustRoot => ({
  ...given,
  keys: given.keys.map((key) => (key.keyId === keyId ? { ...key, ...change } : key)),
});
const second = nextRoot(root);

it("finds nothing wrong with a good root, alone and extended", () => {
  expect(judge({})).toEqual([]);
  expect(judge({ later: { "root.2.dsse.json": signedBy(second) } })).toEqual([]);
  expect(judge({ policy: { now: Date.UTC(2035, 0, 1) / 1000 } })).toEqual([]);
  expect(judge({ policy: { now: TEST_ISSUED - 299 } })).toEqual([]);
  expect(judge({ record: remembering({ latestTime: TEST_NOW + 300 }) })).toEqual([]);
  const later = { "root.2.dsse.json": signedBy(second) };
  const { payloadSha256: rootSha256 } = loaded(second);
  expect(judge({ later, record: remembering({ rootVersion: 2, rootSha256 }) })).toEqual([]);
});

describe("each problem of trust", () => {
  it.each<[string, string, Case]>([
    ["threshold-zero", "nobody needed", spoilt((given) => releasing(given, { threshold: 0 }))],
    ["threshold-above-holders", "three of two", spoilt((given) => releasing(given, { threshold: 3 }))],
    [
      "holder-counts-once",
      "one holder with two keys where two are needed",
      spoilt((given) => releasing(keyOf(given, bo, { holder: "Ada" }), { threshold: 2 })),
    ],
    ["holder-lookalike", "a holder in two spellings", spoilt((given) => keyOf(given, bo, { holder: "ada" }))],
    ["holder-lookalike", "a blank behind a name", spoilt((given) => keyOf(given, bo, { holder: "Bo " }))],
    ["key-repeated", "a member twice", spoilt((given) => releasing(given, { members: [ada, ada] }))],
    [
      "key-repeated",
      "one key under two ids",
      spoilt((given) => {
        const [key] = given.keys;
        if (key === undefined) throw new Error("the root has keys");
        return { ...given, keys: [...given.keys, { ...key, keyId: "0".repeat(64), holder: "Bo" }] };
      }),
    ],
    [
      "root-key-elsewhere",
      "a root key that releases",
      spoilt((given) => releasing(given, { members: [ada, ruth.publicKey.keyId] })),
    ],
    [
      "duties-not-separated",
      "a releaser who waives",
      spoilt((given) => ({
        ...given,
        roles: { ...given.roles, waiver: { members: [ada], threshold: 1 } },
      })),
    ],
    ["weak-key", "the identity point", spoilt(withWeakKey)],
    ["invalid", "a stream twice", spoilt(withTwinStream)],
    ["invalid", "no envelope", { trust: Buffer.from("{}") }],
    ["not-signed", "one of two root holders", { trust: signedBy(root, [ruth]) }],
    ["signature-repeated", "two signatures of one key", { trust: repeated() }],
    ["signature-invalid", "a flipped bit among good signatures", { trust: flipped() }],
    ["expired", "a day late", spoilt((given) => ({ ...given, expires: "2026-11-19T00:00:00Z" }))],
    [
      "expired",
      "a last root that has expired",
      {
        later: { "root.2.dsse.json": signedBy({ ...second, expires: "2026-11-19T00:00:00Z" }) },
      },
    ],
    ["clock-implausible", "a clock before the root", { policy: { now: TEST_ISSUED - 301 } }],
    ["test-root", "a test root without leave", { policy: { allowTestTrust: false } }],
    ["successor-malformed", "no envelope", { later: { "root.2.dsse.json": Buffer.from("{}") } }],
    ["successor-not-signed", "one of two", { later: { "root.2.dsse.json": signedBy(second, [ruth]) } }],
    ["successor-signature-invalid", "a flipped bit", { later: { "root.2.dsse.json": flipped(second) } }],
    ["successor-misplaced", "version 3", { later: { "root.2.dsse.json": signedBy(nextRoot(second)) } }],
    [
      "successor-senseless",
      "nobody needed",
      { later: { "root.2.dsse.json": signedBy(releasing(second, { threshold: 0 })) } },
    ],
    [
      "root-equivocation",
      "another first root",
      { later: { "root.1.dsse.json": signedBy({ ...root, expires: "2031-01-01T00:00:00Z" }) } },
    ],
    ["record-missing", "no record", { record: { kind: "missing", at: "state" } }],
    ["record-damaged", "a damaged one", { record: { kind: "damaged", at: "state", reason: "is cut short" } }],
    ["record-required", "none", { record: { kind: "none", reason: "no pin", isRequired: true } }],
    ["root-behind-record", "root 2 known", { record: remembering({ rootVersion: 2 }) }],
    ["root-equivocation", "a twin known", { record: remembering({ rootSha256: "0".repeat(64) }) }],
    [
      "clock-implausible",
      "a clock behind the record",
      { record: remembering({ latestTime: TEST_NOW + 301 }) },
    ],
    ["chain-gap", "no second root", { later: { "root.3.dsse.json": signedBy(nextRoot(second)) } }],
  ])("trust.%s: %s, and nothing else", (name, _, given) => {
    expect(judge(given)).toEqual([`trust.${name}`]);
  });

  it("is trust.missing without any", () => {
    const { findings } = runChecks(
      trustChecks,
      { policy: testPolicy(), trust: undefined, chain: undefined, record: NO_RECORD },
      problemsById,
    );
    expect(findings.map(({ id }) => id)).toEqual(["trust.missing"]);
    reached.add("trust.missing");
  });

  it("is reached by a case above, or by the longest chain", () => {
    const missing = trustProblems.map(({ id }) => id).filter((id) => !reached.has(id));
    expect(missing).toEqual(["trust.chain-too-long"]);
  });
});

function remembering(change: Partial<TrustState>): RollbackRecord {
  const { payloadSha256: rootSha256 } = loaded(root);
  const known = {
    product: root.product,
    rootVersion: 1,
    rootSha256,
    latestTime: TEST_NOW,
    streams: new Map(),
  };
  return { kind: "kept", at: "state", state: { ...known, ...change } };
}

function withWeakKey(given: TrustRoot): TrustRoot {
  const spki = Buffer.from(`302a300506032b6570032100${"01".padEnd(64, "0")}`, "hex");
  const keyId = keyIdOf(spki);
  const renamed = keyOf(given, ada, { publicKey: encodeBase64(spki), keyId });
  const members = [keyId, bo];
  return { ...releasing(renamed, { members }), builders: [] };
}

function withTwinStream(given: TrustRoot): TrustRoot {
  const { release } = given.roles;
  return { ...given, roles: { ...given.roles, release: [...release, ...release] } };
}

function repeated(): Uint8Array {
  const envelope = parseEnvelope("root", signedBy(root, [ruth]));
  if (!envelope.ok) throw new Error(envelope.reason);
  const { signatures } = envelope.value;
  return writeEnvelope({ ...envelope.value, signatures: [...signatures, ...signatures] });
}

function flipped(of: TrustRoot = root): Uint8Array {
  const envelope = parseEnvelope("root", signedBy(of, [ruth, rolf, ROOT_HOLDERS.rita]));
  if (!envelope.ok) throw new Error(envelope.reason);
  const signatures = envelope.value.signatures.map((signature, index) =>
    index === 0 ? { ...signature, sig: signature.sig.with(3, (signature.sig[3] ?? 0) ^ 1) } : signature,
  );
  return writeEnvelope({ ...envelope.value, signatures });
}
