import { join } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import { loadTrustRoot, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { packagedJson } from "../formats/canonical-json.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import type { JsonValue } from "../formats/json.ts";
import { parseReleaseStatement } from "../formats/release-statement.ts";
import { readTrustRootDraft } from "../formats/trust-root.ts";
import { readInput, writeFileAtomic } from "../io/files.ts";
import { signatureFolderOf } from "../io/signature-set.ts";
import { nextVersion } from "../make/trust-changes.ts";
import { draftTrustRoot, type DraftOptions } from "../make/trust-draft.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import { openSubject } from "./open-subject.ts";

/** Writes a new draft: plain JSON that people may read and edit until it is signed. Never replaces a file. */
export async function initTrustRoot(path: string, options: DraftOptions): Promise<TrustRoot> {
  const root = draftTrustRoot(options);
  await writeFileAtomic(path, draftBytes(path, root), { exclusive: true });
  return root;
}

/** Changes a draft in place. A signed root is not edited: its next version is a new draft. Throws what the change throws. */
export async function changeDraft(path: string, change: (draft: TrustRoot) => TrustRoot): Promise<TrustRoot> {
  const root = change(await readDraft(path));
  await writeFileAtomic(path, draftBytes(path, root));
  return root;
}

/** Writes the draft of the version after a signed root. Never replaces a file. */
export async function startNextVersion(
  from: string,
  path: string,
  issued: number,
  validDays: number,
): Promise<TrustRoot> {
  const { root } = await readSignedRoot(from, issued);
  const draft = nextVersion(root, issued, validDays);
  await writeFileAtomic(path, draftBytes(path, draft), { exclusive: true });
  return draft;
}

/** A root whose own holders signed it. Throws Failure "refused". */
export async function readSignedRoot(path: string, now: number): Promise<LoadedTrustRoot> {
  const loaded = loadTrustRoot(path, await readInput(path, MAX_ENVELOPE_BYTES), now);
  if (loaded.ok) return loaded.value;
  throw new Failure("refused", `${path} ${loaded.reason}`, { at: path, hint: "cavra trust show FILE" });
}

/** What a release's statement says of itself, and the digest by which root holders vouch for it. */
export interface EndorsedStatement {
  readonly version: string;
  readonly statementSha256: string;
  readonly manifestSha256: string;
}

/**
 * Reads the statement beside a zip and demands that it is about exactly these bytes: nobody vouches for a digest that
 * they typed. Who signed it is not asked; that is what an endorsement stands in for.
 */
export async function statementBeside(zip: string): Promise<EndorsedStatement> {
  const at = join(signatureFolderOf(zip), "release.dsse.json");
  const envelope = parseEnvelope(at, await readInput(at, MAX_ENVELOPE_BYTES));
  const statement = envelope.ok ? parseReleaseStatement(at, envelope.value.payload) : envelope;
  if (!envelope.ok || !statement.ok)
    throw new Failure("refused", `${at} ${statement.ok ? "" : statement.reason}`, { at });
  const opened = await openSubject(zip);
  await opened.close();
  const { digest } = statement.value.zip;
  if (opened.subject.zip?.sha256 !== digest.sha256 || opened.subject.zip.sha512 !== digest.sha512) {
    throw new Failure("refused", `${at} is not about this zip`, { at: zip, expected: digest.sha256 });
  }
  const { version, manifestSha256 } = statement.value.predicate;
  return { version, manifestSha256, statementSha256: sha256Hex(envelope.value.payload) };
}

export async function readDraft(path: string): Promise<TrustRoot> {
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
