import { parentPort, workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { DeflateCodec } from "./deflate-codec.ts";

/** One file to compress, and its answer. Buffers travel by transfer. */
export interface DeflateRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export interface DeflateAnswer {
  readonly id: number;
  readonly data: Uint8Array;
  readonly crc32: number;
}

const codec = new DeflateCodec(workerData as WebAssembly.Module);
const port = parentPort;

port?.on("message", ({ id, bytes }: DeflateRequest) => {
  const data = codec.deflate(bytes);
  const answer: DeflateAnswer = { id, data, crc32: crc32(bytes) };
  port.postMessage(answer, [data.buffer]);
});
