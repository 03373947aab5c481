import { layOut, READ_ONLY_ADDRESS, WRITABLE_ADDRESS } from "./fields.ts";

const FRAME_START = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
const FRAME_END = Buffer.from("f932433186182072008242104116d8f2", "hex");

/** The module list between the sentinels of the go command. */
export function framed(text: string): Buffer {
  return Buffer.concat([FRAME_START, Buffer.from(text), FRAME_END]);
}

/** Build info as Go 1.18 and later write it. */
export function inlineBuildInfo(goVersion: string, modules: Uint8Array): Buffer {
  const header = Buffer.alloc(32);
  header.write("\u00ff Go buildinf:\u0008\u0002", "latin1");
  return Buffer.concat([header, counted(Buffer.from(goVersion, "latin1")), counted(modules)]);
}

/** Build info before Go 1.18: two pointers to string headers, which follow the header here and point to read-only data. */
export function pointerBuildInfo(
  sizeBytes: 4 | 8,
  littleEndian: boolean,
  goVersion: string,
  modules: Uint8Array,
): { readonly readOnly: Uint8Array; readonly writable: Uint8Array } {
  const bits = sizeBytes === 8 ? 64 : 32;
  const headers = WRITABLE_ADDRESS + 32;
  const writable = layOut(
    0x80,
    littleEndian,
    [
      [14, 8, sizeBytes, "ptrSize"],
      [15, 8, littleEndian ? 0 : 1, "flags"],
      [16, bits, headers, "address of the version's string header"],
      [16 + sizeBytes, bits, headers + 2 * sizeBytes, "address of the module list's string header"],
      [32, bits, READ_ONLY_ADDRESS, "version: address"],
      [32 + sizeBytes, bits, goVersion.length, "version: length"],
      [32 + 2 * sizeBytes, bits, READ_ONLY_ADDRESS + 64, "module list: address"],
      [32 + 3 * sizeBytes, bits, modules.byteLength, "module list: length"],
    ],
    [[0, "\u00ff Go buildinf:"]],
  );
  const readOnly = layOut(
    64 + modules.byteLength,
    littleEndian,
    [],
    [
      [0, goVersion],
      [64, modules],
    ],
  );
  return { readOnly, writable };
}

function counted(bytes: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = bytes.byteLength;
  for (; rest >= 0x80; rest >>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}
