import { beforeAll, expect } from "vitest";
import { parseTrustedRoots } from "../../src/crypto/sigstore-root.ts";
import { parseSigstoreBundle } from "../../src/formats/sigstore-bundle.ts";
import {
  judgeSigstoreBundle,
  type BundleJudgement,
  type BundleQuestion,
} from "../../src/judge/judge-sigstore-bundle.ts";
import type { DemandedSigner } from "../../src/model/sigstore.ts";
import {
  ARTIFACT,
  IDENTITY,
  ISSUER,
  sha256,
  sigstoreWorld,
  type BundleParts,
  type SigstoreWorld,
} from "./sigstore-world.ts";

export const CERTIFICATE = {
  kind: "certificate",
  identity: IDENTITY,
  issuer: ISSUER,
} as const satisfies DemandedSigner;

export function digestOf(bytes: Uint8Array): { readonly sha256: string } {
  return { sha256: sha256(bytes).toString("hex") };
}

export function rootsOf(...documents: readonly object[]): BundleQuestion["roots"] {
  return parseTrustedRoots("root", Buffer.from(documents.map((root) => JSON.stringify(root)).join("\n")));
}

/** Two Sigstore worlds for one test file, and what is judged of bundles that were made in the first. */
export class BundleScene {
  #world: SigstoreWorld | undefined;
  #stranger: SigstoreWorld | undefined;

  constructor() {
    beforeAll(async () => {
      this.#world = await sigstoreWorld();
      this.#stranger = await sigstoreWorld();
    });
  }

  get world(): SigstoreWorld {
    return made(this.#world);
  }

  get stranger(): SigstoreWorld {
    return made(this.#stranger);
  }

  /** About the artifact and its workflow, under the roots of the world, unless told otherwise. */
  question(bytes: Buffer, parts: Partial<BundleQuestion> = {}): BundleJudgement {
    return judgeSigstoreBundle({
      at: "b",
      bundle: parseSigstoreBundle("b", bytes),
      artifact: digestOf(ARTIFACT),
      demand: CERTIFICATE,
      roots: rootsOf(this.world.trustedRoot),
      predicateType: undefined,
      now: this.world.now,
      ...parts,
    });
  }

  /** "verified", or the ids of the findings. */
  judge(bundle: object, parts: Partial<BundleQuestion> = {}): readonly string[] | "verified" {
    const bytes = Buffer.isBuffer(bundle) ? bundle : Buffer.from(JSON.stringify(bundle));
    const { facts, findings } = this.question(bytes, parts);
    expect(findings.length === 0).toBe(facts !== undefined);
    return facts === undefined ? findings.map(({ id }) => id) : "verified";
  }

  async judgeParts(
    parts: Partial<BundleParts>,
    asked: Partial<BundleQuestion> = {},
  ): Promise<readonly string[] | "verified"> {
    return this.judge(await this.world.makeBundle(parts), asked);
  }
}

function made(world: SigstoreWorld | undefined): SigstoreWorld {
  if (world === undefined) throw new Error("the worlds are not made yet");
  return world;
}
