import { forgeZip, SHARED_FIELDS, type ForgedEntry } from "../../test/support/hostile-zip.ts";
import type { Random } from "../../test/support/random.ts";

const NAMES: readonly [string, ...string[]] = [
  "t/a",
  "t/b",
  "t/B",
  "t/a/b",
  "t/c-d_e+f.g",
  "t/a.",
  "t/../x",
  "t//a",
  "/t/a",
  "t\\a",
  "t/con",
  "t/a\0b",
  "u/a",
  "t/\u00e9",
  "",
];
const NUMBERS: readonly [number, ...number[]] = [
  0, 1, 2, 8, 10, 20, 45, 0x0808, 0xffff, 0xffff_ffff, 0x81ed0020, 0xa1ff0000,
];
/** A zip of one to four entries, most of whose fields are right: random bytes never come past the end record. */
export function forgedZip(random: Random): Uint8Array {
  const count = random.between(1, 4);
  const names = Array.from({ length: count }, (_, index) =>
    random.once(8) ? random.pick(NAMES) : `t/f${index}`,
  );
  const entries = names.map((name) => forgedEntry(name, random));
  const odd = random.once(6) ? { end: { countHere: random.pick(NUMBERS) & 0xffff } } : {};
  return forgeZip(entries, random.once(10) ? { ...odd, beforeCentral: random.bytes(random.below(40)) } : odd);
}

function forgedEntry(name: string, random: Random): ForgedEntry {
  const content = random.once(4) ? "" : random.text("ab", random.below(300));
  const entry = { name, content, method: content === "" || random.once(4) ? (0 as const) : (8 as const) };
  const field = random.pick(SHARED_FIELDS);
  const isWide = field === "crc32" || field === "compressedSize" || field === "size";
  const number = random.pick(NUMBERS);
  const value = isWide ? number : number & 0xffff;
  switch (random.below(12)) {
    case 0:
      return { ...entry, both: { [field]: value } };
    case 1:
      return { ...entry, local: { [field]: value } };
    case 2:
      return { ...entry, central: { [field]: value } };
    case 3:
      return { ...entry, central: { external: number } };
    case 4:
      return { ...entry, data: random.bytes(random.below(60)) };
    case 5:
      return { ...entry, before: random.bytes(random.below(40)) };
    default:
      return entry;
  }
}
