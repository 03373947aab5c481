import { describe, expect, it } from "vitest";
import { writeEnvelope } from "../../src/formats/dsse.ts";
import { readZipTwice } from "../../src/judge/read-zip.ts";
import { bytesSource } from "../../src/formats/byte-search.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { DEFAULT_LIMITS, MAX_SIGNATURE_FILES, MAX_SIGNATURES } from "../../src/model/limits.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { envelopeAt, putSignature, RELEASE_ENVELOPE } from "../support/signed-subject.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench } from "../support/tampering-bench.ts";

// Mistakes of other verifiers, sizes: work and memory that an attacker chooses.
const bench = tamperingBench();

async function findings(subject: string): Promise<readonly string[]> {
  return outcomeOf(await bench.judge(subject)).findings;
}

/** Genuine but for its release envelope. */
async function withEnvelope(change: (envelope: Envelope) => Uint8Array): Promise<readonly string[]> {
  const subject = await bench.attack({ signedBy: "none" });
  putSignature(subject, RELEASE_ENVELOPE, change(envelopeAt(subject)));
  return findings(subject);
}

async function quickly(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const startedMs = performance.now();
  const found = await work();
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  return found;
}

/** The envelope with signatures of nobody, `count` in all. */
function withStrangers(count: number): (envelope: Envelope) => Uint8Array {
  return (envelope) => {
    const strangers = Array.from({ length: count - envelope.signatures.length }, (_, index) => ({
      keyid: `stranger-${String(index).padStart(2, "0")}`,
      sig: Buffer.alloc(64, index),
    }));
    return writeEnvelope({ ...envelope, signatures: [...envelope.signatures, ...strangers] });
  };
}

function judgedMs(count: number): number {
  const bytes = forgeZip(
    Array.from({ length: count }, (_, index) => ({
      name: `t/${"d/".repeat(12)}${String(index).padStart(6, "0")}`,
      content: "",
      method: 0 as const,
    })),
  );
  const startedMs = performance.now();
  expect(readZipTwice(bytesSource(bytes), "cavra-zip/1", DEFAULT_LIMITS)).toMatchObject({ ok: true });
  return performance.now() - startedMs;
}

describe("CVE-2023-46737, CVE-2024-29902, CVE-2024-29903, CVE-2024-45395 (cosign, sigstore-go): endless data", () => {
  it("an envelope of 8 MiB is refused by its size", async () => {
    const found = quickly(() => withEnvelope(() => Buffer.alloc(8 * 1024 * 1024, "[")));
    expect(await found).toEqual(["release.envelope-malformed"]);
  });

  it("a well-formed envelope of 8 MiB is too", async () => {
    const payload = Buffer.alloc(6 * 1024 * 1024, 0x20);
    const found = quickly(() => withEnvelope((envelope) => writeEnvelope({ ...envelope, payload })));
    expect(await found).toEqual(["release.envelope-malformed"]);
  });

  it("one signature more than the cap is refused, the cap itself is not", async () => {
    expect(await withEnvelope(withStrangers(MAX_SIGNATURES + 1))).toEqual(["release.envelope-malformed"]);
    expect(await withEnvelope(withStrangers(MAX_SIGNATURES))).toEqual(["release.signer-unknown"]);
  });

  it("thousands of subjects, signed by every holder, are a malformed statement", async () => {
    const digest = { sha256: "0".repeat(64), sha512: "0".repeat(128) };
    const subject = Array.from({ length: 2000 }, (_, index) => ({ name: `file-${index}`, digest }));
    const found = quickly(() => bench.found({ statement: { set: { subject } } }));
    expect(await found).toEqual(["release.statement-malformed"]);
  });

  it("a signature set of more files than the cap is not read", async () => {
    const subject = await bench.attack({ signedBy: "none" });
    for (let index = 0; index < MAX_SIGNATURE_FILES; index += 1) putSignature(subject, `other-${index}`, "x");
    expect(await findings(subject)).toEqual(["release.envelope-malformed"]);
  });
});

describe("Go CVE-2025-61728: an index of names that takes quadratic time", () => {
  it("ten times the entries take nowhere near a hundred times as long", () => {
    judgedMs(1000);
    const [few, many] = [judgedMs(1000), judgedMs(10_000)];
    expect(many).toBeLessThan(Math.max(few * 60, 2000));
  });
});
