import { inflateRawSync } from "node:zlib";
import { canonicalJson, packagedJson } from "../../src/formats/canonical-json.ts";
import { readDeflate } from "../../src/formats/deflate-stream.ts";
import { parseJson, type JsonValue } from "../../src/formats/json.ts";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { ZIP_LIMITS } from "../../src/formats/zip-end.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { centralHeader, endRecord, localHeader } from "../../src/formats/zip-records.ts";
import { dosTimeOf } from "../../src/formats/dos-time.ts";
import { listWithYauzl } from "../../src/io/yauzl-listing.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import { bufferSource } from "../../test/support/buffer-source.ts";

export function demand(holds: boolean, words: string): asserts holds {
  if (!holds) throw new Error(`oracle: ${words}`);
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Accepted bytes are exactly what our writer makes of what was read from them. */
export function rewrites<T>(
  bytes: Uint8Array,
  document: Parsed<T>,
  write: (value: T) => Uint8Array,
): boolean {
  if (!document.ok) {
    demand(
      document.reason.length > 0 && document.reason.length < 2000,
      "a refusal has a reason of sane length",
    );
    return false;
  }
  demand(isEqual(write(document.value), bytes), "what was accepted is what we would write");
  return true;
}

/** JSON.parse decides about syntax; ours may only refuse more, and what both accept must be the same value. */
export function agreesWithJsonParse(bytes: Uint8Array): boolean {
  const document = parseJson("x", bytes);
  const text = Buffer.from(bytes).toString("utf8");
  if (!document.ok) return false;
  const theirs = JSON.parse(text) as JsonValue;
  demand(isEqual(canonicalJson(document.value), canonicalJson(theirs)), "JSON.parse reads the same value");
  for (const write of [canonicalJson, packagedJson]) {
    const again = parseJson("x", write(document.value), { maxBytes: Infinity, maxDepth: 64 });
    demand(again.ok && isEqual(write(again.value), write(document.value)), "what we write is read back");
  }
  return true;
}

/** Small, so that a lie about a size costs no memory here. */
const LIMITS = { ...ZIP_LIMITS, maxEntryBytes: 1024 * 1024, maxTotalBytes: 4 * 1024 * 1024 };

/** An accepted zip is listed by yauzl too, with the same content, and our writer makes its very bytes again. */
export function hasOneReading(bytes: Uint8Array): boolean {
  const source = bufferSource(bytes);
  const reading = readZip(source, LIMITS);
  if (!reading.ok) {
    demand(reading.sightings.length <= 20, "the list of sightings is bounded");
    return false;
  }
  const listing = listWithYauzl(source);
  demand(listing.ok, `yauzl accepts what the grammar accepts: ${listing.ok ? "" : listing.reason}`);
  const names = reading.entries.map(({ path }) => `${reading.top}/${path}`);
  demand(
    listing.entries.map(({ name }) => name).join("\n") === names.join("\n"),
    "yauzl lists the same names",
  );
  const records: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [index, entry] of reading.entries.entries()) {
    const name = names[index] ?? "";
    const data = source.read(entry.dataOffset, entry.compressedSizeBytes);
    const content = readEntry(source, entry);
    if (content.ok)
      demand(isEqual(content.bytes, inflated(data, entry.method)), "inflate reads the same content");
    const record = { ...entry, name, dosTime: dosTimeOf(reading.modifiedEpochSeconds ?? 0) ?? 0 };
    const local = localHeader(record);
    directory.push(centralHeader(record, offset));
    records.push(local, data);
    offset += local.byteLength + data.byteLength;
  }
  const central = Buffer.concat(directory);
  const whole = Buffer.concat([...records, central, endRecord(names.length, central.byteLength, offset)]);
  demand(isEqual(whole, bytes), "our writer makes the same zip");
  return true;
}

/** Ours accepts what zlib accepts, but for what it names, and finds the same sizes. */
export function agreesWithZlib(bytes: Uint8Array): boolean {
  const maxSizeBytes = 1024 * 1024;
  const ours = readDeflate([bytes.subarray(0, 7), bytes.subarray(7)], maxSizeBytes);
  const theirs = inflatedSizes(bytes, maxSizeBytes);
  if (!ours.ok) {
    const isOurs =
      ours.problem === "container.deflate-no-distances" || ours.problem === "container.deflate-short-end";
    demand(isOurs || theirs === undefined, `zlib accepts what is refused with ${ours.problem}`);
    return false;
  }
  demand(theirs !== undefined, "zlib refuses what is accepted");
  demand(ours.sizeBytes === theirs.sizeBytes, "zlib yields as many bytes");
  demand(ours.compressedSizeBytes === theirs.compressedSizeBytes, "zlib ends at the same byte");
  return true;
}

interface DeflateSizes {
  readonly sizeBytes: number;
  readonly compressedSizeBytes: number;
}

function inflatedSizes(bytes: Uint8Array, maxOutputLength: number): DeflateSizes | undefined {
  try {
    const { buffer, engine } = inflateRawSync(bytes, { info: true, maxOutputLength }) as unknown as {
      readonly buffer: Uint8Array;
      readonly engine: { readonly bytesWritten: number };
    };
    return { sizeBytes: buffer.byteLength, compressedSizeBytes: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

function inflated(data: Uint8Array, method: "deflate" | "store"): Uint8Array {
  return method === "store" ? data : inflateRawSync(data);
}
