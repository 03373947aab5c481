import { join } from "node:path";
import { rootFileName, succeed } from "../crypto/root-chain.ts";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { readInput } from "../io/files.ts";
import { writeSignatureSet } from "../io/signature-set.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import { readSignedRoot } from "./trust-draft.ts";

export interface ChainRequest {
  readonly first: string;
  /** The roots after it, in order. */
  readonly later: readonly string[];
  /** A signature folder that gets them; undefined: nothing is written. */
  readonly out: string | undefined;
  /** Seconds since 1970, UTC. */
  readonly now: number;
}

export interface VerifiedChain {
  readonly last: LoadedTrustRoot;
  readonly written: readonly string[];
}

/** Follows roots from file to file (trust-spec section 4). Throws Failure "refused" at the first that does not follow. */
export async function verifyChain({ first, later, out, now }: ChainRequest): Promise<VerifiedChain> {
  let last = await readSignedRoot(first, now);
  const files = new Map<string, Uint8Array>();
  for (const path of later) {
    const bytes = await readInput(path, MAX_ENVELOPE_BYTES);
    const next = succeed(last, path, bytes, now);
    if (!next.ok) {
      throw new Failure("refused", `${path} does not follow root ${last.root.version}: it ${next.reason}`, {
        at: path,
        hint: "cavra trust show FILE",
      });
    }
    last = next.value;
    files.set(rootFileName(last.root.version), bytes);
  }
  if (out === undefined) return { last, written: [] };
  await writeSignatureSet(out, files);
  return { last, written: [...files.keys()].map((name) => join(out, name)) };
}
