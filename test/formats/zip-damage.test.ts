import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { plain } from "../support/hostile-zips/parts.ts";

/** Names, modes and contents when grammar and data are accepted. */
function acceptedContent(bytes: Uint8Array): string | undefined {
  const source = bufferSource(bytes);
  const reading = readZip(source);
  if (!reading.ok) return undefined;
  const files = reading.entries.map((entry) => {
    const data = readEntry(source, entry);
    return data.ok ? `${entry.path} ${entry.mode} ${Buffer.from(data.bytes).toString("hex")}` : undefined;
  });
  return files.includes(undefined) ? undefined : files.join("\n");
}

function isAccepted(bytes: Uint8Array): boolean {
  return acceptedContent(bytes) !== undefined;
}

/** Offsets of the last byte of each deflate stream: the bits after its end mean nothing to any reader. */
function paddedOffsets(bytes: Uint8Array): readonly number[] {
  const reading = readZip(bufferSource(bytes));
  if (!reading.ok) return [];
  const deflated = reading.entries.filter(({ method }) => method === "deflate");
  return deflated.map(({ dataOffset, compressedSizeBytes }) => dataOffset + compressedSizeBytes - 1);
}

describe("a damaged zip", () => {
  const samples = [plain, plain.map((entry) => ({ ...entry, method: 0 as const }))].map((entries) =>
    forgeZip(entries),
  );

  it("is never accepted with one byte flipped, except in bits after the end of a deflate stream", () => {
    let tried = 0;
    for (const sample of samples) {
      const padded = paddedOffsets(sample);
      for (let offset = 0; offset < sample.byteLength; offset += 1) {
        for (const flip of [0x01, 0x80, 0xff]) {
          const bytes = Buffer.from(sample);
          bytes[offset] = (bytes[offset] ?? 0) ^ flip;
          const content = acceptedContent(bytes);
          tried += 1;
          if (content === undefined) continue;
          expect(padded, `${offset} ^ ${flip}`).toContain(offset);
          expect(content).toBe(acceptedContent(sample));
        }
      }
    }
    expect(tried).toBeGreaterThan(1500);
  });

  it("is never accepted when it is cut or continued", () => {
    for (const sample of samples) {
      for (let length = 0; length < sample.byteLength; length += 1) {
        expect(isAccepted(sample.subarray(0, length))).toBe(false);
        expect(isAccepted(sample.subarray(length + 1))).toBe(false);
      }
      expect(isAccepted(Buffer.concat([sample, sample]))).toBe(false);
      expect(isAccepted(Buffer.concat([sample, Buffer.from("x")]))).toBe(false);
      expect(isAccepted(sample)).toBe(true);
    }
  });

  it("is refused as data whatever the bytes, without an exception", () => {
    const [sample = Buffer.alloc(0)] = samples;
    const splice = fc.record({
      at: fc.nat(sample.byteLength),
      remove: fc.nat(60),
      insert: fc.uint8Array({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(splice, { minLength: 1, maxLength: 4 }), (splices) => {
        const bytes = splices.reduce<Uint8Array>(
          (before, { at, remove, insert }) =>
            Buffer.concat([before.subarray(0, at), insert, before.subarray(at + remove)]),
          sample,
        );
        const content = acceptedContent(bytes);
        if (content !== undefined) expect(content).toBe(acceptedContent(sample));
      }),
      { numRuns: 2000 },
    );
  });
});
