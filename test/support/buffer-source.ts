import type { ByteSource } from "../../src/model/byte-source.ts";
import { Failure } from "../../src/model/failure.ts";

/** A byte source over bytes in memory, as strict about bounds as the one over a file. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    read(offset, lengthBytes) {
      if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > bytes.byteLength) {
        throw new Failure("input", "read outside of the buffer");
      }
      return bytes.subarray(offset, offset + lengthBytes);
    },
  };
}
