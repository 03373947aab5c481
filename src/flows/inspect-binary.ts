import { inspectSlices } from "../formats/binary.ts";
import { openByteSource } from "../io/byte-source.ts";
import { rawDigests } from "../io/inspection-job.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENTRY_BYTES } from "../model/limits.ts";
import type { BinaryFileFacts } from "../report/binary.ts";

/**
 * What an executable says of itself; one set of facts for each slice of a fat Mach-O file. Throws Failure "input" when the
 * file cannot be opened, or is no executable that can be read.
 */
export function inspectBinaryFile(path: string): BinaryFileFacts {
  const file = openByteSource(path, MAX_ENTRY_BYTES);
  try {
    const slices = inspectSlices(file).map((slice) => {
      if (slice.ok) return slice.facts;
      throw new Failure("input", `${path} is a damaged executable: ${slice.reason}`, { at: path });
    });
    if (slices.length === 0) {
      throw new Failure("input", `${path} is not an executable`, {
        at: path,
        expected: "an ELF, Mach-O, PE, XCOFF, Plan 9 or WebAssembly file",
      });
    }
    const { sha256 } = rawDigests(file, ["sha256"]);
    file.assertUnchanged();
    return { path, sizeBytes: file.sizeBytes, sha256, slices };
  } finally {
    file.close();
  }
}
