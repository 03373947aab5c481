import { sha256Hex } from "../crypto/digest.ts";
import { predecessorThreshold } from "../crypto/root-chain.ts";
import { trustRootProblems } from "../crypto/root-problems.ts";
import type { Signer } from "../crypto/signer.ts";
import { judgeThreshold } from "../crypto/threshold.ts";
import { withinPeriod } from "../crypto/trust-root.ts";
import { parseEnvelope, writeEnvelope } from "../formats/dsse.ts";
import { readTrustRootDraft, writeTrustRoot } from "../formats/trust-root.ts";
import { readInput, writeFileAtomic } from "../io/files.ts";
import { signPayload } from "../make/sign.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import { readDraft, readSignedRoot } from "./trust-draft.ts";

export interface SignRootRequest {
  /** A draft, or an envelope that others have signed. */
  readonly input: string;
  readonly output: string;
  /** The signed root before this one; needed for every version but the first. */
  readonly previous: string | undefined;
  /** Seconds since 1970, UTC. */
  readonly now: number;
}

/** What somebody is about to sign, read from the very bytes that will be signed. */
export interface RootToSign {
  readonly root: TrustRoot;
  readonly before: TrustRoot | undefined;
  readonly payloadSha256: string;
}

/** How far the signatures go: for the root itself, and for the holders of the one before. */
export interface SignedRoot extends RootToSign {
  readonly holders: number;
  readonly needed: number;
  readonly previousHolders: number;
  readonly previousNeeded: number;
}

/**
 * Reads what is to be signed, so that it can be shown first. Throws Failure "refused" when the root makes no sense or does
 * not follow from the one before, "usage" when that is not given.
 */
export async function readRootToSign(request: SignRootRequest): Promise<RootToSign> {
  const { input, previous, now } = request;
  const bytes = await readInput(input, MAX_ENVELOPE_BYTES);
  const existing = parseEnvelope(input, bytes);
  const root = existing.ok ? signedText(input, existing.value.payload) : await readDraft(input);
  refuseSenseless(input, root);
  const before = previous === undefined ? undefined : (await readSignedRoot(previous, now)).root;
  refuseMisplaced(input, root, before);
  return { root, before, payloadSha256: sha256Hex(writeTrustRoot(root)) };
}

function signedText(at: string, payload: Uint8Array): TrustRoot {
  const root = readTrustRootDraft(at, payload);
  if (root.ok) return root.value;
  throw new Failure("input", `${at} ${root.reason}`, { at });
}

function refuseSenseless(at: string, root: TrustRoot): void {
  const [problem] = trustRootProblems(root);
  if (problem === undefined) return;
  throw new Failure("refused", `${at} makes no sense as it is: ${problem.reason}`, {
    at,
    hint: "cavra trust add-key --help",
  });
}

/** Nobody signs a change that they were not shown, and nobody can see a change without what was before. */
function refuseMisplaced(at: string, root: TrustRoot, before: TrustRoot | undefined): void {
  if (before === undefined) {
    if (root.version === 1) return;
    throw new Failure("usage", `root ${root.version} follows another, which has to be given`, {
      at,
      hint: "add --previous ROOT, the signed root before it",
    });
  }
  const expected = `root ${before.version + 1} of ${before.product}`;
  const found = `root ${root.version} of ${root.product}`;
  if (expected !== found)
    throw new Failure("refused", "this root does not follow the one before", { at, expected, found });
}

/**
 * Signs what `readRootToSign` read into `output`, or adds a signature to it. Throws Failure "refused" when the key is no
 * root key of this root or the one before, or the file changed since it was shown.
 */
export async function signTrustRoot(
  { input, output, now }: SignRootRequest,
  shown: RootToSign,
  signer: Signer,
): Promise<SignedRoot> {
  const { root, before } = shown;
  refuseStranger(input, shown, signer);
  const existing = parseEnvelope(input, await readInput(input, MAX_ENVELOPE_BYTES));
  const payload = writeTrustRoot(root);
  const earlier = existing.ok ? existing.value : undefined;
  const envelope = await signPayload(input, payload, TRUST_ROOT_PAYLOAD_TYPE, earlier, signer);
  await writeFileAtomic(output, writeEnvelope(envelope));
  const own = judgeThreshold(root, root.roles.root, envelope, withinPeriod(root, now));
  const past = before === undefined ? undefined : predecessorThreshold({ root: before }, envelope, now);
  return {
    ...shown,
    holders: own.holders.length,
    needed: own.needed,
    previousHolders: past?.holders.length ?? 0,
    previousNeeded: past?.needed ?? 0,
  };
}

function refuseStranger(at: string, { root, before }: RootToSign, { publicKey: { keyId } }: Signer): void {
  const members = [...root.roles.root.members, ...(before?.roles.root.members ?? [])];
  if (members.includes(keyId)) return;
  throw new Failure("refused", "only a root key signs a trust root", {
    at,
    expected: [...new Set(members)].join(", "),
    found: keyId,
  });
}
