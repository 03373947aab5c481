import { describe, expect, it } from "vitest";
import {
  extendTrustRoot,
  MAX_CHAIN_STEPS,
  rootFileName,
  type RootChain,
} from "../../src/crypto/root-chain.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import { broken, parsed, type Parsed } from "../../src/model/parsed.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { freshKey, heldRoot, loaded, nextRoot, ROOT_HOLDERS, signedBy } from "../support/root-holders.ts";
import { TEST_NOW, testKey } from "../support/trust.ts";

const { ruth, rolf, rita } = ROOT_HOLDERS;
const first = heldRoot();
const second = nextRoot(first);

function chain(
  files: Readonly<Record<string, Uint8Array>>,
  now = TEST_NOW,
  start = loaded(first),
): RootChain {
  const read = Object.entries(files).map(([name, bytes]) => [name, parsed(name, bytes)] as const);
  return extendTrustRoot(start, new Map(read), now);
}

/** Version reached, and what was found. */
function outcome({ last, problem }: RootChain): readonly [number, string | undefined] {
  return [last.root.version, problem?.defect];
}

const only = (bytes: Uint8Array): RootChain => chain({ "root.2.dsse.json": bytes });

describe("a chain of roots", () => {
  it("stays where it is without a later root, and follows one that enough holders signed", () => {
    expect(outcome(chain({}))).toEqual([1, undefined]);
    expect(outcome(only(signedBy(second)))).toEqual([2, undefined]);
    expect(outcome(only(signedBy(second, [ruth, rolf, rita])))).toEqual([2, undefined]);
  });

  it("takes the first root again for what it is, and reads no older one", () => {
    const files = { "root.1.dsse.json": signedBy(first, [rolf, rita]), "root.2.dsse.json": signedBy(second) };
    expect(outcome(chain(files))).toEqual([2, undefined]);
    const fromSecond = chain({ "root.1.dsse.json": Buffer.from("?") }, TEST_NOW, loaded(second));
    expect(outcome(fromSecond)).toEqual([2, undefined]);
  });

  it("follows a change of all holders when old and new ones signed", () => {
    const heirs = [freshKey(), freshKey()];
    const [heir, other] = heirs;
    if (heir === undefined || other === undefined) throw new Error("two heirs");
    const handedOver = nextRoot(first, (root) => {
      const none = { ...root, roles: { ...root.roles, root: { members: [], threshold: 1 } } };
      return addKey(addKey(none, heir.publicKey, "Hans", "root", 1), other.publicKey, "Hedy", "root", 2);
    });
    expect(outcome(only(signedBy(handedOver, [ruth, rolf, ...heirs])))).toEqual([2, undefined]);
    expect(outcome(only(signedBy(handedOver, [ruth, rolf, heir])))).toEqual([1, "successor-not-signed"]);
    expect(outcome(only(signedBy(handedOver, [ruth, ...heirs])))).toEqual([1, "successor-not-signed"]);
    expect(outcome(only(signedBy(handedOver, heirs)))).toEqual([1, "successor-not-signed"]);
    const third = nextRoot(handedOver);
    const files = {
      "root.2.dsse.json": signedBy(handedOver, [ruth, rolf, ...heirs]),
      "root.3.dsse.json": signedBy(third, heirs),
    };
    expect(outcome(chain(files))).toEqual([3, undefined]);
    expect(outcome(chain({ ...files, "root.3.dsse.json": signedBy(third) }))).toEqual([
      2,
      "successor-not-signed",
    ]);
  });

  it("counts the holders of a step at its threshold exactly", () => {
    expect(outcome(only(signedBy(second, [ruth])))).toEqual([1, "successor-not-signed"]);
    expect(outcome(only(signedBy(second, [ruth, testKey("attacker")])))).toEqual([1, "successor-not-signed"]);
    expect(outcome(only(signedBy(second, [testKey("release-ada"), testKey("release-bo")])))).toEqual([
      1,
      "successor-not-signed",
    ]);
    const raised = nextRoot(first, (root) => withRootThreshold(root, 3));
    expect(outcome(only(signedBy(raised)))).toEqual([1, "successor-not-signed"]);
    expect(outcome(only(signedBy(raised, [ruth, rolf, rita])))).toEqual([2, undefined]);
  });

  it("does not count a holder whom the root before has revoked", () => {
    const start = heldRoot((root) => ({
      ...root,
      revoked: { members: [rolf.publicKey.keyId], manifests: [] },
    }));
    const trusted = loaded(start, [ruth, rita]);
    const step = (keys: Parameters<typeof signedBy>[1]): RootChain =>
      chain({ "root.2.dsse.json": signedBy(nextRoot(start), keys) }, TEST_NOW, trusted);
    expect(outcome(step([ruth, rolf]))).toEqual([1, "successor-not-signed"]);
    expect(outcome(step([ruth, rita]))).toEqual([2, undefined]);
  });

  it("lets earlier roots have expired; whether the last has is for the verification", () => {
    const short = heldRoot((root) => ({ ...root, expires: "2026-03-01T00:00:00Z" }));
    const late = nextRoot(short, (root) => ({ ...root, expires: "2036-01-01T00:00:00Z" }));
    const expired = loaded(short);
    expect(outcome(chain({ "root.2.dsse.json": signedBy(late) }, TEST_NOW, expired))).toEqual([2, undefined]);
    expect(outcome(chain({ "root.2.dsse.json": signedBy(nextRoot(short)) }, TEST_NOW, expired))).toEqual([
      2,
      undefined,
    ]);
  });
});

describe("a root beside the package that does not follow", () => {
  it("has an invalid signature of a holder, even where others suffice", () => {
    const envelope = parseEnvelope("root", signedBy(second, [ruth, rolf, rita]));
    if (!envelope.ok) throw new Error(envelope.reason);
    const { signatures } = envelope.value;
    for (const { keyid } of signatures) {
      const spoilt = signatures.map((one) =>
        one.keyid === keyid ? { ...one, sig: one.sig.with(9, (one.sig[9] ?? 0) ^ 1) } : one,
      );
      expect(outcome(only(writeEnvelope({ ...envelope.value, signatures: spoilt })))).toEqual([
        1,
        "successor-signature-invalid",
      ]);
    }
  });

  it.each<[string, string, Uint8Array]>([
    ["is cut short", "successor-malformed", signedBy(second).subarray(0, 200)],
    ["is nothing", "successor-malformed", new Uint8Array()],
    ["leaves a version out", "successor-misplaced", signedBy(nextRoot(second))],
    ["repeats the version", "successor-misplaced", signedBy(first)],
    ["is of another product", "successor-misplaced", signedBy({ ...second, product: "other" })],
    ["needs nobody", "successor-senseless", signedBy(withRootThreshold(second, 0))],
    [
      "has a member that is unheard of",
      "successor-senseless",
      signedBy({ ...second, extra: 1 } as TrustRoot),
    ],
  ])("%s", (_, defect, bytes) => {
    expect(outcome(only(bytes))).toEqual([1, defect]);
  });

  it("is another one of the version that is trusted", () => {
    const twin = heldRoot((root) => ({ ...root, expires: "2030-01-01T00:00:00Z" }));
    expect(outcome(chain({ "root.1.dsse.json": signedBy(twin) }))).toEqual([1, "root-equivocation"]);
    const files = { "root.1.dsse.json": signedBy(twin), "root.2.dsse.json": signedBy(second) };
    expect(outcome(chain(files))).toEqual([1, "root-equivocation"]);
  });

  it("cannot be reached because a step is missing", () => {
    const third = signedBy(nextRoot(second));
    expect(outcome(chain({ "root.3.dsse.json": third }))).toEqual([1, "chain-gap"]);
    expect(outcome(chain({ "root.2.dsse.json": signedBy(second), "root.4.dsse.json": third }))).toEqual([
      2,
      "chain-gap",
    ]);
  });

  it("is a file that could not be read", () => {
    const files = new Map<string, Parsed<Uint8Array>>([["root.2.dsse.json", broken("root.2", "is a link")]]);
    expect(outcome(extendTrustRoot(loaded(first), files, TEST_NOW))).toEqual([1, "successor-malformed"]);
  });

  it("is one step more than 64", () => {
    const files: Record<string, Uint8Array> = {};
    let root = first;
    for (let step = 0; step < MAX_CHAIN_STEPS; step += 1) {
      root = nextRoot(root);
      files[rootFileName(root.version)] = signedBy(root);
    }
    expect(outcome(chain(files))).toEqual([65, undefined]);
    files[rootFileName(66)] = signedBy(nextRoot(root));
    expect(outcome(chain(files))).toEqual([65, "chain-too-long"]);
  });
});

function withRootThreshold(root: TrustRoot, threshold: number): TrustRoot {
  return { ...root, roles: { ...root.roles, root: { ...root.roles.root, threshold } } };
}
