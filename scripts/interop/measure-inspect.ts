// Reads what one executable says of itself, in a process of its own, and prints what it took. Argument: the executable.
import { inspectSlices } from "../../src/formats/binary.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import { MAX_ENTRY_BYTES } from "../../src/model/limits.ts";

const [path = ""] = process.argv.slice(2);
const restBytes = process.resourceUsage().maxRSS * 1024;
const firstMs = read();
const peakBytes = process.resourceUsage().maxRSS * 1024;
// As for the second program of a package: the code is compiled by now.
const nextMs = read();
process.stdout.write(JSON.stringify({ firstMs, nextMs, peakBytes, restBytes }));

function read(): number {
  const startedMs = performance.now();
  const file = openByteSource(path, MAX_ENTRY_BYTES);
  try {
    if (inspectSlices(file).length === 0) throw new Error(`${path} is no executable`);
  } finally {
    file.close();
  }
  return Math.ceil(performance.now() - startedMs);
}
