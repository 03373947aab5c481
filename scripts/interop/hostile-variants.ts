import { forgeZip, type ForgedEntry, type ForgedZip } from "../../test/support/hostile-zip.ts";
import type { Random } from "./random.ts";

type Fields = Readonly<Record<string, number | string | Uint8Array>>;

const WORDS = "abcdefgh \n";
const EXTRA_IDS = [0x5455, 0x7875, 0x000a, 0x9901, 0xcafe] as const;
const UNICODE_PATH_ID = 0x7075;

/**
 * Another zip with the defect of one hostile case: other contents of the same length, other values of the fields whose
 * values do not matter, and sound files around it. Every variant still breaks the profile.
 */
export function hostileVariant(entries: readonly ForgedEntry[], zip: ForgedZip, random: Random): Buffer {
  const varied = entries.map((entry) => variedEntry(entry, random));
  // A wrong count or offset is meant for the entries of the case: more of them could make it right.
  const hasRoom = zip.end === undefined && entries.length > 0;
  const [before, after] = hasRoom ? [soundFiles("t/0", random), soundFiles("t/y", random)] : [[], []];
  return forgeZip([...before, ...varied, ...after], variedZip(zip, random));
}

function soundFiles(prefix: string, random: Random): readonly ForgedEntry[] {
  return Array.from({ length: random.below(3) }, (_, place) => ({
    name: `${prefix}${place}${random.text("abc", random.below(5))}`,
    content: random.text(WORDS, random.between(1, 300)),
    ...(random.once(3) ? { central: { external: 0x81ed0020 } } : {}),
  }));
}

function variedEntry(entry: ForgedEntry, random: Random): ForgedEntry {
  const { content, data, both, local, central, before, after } = entry;
  const isRenewed = typeof content === "string" && data === undefined;
  return {
    ...entry,
    ...(isRenewed ? { content: random.text(WORDS, content.length) } : {}),
    ...(both === undefined ? {} : { both: variedFields(both, random) }),
    ...(local === undefined ? {} : { local: variedFields(local, random) }),
    ...(central === undefined ? {} : { central: variedFields(central, random) }),
    ...(before === undefined ? {} : { before: variedFiller(before, random) }),
    ...(after === undefined ? {} : { after: variedFiller(after, random) }),
  };
}

function variedZip(zip: ForgedZip, random: Random): ForgedZip {
  const varied: Record<string, unknown> = { ...zip };
  for (const part of ["beforeCentral", "beforeEnd", "after"] as const) {
    const filler = zip[part];
    if (filler !== undefined) varied[part] = variedFiller(filler, random);
  }
  const comment = zip.end?.comment;
  if (comment !== undefined) varied["end"] = { ...zip.end, comment: variedFiller(comment, random) };
  return varied;
}

/** One byte stands for any bytes; what is longer means something. */
function variedFiller(filler: Uint8Array, random: Random): Uint8Array {
  return filler.byteLength === 1 ? random.bytes(random.between(1, 64)) : filler;
}

function variedFields<T extends object>(fields: T, random: Random): T {
  const varied: Record<string, number | string | Uint8Array> = {};
  for (const [field, value] of Object.entries(fields as Fields)) {
    if (typeof value === "number") varied[field] = variedNumber(field, value, random);
    else if (field === "comment") varied[field] = random.bytes(random.between(1, 64));
    else if (field === "extra" && value instanceof Uint8Array) varied[field] = variedExtra(value, random);
    else varied[field] = value;
  }
  return varied as T;
}

function variedNumber(field: string, value: number, random: Random): number {
  switch (field) {
    case "crc32":
      return value === 0 ? 0 : random.next();
    case "need":
      return random.pick([0, 11, 21, 45, 46, 51, 63, 255, 65_535]);
    case "disk":
    case "internal":
      return random.between(1, 65_535);
    case "madeBy":
      return random.pick([0, 0x14, 0x1e, 0x0a14, 0x0314, 0x031e, 0x033f, 0x132d, 0xffff]);
    case "flags":
      // Bits 1 and 2 say how well something was compressed.
      return value | random.pick([0, 2, 4, 6]);
    case "external":
      return variedAttributes(value, random);
    default:
      return value;
  }
}

/** More permission bits for a regular file of odd permissions; other kinds stay what they are. */
function variedAttributes(value: number, random: Random): number {
  const isOddFile = value >>> 28 === 8 && value !== 0x81a4_0020 && value !== 0x81ed_0020;
  return isOddFile ? (value | (random.below(0o1000) << 16)) >>> 0 : value;
}

function variedExtra(extra: Uint8Array, random: Random): Uint8Array {
  const id = Buffer.from(extra).readUInt16LE(0);
  if (id === UNICODE_PATH_ID || random.once(2)) return extra;
  const data = random.bytes(random.below(40));
  const head = Buffer.alloc(4);
  head.writeUInt16LE(random.pick(EXTRA_IDS), 0);
  head.writeUInt16LE(data.byteLength, 2);
  return Buffer.concat([head, data]);
}
