import { join } from "node:path";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parseTrustState, writeTrustState } from "../crypto/trust-state.ts";
import { sha256Hex } from "../crypto/digest.ts";
import { readIfPresent, writeFileAtomic } from "../io/files.ts";
import { withLock } from "../io/lock.ts";
import { firstState } from "../judge/recorded-state.ts";
import { Failure } from "../model/failure.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import type { RollbackRecord, TrustState } from "../model/trust-state.ts";

/** The record of a pinned product as it was read, and how to tell whether it is still that one. */
export interface ReadRecord {
  readonly path: string;
  readonly record: RollbackRecord;
  /** SHA-256 of the file; undefined: there is none. */
  readonly digest: string | undefined;
}

/** Reads the record of a product (trust-spec section 5). What is no record is damaged; Failure "input" is a disk that fails. */
export async function readRecord(folder: string, product: string): Promise<ReadRecord> {
  const path = join(folder, `${product}.state.json`);
  const bytes = await readIfPresent(path, MAX_DOCUMENT_BYTES);
  if (bytes === undefined) return { path, digest: undefined, record: { kind: "missing", at: path } };
  const state = parseTrustState(path, bytes, product);
  const record: RollbackRecord = state.ok
    ? { kind: "kept", at: path, state: state.value }
    : { kind: "damaged", at: path, reason: state.reason };
  return { path, digest: sha256Hex(bytes), record };
}

export async function writeRecord(path: string, state: TrustState): Promise<void> {
  await writeFileAtomic(path, writeTrustState(state), { mode: 0o600 });
}

/** Runs `work` while no other cavra writes the record of this product. Throws Failure "output" when one does for too long. */
export async function withRecordLocked<T>(
  folder: string,
  product: string,
  work: () => Promise<T>,
): Promise<T> {
  return await withLock(join(folder, `${product}.lock`), work);
}

/**
 * The record that goes with a pin. What passed before stays remembered; only the latest time is forgotten, which is how
 * people get over a clock that once ran ahead. Throws Failure "refused" for a root older than the record, or a twin.
 */
export function stateForPin({ record }: ReadRecord, pinned: LoadedTrustRoot): TrustState {
  const fresh = firstState(pinned);
  if (record.kind !== "kept") return fresh;
  const { rootVersion, rootSha256, streams } = record.state;
  const { version } = pinned.root;
  if (version < rootVersion || (version === rootVersion && rootSha256 !== pinned.payloadSha256)) {
    throw new Failure(
      "refused",
      "a later trust root, or another one of this version, was accepted here before",
      {
        at: record.at,
        expected: `root ${rootVersion}, ${rootSha256}`,
        found: `root ${version}, ${pinned.payloadSha256}`,
        hint: "ask your vendor for the current trust root, by another way than this medium",
      },
    );
  }
  return { ...fresh, streams };
}
