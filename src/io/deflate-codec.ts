/** What the WASM module exports of its deflate side; handles and addresses are numbers in its memory. */
interface DeflateExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(sizeBytes: number): number;
  free(address: number): void;
  deflate_new(): number;
  deflate_init_raw(stream: number, level: number): number;
  /** Returns status (0 or 1 = end, negative = error) in the upper 8 bits and the bytes produced in the lower 24. */
  deflate_process(
    stream: number,
    input: number,
    inputBytes: number,
    output: number,
    outputBytes: number,
    flush: number,
  ): number;
  deflate_last_consumed(stream: number): number;
  deflate_end(stream: number): number;
}

export const DEFLATE_LEVEL = 6;

const BUFFER_BYTES = 256 * 1024;
const Z_NO_FLUSH = 0;
const Z_FINISH = 4;

/** Raw deflate as madler's zlib writes it: level 6, memLevel 8, window 15, default strategy, one stream. */
export class DeflateCodec {
  readonly #wasm: DeflateExports;
  readonly #input: number;
  readonly #output: number;

  /** The module's digest was checked by whoever loaded it. */
  constructor(module: WebAssembly.Module) {
    this.#wasm = new WebAssembly.Instance(module).exports as DeflateExports;
    this.#input = this.#allocate(BUFFER_BYTES);
    this.#output = this.#allocate(BUFFER_BYTES);
  }

  deflate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const stream = this.#wasm.deflate_new();
    if (this.#wasm.deflate_init_raw(stream, DEFLATE_LEVEL) !== 0)
      throw new Error("deflate cannot be initialised");
    const pieces: Uint8Array[] = [];
    let offset = 0;
    let isDone = false;
    while (!isDone) {
      const part = bytes.subarray(offset, offset + BUFFER_BYTES);
      const isLast = offset + part.byteLength === bytes.byteLength;
      const step = this.#step(stream, part, isLast ? Z_FINISH : Z_NO_FLUSH);
      if (step.produced.byteLength === 0 && step.consumed === 0 && !step.isEnd)
        throw new Error("deflate makes no progress");
      pieces.push(step.produced);
      offset += step.consumed;
      isDone = step.isEnd;
    }
    if (offset !== bytes.byteLength || this.#wasm.deflate_end(stream) !== 0)
      throw new Error("deflate did not end");
    return joined(pieces);
  }

  #step(
    stream: number,
    part: Uint8Array,
    flush: number,
  ): { produced: Uint8Array; consumed: number; isEnd: boolean } {
    const wasm = this.#wasm;
    new Uint8Array(wasm.memory.buffer, this.#input, part.byteLength).set(part);
    const result = wasm.deflate_process(
      stream,
      this.#input,
      part.byteLength,
      this.#output,
      BUFFER_BYTES,
      flush,
    );
    const status = result >> 24;
    if (status < 0 || status > 1) throw new Error(`deflate failed with status ${status}`);
    // The memory may have grown, which detaches views made before.
    const produced = new Uint8Array(wasm.memory.buffer, this.#output, result & 0xff_ffff).slice();
    return { produced, consumed: wasm.deflate_last_consumed(stream), isEnd: status === 1 };
  }

  #allocate(sizeBytes: number): number {
    const address = this.#wasm.malloc(sizeBytes);
    if (address === 0) throw new Error("the codec has no memory");
    return address;
  }
}

/** All of them in memory of their own. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.byteLength;
  }
  return bytes;
}
