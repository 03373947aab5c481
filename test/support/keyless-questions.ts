import { afterAll, beforeAll, vi } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { releaseBundleFile, sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { parsed, type Parsed } from "../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustedIdentity, TrustRoot } from "../../src/model/trust-root.ts";
import {
  IDENTITY,
  ISSUER,
  REPOSITORY_ID,
  sigstoreWorld,
  type BundleParts,
  type SigstoreWorld,
} from "./sigstore-world.ts";
import { TEST_NOW, testTrustRoot } from "./trust.ts";

export const PAYLOAD = Buffer.from('{"statement":"of a release"}');
export const ENVELOPE: Envelope = { payloadType: IN_TOTO_PAYLOAD_TYPE, payload: PAYLOAD, signatures: [] };
/** Of the identity. */
export const ID = "release-workflow";
export const FILE = releaseBundleFile(ID);
const BUILDER = "https://builder.example/v1";

export function bytesOf(document: object): Buffer {
  return Buffer.from(JSON.stringify(document));
}

/** What is in a signature set, and under which root and clock it is judged. */
export interface Question {
  readonly parts?: Partial<BundleParts>;
  readonly bundle?: Uint8Array;
  readonly change?: Partial<TrustedIdentity>;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly now?: number;
}

/** Ada, Bo and the identities may release; two of them must. The identities speak for a builder. */
export function rootWith(...identities: readonly TrustedIdentity[]): TrustRoot {
  return testTrustRoot((root) => {
    const ids = identities.map(({ id }) => id);
    const release = root.roles.release.map((role) => {
      return { ...role, members: [...role.members, ...ids], threshold: 2 };
    });
    const builders = [{ id: BUILDER, members: ids, maxBuildLevel: 2 }];
    return { ...root, identities, builders, roles: { ...root.roles, release } };
  });
}

/** Two Sigstore worlds for one test file. Every time in them is that of the tests, whatever the machine's clock says. */
export class KeylessQuestions {
  #worlds: readonly [SigstoreWorld, SigstoreWorld] | undefined;

  constructor() {
    beforeAll(async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: TEST_NOW * 1000 });
      this.#worlds = [await sigstoreWorld(), await sigstoreWorld()];
    });
    afterAll(() => {
      vi.useRealTimers();
    });
  }

  get world(): SigstoreWorld {
    return this.#both()[0];
  }

  get stranger(): SigstoreWorld {
    return this.#both()[1];
  }

  identity(change: Partial<TrustedIdentity> = {}): TrustedIdentity {
    return {
      id: ID,
      holder: "Release workflow",
      issuer: ISSUER,
      san: IDENTITY,
      sourceRepositoryId: REPOSITORY_ID,
      sigstoreRootSha256: sha256Hex(bytesOf(this.world.trustedRoot)),
      requireTlog: true,
      requireTimestamp: false,
      ...change,
    };
  }

  /** A signature set with the bundle under this name, and the Sigstore root. */
  async filesOf(
    { parts, bundle, files }: Question,
    name: string,
  ): Promise<ReadonlyMap<string, Parsed<Uint8Array>>> {
    const made = bundle ?? bytesOf(await this.world.makeBundle({ payload: PAYLOAD, ...parts }));
    const trustedRoot = bytesOf(this.world.trustedRoot);
    const all = { [name]: made, [sigstoreRootFile(sha256Hex(trustedRoot))]: trustedRoot, ...files };
    return new Map(Object.entries(all).map(([file, bytes]) => [file, parsed(file, bytes)]));
  }

  #both(): readonly [SigstoreWorld, SigstoreWorld] {
    if (this.#worlds === undefined) throw new Error("the worlds are not made yet");
    return this.#worlds;
  }
}
