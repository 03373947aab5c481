import type { ByteSource } from "../model/byte-source.ts";
import {
  type ExecutableImage,
  FieldReader,
  ImageFile,
  type ImageReading,
  malformed,
  readImage,
} from "./executable-image.ts";

const HEADER_BYTES = 32;
/** The flag of machines with a header that goes on with a 64-bit entry address. */
const HDR_MAGIC = 0x8000;
const ENTRY_BYTES = 8;

/** a.out(6) of Plan 9: GOARCH by magic number. */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x1eb, "386"],
  [0x647, "arm"],
  [0x8a97, "amd64"],
]);

/** The magic numbers are small integers, so the sizes of the sections must fit into a file as well. */
export function isPlan9(start: Uint8Array, sizeBytes: number): boolean {
  if (start.byteLength < HEADER_BYTES) return false;
  const header = new FieldReader(start, false);
  return MACHINES.has(header.u32(0)) && header.u32(4) > 0 && endOfData(header) <= sizeBytes;
}

function endOfData(header: FieldReader): number {
  return textOffset(header) + header.u32(4) + header.u32(8);
}

function textOffset(header: FieldReader): number {
  return HEADER_BYTES + ((header.u32(0) & HDR_MAGIC) === 0 ? 0 : ENTRY_BYTES);
}

/** Plan 9 executables: text, data, then symbols. Addresses are file offsets here, as debug/plan9obj has them. */
export function readPlan9(source: ByteSource): ImageReading {
  return readImage(() => {
    const header = new ImageFile(source, false).block(0, HEADER_BYTES, "Plan 9 header");
    const [textBytes, dataBytes, symbolBytes] = [header.u32(4), header.u32(8), header.u32(16)];
    const text = textOffset(header);
    const data = text + textBytes;
    if (data + dataBytes > source.sizeBytes) malformed("the file ends before the end of its sections");
    const image: ExecutableImage = {
      format: "plan9",
      source,
      arch: MACHINES.get(header.u32(0)) ?? malformed("no Plan 9 executable"),
      os: "plan9",
      linkage: { interpreter: null, libraries: [] },
      hardening: { positionIndependent: null, nonExecutableData: null, relro: null },
      buildIds: [],
      symbolTable: symbolBytes > 0,
      debugInfo: false,
      mapped: [
        { address: text, offset: text, sizeBytes: textBytes },
        { address: data, offset: data, sizeBytes: dataBytes },
      ].filter(({ sizeBytes }) => sizeBytes > 0),
      buildInfoArea: { address: data, sizeBytes: dataBytes, named: false },
      hasGoSections: false,
    };
    return image;
  });
}
