import type { ByteSource } from "../model/byte-source.ts";

/** A message in memory, or a file of any size that is read in pieces. */
export type SignedBytes = Uint8Array | ByteSource;

const PIECE_BYTES = 1024 * 1024;

export function* pieces(message: SignedBytes): Generator<Uint8Array> {
  if (message instanceof Uint8Array) {
    yield message;
    return;
  }
  for (let offset = 0; offset < message.sizeBytes; offset += PIECE_BYTES)
    yield message.read(offset, Math.min(PIECE_BYTES, message.sizeBytes - offset));
}

/** For Ed25519, which reads its message twice. Nothing large is signed with it: lists, statements and digests only. */
export function inMemory(message: SignedBytes): Uint8Array {
  return message instanceof Uint8Array ? message : Buffer.concat([...pieces(message)]);
}
