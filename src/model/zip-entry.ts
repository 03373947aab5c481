import type { ContainerEntry } from "./container.ts";

/** One entry of a zip that keeps the profile `cavra-zip/1` (trust-spec section 7). Offsets and sizes in bytes. */
export interface ZipEntry extends ContainerEntry {
  readonly method: "deflate" | "store";
  readonly crc32: number;
  readonly compressedSizeBytes: number;
  /** Offset of the first byte of the (compressed) data. */
  readonly dataOffset: number;
}
