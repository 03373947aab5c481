import { workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { DeflateCodec } from "./deflate-codec.ts";
import type { Deflated } from "./deflate.ts";
import { serveTasks } from "./worker-port.ts";

const codec = new DeflateCodec(workerData as WebAssembly.Module);

// oxlint-disable-next-line require-await -- the pool waits for every kind of work
serveTasks<Deflated>(async (task) => {
  const bytes = task as Uint8Array;
  const data = codec.deflate(bytes);
  return { result: { data, crc32: crc32(bytes) }, transfer: [data.buffer] };
});
