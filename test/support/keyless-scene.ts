import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import type { SignedRelease } from "../../src/flows/release-to-sign.ts";
import { signZipKeyless, type KeylessOptions } from "../../src/flows/sign-keyless.ts";
import { Failure } from "../../src/model/failure.ts";
import type { TrustedIdentity } from "../../src/model/trust-root.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { identityToken, sigstoreStack, type SigstoreStack } from "./sigstore-stack.ts";
import { IDENTITY, ISSUER, REPOSITORY_ID } from "./sigstore-world.ts";
import { SMALL_FIRST, SMALL_TOOL, writeSmallRelease } from "./small-release.ts";
import { signedTestRoot, TEST_NOW, testTrustRoot } from "./trust.ts";

/** The stack's own clocks stand a little before it, whatever the machine's clock says. */
export const KEYLESS_TIME = "2026-11-20T00:00:05Z";
export const KEYLESS_HOLDER = "Release workflow";
const VARIABLES = [
  "SIGSTORE_ID_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "BUILDKITE_AGENT_ACCESS_TOKEN",
];

export const CLAIMS = {
  iss: ISSUER,
  aud: "sigstore",
  exp: TEST_NOW + 600,
  repository_id: REPOSITORY_ID,
  job_workflow_ref: IDENTITY.replace("https://github.com/", ""),
};

/** A token of the workflow that the roots below list. */
export function workflowToken(claims: object = {}): string {
  return identityToken(IDENTITY, { ...CLAIMS, ...claims });
}

/** What a test changes of a signing that would do. */
export interface Attempt {
  readonly zip?: string;
  readonly root?: Uint8Array;
  readonly options?: Partial<KeylessOptions>;
  readonly services?: Partial<KeylessOptions["services"]>;
}

export interface Signing {
  readonly signed: SignedRelease;
  readonly zip: string;
  readonly trust: string;
}

/** A Sigstore stack on loopback for one test file, and a workflow that signs releases with it. */
export class KeylessScene {
  readonly folder: string = scratchFolder();
  readonly sigstoreRoot: string = join(this.folder, "sigstore-root.json");
  #stack: SigstoreStack | undefined;

  constructor() {
    beforeAll(async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: TEST_NOW * 1000 });
      this.#stack = await sigstoreStack();
      writeFileSync(this.sigstoreRoot, JSON.stringify(this.stack.trustedRoot));
    });
    afterAll(async () => {
      vi.useRealTimers();
      await this.stack.close();
    });
    beforeEach(() => {
      this.stack.reset();
      for (const name of VARIABLES) vi.stubEnv(name, "");
    });
    afterEach(() => {
      vi.unstubAllEnvs();
    });
  }

  get stack(): SigstoreStack {
    if (this.#stack === undefined) throw new Error("the stack is not up yet");
    return this.#stack;
  }

  tokenFile(token: string = workflowToken()): string {
    const path = join(mkdtempSync(join(this.folder, "token-")), "token");
    writeFileSync(path, `${token}\n`, { mode: 0o600 });
    return path;
  }

  /** The workflow may release, beside Ada and Bo, and speaks for the builder unless told otherwise. */
  root(change: Partial<TrustedIdentity> = {}, isBuilder = true, threshold = 1): Uint8Array {
    const identity: TrustedIdentity = {
      id: "workflow",
      holder: KEYLESS_HOLDER,
      issuer: ISSUER,
      san: IDENTITY,
      sourceRepositoryId: REPOSITORY_ID,
      sigstoreRootSha256: sha256Hex(readFileSync(this.sigstoreRoot)),
      requireTlog: true,
      requireTimestamp: false,
      ...change,
    };
    return signedTestRoot(
      testTrustRoot((root) => {
        const release = root.roles.release.map((role) => {
          return { ...role, members: [...role.members, identity.id], threshold };
        });
        const builders = root.builders.map((builder) => {
          return { ...builder, members: [...builder.members, ...(isBuilder ? [identity.id] : [])] };
        });
        return { ...root, identities: [identity], builders, roles: { ...root.roles, release } };
      }),
    );
  }

  async unsignedZip(): Promise<string> {
    const place = mkdtempSync(join(this.folder, "release-"));
    return (await writeSmallRelease(place, SMALL_FIRST, { signers: [] })).zip;
  }

  async sign({ zip, root = this.root(), options, services }: Attempt = {}): Promise<Signing> {
    const path = zip ?? (await this.unsignedZip());
    const trust = join(mkdtempSync(join(this.folder, "trust-")), "root.json");
    writeFileSync(trust, root);
    const signed = await signZipKeyless({
      tool: SMALL_TOOL,
      path,
      trust,
      product: undefined,
      previous: undefined,
      at: KEYLESS_TIME,
      identity: undefined,
      tokenFile: this.tokenFile(),
      sigstoreRoot: this.sigstoreRoot,
      ...options,
      services: {
        fulcioUrl: this.stack.urls.fulcio,
        rekorUrl: this.stack.urls.rekor,
        rekorApi: 1,
        tsaUrl: undefined,
        timeoutSeconds: 2,
        ...services,
      },
    });
    return { signed, zip: path, trust };
  }

  /** The failure, and that nothing was written. */
  async refusal(attempt: Attempt): Promise<Failure> {
    const zip = attempt.zip ?? (await this.unsignedZip());
    const error: unknown = await this.sign({ ...attempt, zip }).then(
      () => "it was signed",
      (reason: unknown) => reason,
    );
    if (!(error instanceof Failure)) throw error;
    expect(existsSync(`${zip}.sigs`)).toBe(false);
    return error;
  }

  /** The services that were asked, in order. */
  get asked(): readonly string[] {
    return this.stack.hits.map(({ service }) => service);
  }
}
