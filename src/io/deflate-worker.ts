import { workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { DeflateCodec, joined } from "./deflate-codec.ts";
import type { DeflateResult, DeflateTask } from "./deflate.ts";
import { serveTasks } from "./worker-port.ts";

const codec = new DeflateCodec(workerData as WebAssembly.Module);

// oxlint-disable-next-line require-await -- the pool waits for every kind of work
serveTasks<DeflateResult>(async (task) => {
  const { bytes, sizes } = task as DeflateTask;
  let offset = 0;
  const files = sizes.map((sizeBytes) => {
    const file = bytes.subarray(offset, offset + sizeBytes);
    offset += sizeBytes;
    return { data: codec.deflate(file), crc32: crc32(file) };
  });
  const [only] = files;
  const data = files.length === 1 && only !== undefined ? only.data : joined(files.map((file) => file.data));
  const parts = files.map((file) => ({ sizeBytes: file.data.byteLength, crc32: file.crc32 }));
  return { result: { data, parts }, transfer: [data.buffer] };
});
