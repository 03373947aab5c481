import { join } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import { readSigstoreRoots, type SigstoreRoot } from "../crypto/sigstore-root.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import { sigstoreCaches } from "../io/environment.ts";
import { exists, folderNames, readInput, writeFileAtomic } from "../io/files.ts";
import { addIdentity, type IdentityRole } from "../make/trust-identity.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { TrustedIdentity, TrustRoot } from "../model/trust-root.ts";
import type { SigstoreRootFacts } from "../report/sigstore-roots.ts";
import { changeDraft } from "./trust-draft.ts";

const ROOT_FILE = "trusted_root.json";
/** More folders than that are no cache of roots. */
const MAX_CACHE_FOLDERS = 64;

export interface SigstoreExport {
  readonly path: string;
  readonly sha256: string;
  readonly roots: readonly SigstoreRootFacts[];
}

/**
 * Writes Sigstore roots as one file of JSON lines, each canonical, each once, sorted: the same roots give the same
 * digest on every machine. Never replaces a file. Throws Failure "input" for what is no root, and when there is none.
 * @param files Where they are; none: the caches of other tools on this machine.
 */
export async function exportSigstoreRoots(files: readonly string[], out: string): Promise<SigstoreExport> {
  const found = files.length > 0 ? await readAll(files) : await cachedRoots();
  const lines = new Map<string, SigstoreRootFacts>();
  for (const { source, root } of found) {
    const line = lineOf(source, root);
    if (!lines.has(line)) lines.set(line, factsOf(source, root));
  }
  const sorted = [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length === 0) {
    throw new Failure("input", "no Sigstore root was found on this machine", {
      hint: "name the file; who has gh: gh attestation trusted-root > trusted_root.jsonl",
    });
  }
  const bytes = Buffer.from(sorted.map(([line]) => `${line}\n`).join(""));
  if (bytes.byteLength > MAX_ENVELOPE_BYTES)
    throw new Failure("input", "these roots are too large for a signature set", {
      expected: `at most ${MAX_ENVELOPE_BYTES} bytes`,
      found: `${bytes.byteLength}`,
    });
  await writeFileAtomic(out, bytes, { exclusive: true });
  return { path: out, sha256: sha256Hex(bytes), roots: sorted.map(([, facts]) => facts) };
}

interface FoundRoot {
  readonly source: string;
  readonly root: SigstoreRoot;
}

async function readAll(files: readonly string[]): Promise<readonly FoundRoot[]> {
  const found: FoundRoot[] = [];
  for (const source of files) {
    const roots = readSigstoreRoots(source, await readInput(source, MAX_ENVELOPE_BYTES));
    if (!roots.ok) throw new Failure("input", `${roots.at} ${roots.reason}`, { at: source });
    found.push(...roots.value.map((root) => ({ source, root })));
  }
  return found;
}

/** Where cosign, gh, sigstore-js and sigstore-python keep what they fetched: a folder for each instance, or one alone. */
async function cachedRoots(): Promise<readonly FoundRoot[]> {
  const candidates: string[] = [];
  for (const cache of sigstoreCaches()) {
    const names = await folderNames(cache, MAX_CACHE_FOLDERS);
    for (const place of [cache, ...names.map((name) => join(cache, name))])
      candidates.push(join(place, "targets", ROOT_FILE), join(place, ROOT_FILE));
  }
  const present: string[] = [];
  for (const path of candidates) {
    if (await exists(path)) present.push(path);
  }
  return readAll(present);
}

function lineOf(source: string, { json }: SigstoreRoot): string {
  try {
    return Buffer.from(canonicalJson(json)).toString("utf8");
  } catch {
    throw new Failure("input", `${source} has no canonical form`, { at: source });
  }
}

function factsOf(source: string, { material }: SigstoreRoot): SigstoreRootFacts {
  const { tlogs, certificateAuthorities, timestampAuthorities } = material;
  return {
    source,
    logs: tlogs.map(({ baseURL }) => baseURL),
    certificateAuthorities: certificateAuthorities.length,
    timestampAuthorities: timestampAuthorities.length,
  };
}

/**
 * Lists a keyless identity in a draft, under the Sigstore root in a file. Throws Failure "usage" when that root could
 * never prove what is required.
 */
export async function listIdentity(
  draft: string,
  identity: Omit<TrustedIdentity, "sigstoreRootSha256">,
  { sigstoreRoot, role, threshold }: IdentityPlace,
): Promise<TrustRoot> {
  const bytes = await readInput(sigstoreRoot, MAX_ENVELOPE_BYTES);
  const roots = readSigstoreRoots(sigstoreRoot, bytes);
  if (!roots.ok) throw new Failure("input", `${roots.at} ${roots.reason}`, { at: sigstoreRoot });
  const materials = roots.value.map(({ material }) => material);
  if (identity.requireTlog && materials.every(({ tlogs }) => tlogs.length === 0))
    throw unprovable(sigstoreRoot, "log", "--no-log");
  if (identity.requireTimestamp && materials.every((each) => each.timestampAuthorities.length === 0))
    throw unprovable(sigstoreRoot, "authority for times", "no --timestamp");
  const entry = { ...identity, sigstoreRootSha256: sha256Hex(bytes) };
  return changeDraft(draft, (root) => addIdentity(root, entry, role, threshold));
}

export interface IdentityPlace {
  readonly sigstoreRoot: string;
  readonly role: IdentityRole;
  readonly threshold: number | undefined;
}

function unprovable(at: string, what: string, expected: string): Failure {
  return new Failure("usage", `this Sigstore root names no ${what}`, { at, expected });
}
