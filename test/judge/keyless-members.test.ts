import { describe, expect, it } from "vitest";
import { judgeThreshold } from "../../src/crypto/threshold.ts";
import { PROVENANCE_BUNDLE } from "../../src/formats/keyless-files.ts";
import { judgeProvenanceBundle, judgeReleaseBundles } from "../../src/judge/judge-keyless.ts";
import type { ThresholdResult } from "../../src/model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustedIdentity, TrustRoot } from "../../src/model/trust-root.ts";
import {
  ENVELOPE,
  FILE,
  ID,
  KeylessQuestions,
  PAYLOAD,
  rootWith,
  type Question,
} from "../support/keyless-questions.ts";
import { IDENTITY, type BundleParts } from "../support/sigstore-world.ts";
import { testEnvelope, testKey, type TestKeyName } from "../support/trust.ts";

const scene = new KeylessQuestions();
const ADA = testKey("release-ada").publicKey.keyId;

async function threshold(
  signers: readonly TestKeyName[],
  { change, parts }: Question = {},
  alter: (root: TrustRoot) => TrustRoot = (root) => root,
): Promise<ThresholdResult> {
  const trust = alter(rootWith(scene.identity(change)));
  const envelope = testEnvelope(PAYLOAD, IN_TOTO_PAYLOAD_TYPE, signers);
  const files = await scene.filesOf(parts === undefined ? {} : { parts }, FILE);
  const [role] = trust.roles.release;
  if (role === undefined) throw new Error("no role");
  const keyless = judgeReleaseBundles({ trust, files, now: scene.world.now }, envelope);
  return judgeThreshold(trust, role, envelope, scene.world.now, keyless);
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
  return scene.identity({ id: "other-workflow", san: `${IDENTITY}0` });
}

async function provenance(identities: readonly TrustedIdentity[], parts: Partial<BundleParts> = {}) {
  const trust = rootWith(...identities);
  const files = await scene.filesOf({ parts }, PROVENANCE_BUNDLE);
  const members = identities.map(({ id }) => id);
  return judgeProvenanceBundle({ trust, files, now: scene.world.now }, members, ENVELOPE);
}

describe("the keyless signature over the provenance", () => {
  it("is that of whichever identity of the builder made it", async () => {
    const judged = await provenance([other(), scene.identity()]);
    expect(judged).toMatchObject([{ memberId: ID, isValid: true }]);
  });

  it("is one refusal when none of them did, about the one that it came closest to", async () => {
    const judged = await provenance([other(), scene.identity({ requireTimestamp: true })]);
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
