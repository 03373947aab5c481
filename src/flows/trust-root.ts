import { dirname } from "node:path";
import { loadTrustRoot, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parseJson } from "../formats/json.ts";
import { readTrustRootDraft } from "../formats/trust-root.ts";
import { makeFolder } from "../io/make-folder.ts";
import { readInput, writeFileAtomic } from "../io/files.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { SignedRootFacts } from "../report/trust-root.ts";
import { readRecord, stateForPin, withRecordLocked, writeRecord } from "./trust-record.ts";
import { findTrust, pinFilesOf, pinnedProducts, readPin, type TrustSource } from "./trust-source.ts";

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
 * compared at full length and never offered by us. A record of what passes begins with it, or goes on; `forgot`: a damaged
 * one was replaced.
 */
export async function pinTrustRoot(
  path: string,
  expectedSha256: string,
  now: number,
): Promise<LoadedTrustRoot & { readonly forgot: boolean }> {
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
  const [rootFile, pinFile] = pinFilesOf(loaded.value, bytes);
  const { product } = loaded.value.root;
  const folder = dirname(pinFile.path);
  await makeFolder(folder, 0o700);
  return await withRecordLocked(folder, product, async () => {
    const read = await readRecord(folder, product);
    const state = stateForPin(read, loaded.value);
    await writeFileAtomic(rootFile.path, rootFile.bytes, { mode: 0o600 });
    await writeRecord(read.path, state);
    await writeFileAtomic(pinFile.path, pinFile.bytes, { mode: 0o600 });
    return { ...loaded.value, forgot: read.record.kind === "damaged" };
  });
}
