import type { JsonValue } from "../../src/formats/json.ts";
import type { Random } from "../../test/support/random.ts";

const EDGES: readonly [number, ...number[]] = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe,
  0xffff_ffff,
];
const WIDTHS: readonly [1, ...(1 | 2 | 4)[]] = [1, 2, 4];
/** Inputs stay small: what a size does is for the tests of the limits. */
const MAX_INPUT_BYTES = 64 * 1024;

/** One to eight changes that know nothing of the format; `other` is an input to take pieces from. */
export function mutateBytes(
  bytes: Uint8Array,
  other: Uint8Array,
  words: readonly string[],
  random: Random,
): Uint8Array {
  let changed: Uint8Array = Uint8Array.from(bytes);
  for (let left = 1 << random.below(4); left > 0; left -= 1)
    changed = changeOnce(changed, other, words, random);
  return changed.subarray(0, MAX_INPUT_BYTES);
}

function changeOnce(
  bytes: Uint8Array,
  other: Uint8Array,
  words: readonly string[],
  random: Random,
): Uint8Array {
  const at = random.below(bytes.byteLength + 1);
  const length = random.below(Math.min(64, bytes.byteLength - at) + 1);
  switch (random.below(8)) {
    case 0:
      return inPlace(bytes, at, (old) => old ^ (1 << random.below(8)));
    case 1:
      return inPlace(bytes, at, () => random.below(256));
    case 2:
      return withNumber(bytes, at, random);
    case 3:
      return splice(bytes, at, length, new Uint8Array());
    case 4:
      return splice(bytes, at, 0, bytes.subarray(at, at + length));
    case 5:
      return splice(
        bytes,
        at,
        random.once(2) ? 0 : length,
        Buffer.from(words[random.below(words.length)] ?? "\0"),
      );
    case 6: {
      const from = random.below(other.byteLength + 1);
      return splice(bytes, at, length, other.subarray(from, from + random.below(256)));
    }
    default: {
      const from = random.below(bytes.byteLength + 1);
      return splice(bytes, at, length, bytes.subarray(from, from + length));
    }
  }
}

function inPlace(bytes: Uint8Array, at: number, change: (old: number) => number): Uint8Array {
  const old = bytes[at];
  if (old !== undefined) bytes[at] = change(old);
  return bytes;
}

function withNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const width = random.pick(WIDTHS);
  if (at + width > bytes.byteLength) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const value = random.once(3) ? random.below(256) : random.pick(EDGES);
  const littleEndian = !random.once(4);
  if (width === 1) view.setUint8(at, value);
  else if (width === 2) view.setUint16(at, value, littleEndian);
  else view.setUint32(at, value, littleEndian);
  return bytes;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
}

const ODD_VALUES: readonly [JsonValue, ...JsonValue[]] = [
  null,
  true,
  0,
  -1,
  1,
  9007199254740991,
  "",
  "x",
  "..",
  "/",
  "a/b",
  "\u202e",
  "\u0000",
  "0".repeat(64),
  "v1.0.0",
  [],
  {},
  [[]],
  "constructor",
  "__proto__",
  "1970-01-01T00:00:00Z",
  "linux/amd64",
];

/** A document with one to four changes of members, items or values. */
export function mutateJson(value: JsonValue, random: Random): JsonValue {
  let changed = value;
  for (let left = 1 << random.below(3); left > 0; left -= 1) changed = changeValue(changed, random);
  return changed;
}

const MAX = Number.MAX_SAFE_INTEGER;

function changeValue(value: JsonValue, random: Random): JsonValue {
  if (random.once(12)) return random.pick(ODD_VALUES);
  if (isList(value)) return changeList(value, random);
  if (typeof value === "object" && value !== null) return changeMembers(Object.entries(value), random);
  if (typeof value === "string") return changeText(value, random);
  if (typeof value === "number")
    return Math.max(-MAX, Math.min(MAX, random.once(2) ? value + random.between(-1, 1) : -value));
  return random.pick(ODD_VALUES);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function changeList(items: readonly JsonValue[], random: Random): JsonValue {
  if (items.length === 0) return [random.pick(ODD_VALUES)];
  const at = random.below(items.length);
  const item = items[at] ?? null;
  if (random.once(6)) return items.toSpliced(at, 1);
  if (random.once(6)) return items.toSpliced(at, 0, item);
  return items.with(at, changeValue(item, random));
}

function changeMembers(members: readonly (readonly [string, JsonValue])[], random: Random): JsonValue {
  if (members.length === 0) return { "": random.pick(ODD_VALUES) };
  const at = random.below(members.length);
  const [name, member] = members[at] ?? ["", null];
  const others = members.toSpliced(at, 1);
  if (random.once(10)) return Object.fromEntries(others);
  if (random.once(10)) return Object.fromEntries([...others, [changeText(name, random), member]]);
  return Object.fromEntries([...others, [name, changeValue(member, random)]]);
}

function changeText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const odd = random.pick(ODD_VALUES);
  const insert =
    typeof odd === "string" ? odd : String.fromCharCode(random.below(random.once(4) ? 0xd800 : 0x80));
  return `${text.slice(0, at)}${insert}${text.slice(at + random.below(3))}`;
}
