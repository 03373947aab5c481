import { type Contents, type Field, layOut } from "./fields.ts";

/** XCOFF of 32 or 64 bit: .text at 0x1000 of the file, .data at 0x2000, .loader with import ids at 0x3000. */
export function xcoffFile({ bits = 64, libraries = ["libc.a"], ...contents }: XcoffOptions = {}): Uint8Array {
  const wide = bits === 64;
  const header: readonly Field[] = wide
    ? [
        [0, 16, 0x01f7, "f_magic"],
        [2, 16, 3, "f_nscns"],
        [18, 16, 2, "f_flags"],
        [20, 32, contents.symbols ?? 0, "f_nsyms"],
      ]
    : [
        [0, 16, 0x01df, "f_magic"],
        [2, 16, 3, "f_nscns"],
        [12, 32, contents.symbols ?? 0, "f_nsyms"],
        [18, 16, 2, "f_flags"],
      ];
  const ids = ["/usr/lib:/lib", "", "", ...libraries.flatMap((name) => ["", name, "shr_64.o"])];
  const imports = ids.map((text) => `${text}\0`).join("");
  return layOut(
    0x4000,
    false,
    [
      ...header,
      ...xcoffSection(0, wide, 0x20, 0x1000, 0x40_1000),
      ...xcoffSection(1, wide, 0x40, 0x2000, 0x40_2000),
      ...xcoffSection(2, wide, 0x1000, 0x3000, 0),
      [0x3000 + 12, 32, imports.length, "l_istlen"],
      [0x3000 + (wide ? 24 : 20), bits, 0x100, "l_impoff"],
    ],
    [
      [0x1000, contents.readOnly ?? new Uint8Array()],
      [0x2000, contents.writable ?? new Uint8Array()],
      [0x3100, imports],
    ],
  );
}

export interface XcoffOptions extends Contents {
  readonly bits?: 32 | 64;
  readonly libraries?: readonly string[];
  readonly symbols?: number;
}

function xcoffSection(
  index: number,
  wide: boolean,
  type: number,
  offset: number,
  address: number,
): readonly Field[] {
  const at = wide ? 24 + 72 * index : 20 + 40 * index;
  const bits = wide ? 64 : 32;
  return [
    [at + (wide ? 16 : 12), bits, address, "s_vaddr"],
    [at + (wide ? 24 : 16), bits, 0x1000, "s_size"],
    [at + (wide ? 32 : 20), bits, offset, "s_scnptr"],
    [at + (wide ? 64 : 36), 32, type, "s_flags"],
  ];
}

/** A Plan 9 program: text up to 0x2000 of the file, then data. */
export function plan9File(
  contents: Contents & { readonly symbols?: number; readonly magic?: number } = {},
): Uint8Array {
  const magic = contents.magic ?? 0x8a97;
  const headerBytes = magic === 0x8a97 ? 40 : 32;
  return layOut(
    0x3000,
    false,
    [
      [0, 32, magic, "magic"],
      [4, 32, 0x2000 - headerBytes, "text"],
      [8, 32, 0x1000 - 0x100, "data"],
      [16, 32, contents.symbols ?? 0, "syms"],
    ],
    [
      [0x1000, contents.readOnly ?? new Uint8Array()],
      [0x2000, contents.writable ?? new Uint8Array()],
    ],
  );
}

/** A module with custom sections in front of its data, and Go as the producer unless told otherwise. */
export function wasmFile({ data, custom = [], producer = "go1.26.8" }: WasmOptions = {}): Uint8Array {
  const producers = Buffer.concat([
    Buffer.from([1]),
    named("language"),
    Buffer.from([1]),
    named("Go"),
    named(producer ?? ""),
  ]);
  return Buffer.concat([
    Buffer.from("\0asm\u0001\0\0\0", "latin1"),
    ...custom.map(([name, content]) =>
      section(0, Buffer.concat([named(name), Buffer.from(content, "latin1")])),
    ),
    section(11, data ?? new Uint8Array()),
    ...(producer === null ? [] : [section(0, Buffer.concat([named("producers"), producers]))]),
  ]);
}

export interface WasmOptions {
  readonly data?: Uint8Array;
  readonly custom?: readonly (readonly [name: string, content: string])[];
  readonly producer?: string | null;
}

function section(id: number, content: Uint8Array): Buffer {
  const size = content.byteLength;
  const padded = [0, 7, 14, 21].map((shift) => ((size >> shift) & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([id, ...padded, size >> 28]), content]);
}

function named(name: string): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, "latin1")]);
}

/** A fat Mach-O file; slices begin at multiples of 0x4000. */
export function fatFile(slices: readonly Uint8Array[], wide = false): Uint8Array {
  const starts = slices.reduce<readonly number[]>(
    (all, slice) => [...all, (all.at(-1) ?? 0) + Math.ceil(slice.byteLength / 0x4000) * 0x4000],
    [0x4000],
  );
  const bits = wide ? 64 : 32;
  return layOut(
    starts.at(-1) ?? 0,
    false,
    [
      [0, 32, wide ? 0xcafebabf : 0xcafebabe, "magic"],
      [4, 32, slices.length, "nfat_arch"],
      ...slices.flatMap((slice, index): readonly Field[] => {
        const at = 8 + index * (wide ? 32 : 20) + 8;
        return [
          [at, bits, starts[index] ?? 0, "offset"],
          [at + bits / 8, bits, slice.byteLength, "size"],
        ];
      }),
    ],
    slices.map((slice, index) => [starts[index] ?? 0, slice] as const),
  );
}
