import { readFile, writeFile } from "node:fs/promises";

/** Flips the lowest bit of the byte in the middle of a file, and says which. */
export async function flipOneByte(path: string): Promise<string> {
  const bytes = await readFile(path);
  const middle = bytes.byteLength >>> 1;
  const was = bytes.readUInt8(middle);
  bytes.writeUInt8(was ^ 1, middle);
  await writeFile(path, bytes);
  return `byte ${middle} of ${bytes.byteLength}, 0x${hex(was)} -> 0x${hex(was ^ 1)}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
