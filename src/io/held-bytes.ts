/** What a process holds of executables at a time, whatever the size of the package. A larger one is held alone. */
const HELD_BYTES = 64 * 1024 * 1024;

/** Room for whole files, given out in the order of asking, and given back to the system at once when it is free. */
export class HeldBytes {
  readonly #mostBytes: number;
  readonly #waiting: { readonly sizeBytes: number; readonly resolve: () => void }[] = [];
  #takenBytes = 0;

  constructor(mostBytes: number = HELD_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** Resolves when there is room; give it back with `free`. */
  async take(sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#waiting.length > 0 || !this.#fits(sizeBytes)) {
      // Whoever lets it go on has counted it.
      await new Promise<void>((resolve) => this.#waiting.push({ sizeBytes, resolve }));
    } else this.#takenBytes += sizeBytes;
    return new Uint8Array(sizeBytes);
  }

  free({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
    // Left to the garbage collector, the memory of many executables would be taken at once.
    buffer.transfer(0);
    this.#takenBytes -= byteLength;
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#fits(next.sizeBytes);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#takenBytes += next.sizeBytes;
      next.resolve();
    }
  }

  #fits(sizeBytes: number): boolean {
    return this.#takenBytes === 0 || this.#takenBytes + sizeBytes <= this.#mostBytes;
  }
}
