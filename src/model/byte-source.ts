/** Random access to bytes that were opened once: an open file descriptor in the product, a buffer in tests. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` bytes from `offset`. Throws Failure "input" when they cannot be had. */
  read(offset: number, lengthBytes: number): Uint8Array;
  /** As `read`, into memory of the caller, for those who read much and keep none of it. Not every source can. */
  readInto?(offset: number, room: Uint8Array): void;
}
