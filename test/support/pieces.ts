/** Collects an async sequence; Array.fromAsync is newer than the library that the compiler is given. */
export async function allPieces(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
