import { sha256Hex } from "../crypto/digest.ts";
import type { PublicKey } from "../crypto/keys.ts";
import type { Signer } from "../crypto/signer.ts";
import { loadTrustRoot, trustRootProblems, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { packagedJson } from "../formats/canonical-json.ts";
import { parseEnvelope, writeEnvelope } from "../formats/dsse.ts";
import { parseJson, type JsonValue } from "../formats/json.ts";
import { readTrustRootDraft, writeTrustRoot } from "../formats/trust-root.ts";
import { makeFolder } from "../io/make-folder.ts";
import { readInput, writeFileAtomic } from "../io/files.ts";
import { addKey, draftTrustRoot, type DraftOptions, type RoleName } from "../make/trust-draft.ts";
import { signPayload } from "../make/sign.ts";
import type { Envelope } from "../model/envelope.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { SignedRootFacts } from "../report/trust-root.ts";
import { findTrust, pinFilesOf, pinnedProducts, readPin, type TrustSource } from "./trust-source.ts";

/** Writes a new draft: plain JSON that people may read and edit until it is signed. Never replaces a file. */
export async function initTrustRoot(path: string, options: DraftOptions): Promise<TrustRoot> {
  const root = draftTrustRoot(options);
  await writeFileAtomic(path, draftBytes(path, root), { exclusive: true });
  return root;
}

/** Adds a key to a draft. A signed root is not edited: its next version is a new draft. */
export async function addKeyToDraft(
  path: string,
  key: PublicKey,
  holder: string,
  role: RoleName,
  threshold: number | undefined,
): Promise<TrustRoot> {
  const root = addKey(await readDraft(path), key, holder, role, threshold);
  await writeFileAtomic(path, draftBytes(path, root));
  return root;
}

async function readDraft(path: string): Promise<TrustRoot> {
  const bytes = await readInput(path, MAX_ENVELOPE_BYTES);
  const draft = readTrustRootDraft(path, bytes);
  if (draft.ok) return draft.value;
  const isEnvelope = parseEnvelope(path, bytes).ok;
  const hint = isEnvelope
    ? "this root is signed; keys are added to its draft"
    : "make a draft with: cavra trust init";
  throw new Failure("input", `${path} is not a trust root draft: ${draft.reason}`, { at: path, hint });
}

/** Throws Failure "usage" for what nobody could read again: a name with an umlaut would spoil the whole draft. */
function draftBytes(path: string, root: TrustRoot): Uint8Array {
  const bytes = packagedJson(root as unknown as JsonValue);
  const draft = readTrustRootDraft(path, bytes);
  if (draft.ok) return bytes;
  throw new Failure("usage", `this cannot stand in a trust root: ${draft.reason}`, { at: path });
}

export interface SignedRoot {
  readonly root: TrustRoot;
  readonly holders: number;
  readonly needed: number;
  readonly payloadSha256: string;
}

/**
 * Signs a draft into `output`, or adds a signature to a root that other holders have signed. Throws Failure "refused"
 * when the root makes no sense or the key is not one of its root keys.
 */
export async function signTrustRoot(input: string, output: string, signer: Signer): Promise<SignedRoot> {
  const bytes = await readInput(input, MAX_ENVELOPE_BYTES);
  const existing = parseEnvelope(input, bytes);
  const root = existing.ok ? rootOf(existing) : await readDraft(input);
  refuseSenseless(input, root, signer);
  const payload = writeTrustRoot(root);
  const earlier = existing.ok ? existing.value : undefined;
  const envelope = await signPayload(input, payload, TRUST_ROOT_PAYLOAD_TYPE, earlier, signer);
  await writeFileAtomic(output, writeEnvelope(envelope));
  return { root, ...rootHolders(root, envelope), payloadSha256: sha256Hex(payload) };
}

function rootOf(envelope: Parsed<Envelope> & { readonly ok: true }): TrustRoot {
  const root = readTrustRootDraft(envelope.at, envelope.value.payload);
  if (!root.ok) throw new Failure("input", `${root.at} ${root.reason}`, { at: root.at });
  return root.value;
}

function refuseSenseless(at: string, root: TrustRoot, { publicKey }: Signer): void {
  const [problem] = trustRootProblems(root);
  if (problem !== undefined) {
    throw new Failure("refused", `${at} makes no sense as it is: ${problem}`, {
      at,
      hint: "cavra trust add-key --help",
    });
  }
  if (!root.roles.root.members.includes(publicKey.keyId)) {
    throw new Failure("refused", "only a root key signs a trust root", {
      at,
      expected: root.roles.root.members.join(", "),
      found: publicKey.keyId,
    });
  }
}

function rootHolders(
  root: TrustRoot,
  envelope: Envelope,
): { readonly holders: number; readonly needed: number } {
  const signed = new Set(envelope.signatures.map(({ keyid }) => keyid));
  const holders = new Set(root.keys.flatMap(({ keyId, holder }) => (signed.has(keyId) ? [holder] : [])));
  return { holders: holders.size, needed: root.roles.root.threshold };
}

export interface ShownRoot {
  readonly root: TrustRoot;
  /** null for a draft. */
  readonly facts: SignedRootFacts | null;
}

/** The root or draft in a file, or every root that is pinned here. Throws Failure "input" for one that cannot be used. */
export async function showTrust(file: string | undefined, now: number): Promise<readonly ShownRoot[]> {
  if (file === undefined) return showPins(now);
  const bytes = await readInput(file, MAX_ENVELOPE_BYTES);
  const draft = readTrustRootDraft(file, bytes);
  if (draft.ok) return [{ root: draft.value, facts: null }];
  if (isMeantAsDraft(file, bytes)) throw new Failure("input", `${file} ${draft.reason}`, { at: file });
  const found = await findTrust({ file, product: undefined, now });
  return found === undefined ? [] : [shown(found)];
}

/** A signed root holds its roles in its payload. */
function isMeantAsDraft(at: string, bytes: Uint8Array): boolean {
  const json = parseJson(at, bytes);
  return json.ok && typeof json.value === "object" && json.value !== null && "roles" in json.value;
}

async function showPins(now: number): Promise<readonly ShownRoot[]> {
  const products = await pinnedProducts();
  if (products.length === 0) {
    throw new Failure("input", "nothing is pinned on this machine", { hint: "cavra trust pin --help" });
  }
  const roots: ShownRoot[] = [];
  for (const product of products) roots.push(shown(await readPin(product, now)));
  return roots;
}

function shown({ source, trust, pinned }: TrustSource): ShownRoot {
  if (!trust.ok) throw new Failure("input", `${trust.at} ${trust.reason}`, { at: source });
  return { root: trust.value.root, facts: { source, payloadSha256: trust.value.payloadSha256, pinned } };
}

/**
 * Pins a root for later verifications. `expectedSha256` is the payload digest that the user got by another way; it is
 * compared at full length and never offered by us.
 */
export async function pinTrustRoot(
  path: string,
  expectedSha256: string,
  now: number,
): Promise<LoadedTrustRoot> {
  const bytes = await readInput(path, MAX_ENVELOPE_BYTES);
  const loaded = loadTrustRoot(path, bytes, now);
  if (!loaded.ok)
    throw new Failure("refused", `${path} ${loaded.reason}`, { at: path, hint: "cavra trust show FILE" });
  if (loaded.value.payloadSha256 !== expectedSha256) {
    throw new Failure("refused", "this is not the trust root that you were told about", {
      at: path,
      expected: expectedSha256,
      found: loaded.value.payloadSha256,
      hint: "ask for the trust root and its digest again, each by its own way",
    });
  }
  const pin = pinFilesOf(loaded.value, bytes);
  await makeFolder(pin.folder, 0o700);
  for (const file of pin.files) await writeFileAtomic(file.path, file.bytes, { mode: 0o600 });
  return loaded.value;
}
