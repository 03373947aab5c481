import type { ByteSource } from "../model/byte-source.ts";
import type { Extent } from "./byte-search.ts";
import {
  type ExecutableImage,
  FieldReader,
  ImageFile,
  type ImageReading,
  malformed,
  readImage,
} from "./executable-image.ts";

/** Go writes a dozen; other compilers add one custom section for each tool. */
const MAX_SECTIONS = 4096;
const MAX_NAME_BYTES = 64;
const MAX_PRODUCERS_BYTES = 4096;
const PREAMBLE_BYTES = 8;

const CUSTOM_SECTION = 0;
const DATA_SECTION = 11;

interface Section {
  readonly id: number;
  /** Empty unless custom. */
  readonly name: string;
  readonly content: Extent;
}

/** Version 1 of a WebAssembly module (core specification, "Binary Format"); a component has another. */
export function isWasm(start: Uint8Array): boolean {
  if (start.byteLength < PREAMBLE_BYTES) return false;
  const fields = new FieldReader(start, false);
  return fields.u32(0) === 0x0061_736d && fields.u32(4) === 0x0100_0000;
}

/** A WebAssembly module. Go writes no build info into one, only the module list, and its version as the producer. */
export function readWasm(source: ByteSource): ImageReading {
  return readImage(() => {
    const file = new ImageFile(source, true);
    const sections = readSections(file);
    const goVersion = producerVersion(file, sections);
    const image: ExecutableImage = {
      format: "wasm",
      source,
      arch: "wasm",
      linkage: { interpreter: null, libraries: [] },
      hardening: { positionIndependent: null, nonExecutableData: null, relro: null },
      buildIds: [],
      symbolTable: sections.some(({ id, name }) => id === CUSTOM_SECTION && name === "name"),
      debugInfo: sections.some(({ name }) => name.startsWith(".debug_")),
      mapped: sections
        .filter(({ id }) => id === DATA_SECTION)
        .map(({ content }) => ({ ...content, address: content.offset })),
      ...(goVersion === undefined ? {} : { goVersion }),
      hasGoSections: sections.some(({ name }) => name === "go:buildid" || name === "go.buildid"),
    };
    return image;
  });
}

function readSections(file: ImageFile): readonly Section[] {
  const sections: Section[] = [];
  for (let at = PREAMBLE_BYTES; at < file.source.sizeBytes;) {
    if (sections.length === MAX_SECTIONS)
      malformed(`more than ${MAX_SECTIONS} sections of a WebAssembly module`);
    const head = headAt(file, at, 6);
    const size = unsigned(head, 1);
    const content = { offset: at + size.end, sizeBytes: size.value };
    at = content.offset + content.sizeBytes;
    if (at > file.source.sizeBytes) malformed("a WebAssembly section lies outside the file");
    const id = head.u8(0);
    sections.push({ id, name: id === CUSTOM_SECTION ? nameOf(file, content) : "", content });
  }
  return sections;
}

/** A custom section starts with its name. */
function nameOf(file: ImageFile, { offset, sizeBytes }: Extent): string {
  const head = headAt(file, offset, Math.min(sizeBytes, MAX_NAME_BYTES + 5));
  const length = unsigned(head, 0);
  return length.value > MAX_NAME_BYTES
    ? ""
    : head.block(length.end, length.value, "WebAssembly name").text(0, length.value);
}

/** The custom section `producers` (WebAssembly tool conventions): field `language`, value `Go` with its version. */
function producerVersion(file: ImageFile, sections: readonly Section[]): string | undefined {
  const section = sections.find(({ name }) => name === "producers");
  if (section === undefined || section.content.sizeBytes > MAX_PRODUCERS_BYTES) return undefined;
  const block = file.block(section.content.offset, section.content.sizeBytes, "WebAssembly producers");
  let at = 0;
  const number = (): number => {
    const { value, end } = unsigned(block, at);
    at = end;
    return value;
  };
  const text = (): string => {
    const sizeBytes = number();
    const value = block.block(at, sizeBytes, "WebAssembly producers").text(0, sizeBytes);
    at += sizeBytes;
    return value;
  };
  text();
  let version: string | undefined;
  for (let fields = number(); fields > 0; fields -= 1) {
    const field = text();
    for (let values = number(); values > 0; values -= 1) {
      const [name, value] = [text(), text()];
      if (field === "language" && name === "Go") version ??= value;
    }
  }
  return version;
}

function headAt(file: ImageFile, offset: number, maxBytes: number): FieldReader {
  return file.block(offset, Math.min(maxBytes, file.source.sizeBytes - offset), "WebAssembly section");
}

/** LEB128 of 32 bits, padded or not: Go's linker pads. */
function unsigned(block: FieldReader, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block.u8(start + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return malformed("a WebAssembly number of more than five bytes");
}
