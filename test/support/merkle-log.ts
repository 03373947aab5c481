import { createHash } from "node:crypto";

/** A Merkle tree over leaves that only grows (RFC 6962, section 2.1). */
export class MerkleLog {
  readonly #leaves: Buffer[] = [];

  /** The index of an equal leaf that is there already; undefined when there is none. */
  indexOf(leaf: Uint8Array): number | undefined {
    const hash = leafHash(leaf);
    const index = this.#leaves.findIndex((other) => other.equals(hash));
    return index < 0 ? undefined : index;
  }

  append(leaf: Uint8Array): number {
    return this.#leaves.push(leafHash(leaf)) - 1;
  }

  get size(): number {
    return this.#leaves.length;
  }

  get rootHash(): Buffer {
    return treeHash(this.#leaves);
  }

  /** Sibling hashes from the leaf to the root. */
  proofOf(index: number): readonly Buffer[] {
    return path(index, this.#leaves);
  }
}

function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.from([0]), leaf);
}

function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  const middle = splitOf(leaves.length);
  return sha256(Buffer.from([1]), treeHash(leaves.slice(0, middle)), treeHash(leaves.slice(middle)));
}

function path(index: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length < 2) return [];
  const middle = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle
    ? [...path(index, left), treeHash(right)]
    : [...path(index - middle, right), treeHash(left)];
}

/** The largest power of two below the size. */
function splitOf(size: number): number {
  return 2 ** (31 - Math.clz32(size - 1));
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
