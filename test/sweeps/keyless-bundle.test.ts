import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { releaseBundleFile, sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import { parseTrustRoot } from "../../src/formats/trust-root.ts";
import { judgeReleaseBundles, type KeylessInput } from "../../src/judge/judge-keyless.ts";
import type { Envelope, MemberSignature } from "../../src/model/envelope.ts";
import { parsed } from "../../src/model/parsed.ts";
import { memberOf } from "../support/alter-json.ts";
import { KeylessScene } from "../support/keyless-scene.ts";
import type { Service } from "../support/sigstore-stack.ts";
import { TEST_NOW } from "../support/trust.ts";

// What `release sign --keyless` wrote, with every bit of it flipped. All of them take minutes; `npm test` takes some.
const all = process.env["CAVRA_TEST_SWEEPS"] === "all";
const STEP = all ? 1 : 61;
const BITS = all ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 5];

const scene = new KeylessScene();
const FILE = releaseBundleFile("workflow");
const TIMESTAMP = "verificationMaterial.timestampVerificationData.rfc3161Timestamps.0.signedTimestamp";

interface Signed {
  readonly bundle: Buffer;
  readonly judge: (bundle: Uint8Array) => MemberSignature | undefined;
}

async function signedWith(rekor: Service): Promise<Signed> {
  const isV2 = rekor === "rekorV2";
  const root = scene.root({ requireTimestamp: isV2 }, false);
  const { rekor: v1, rekorV2: v2, tsa } = scene.stack.urls;
  const services = isV2 ? { rekorUrl: v2, rekorApi: 2 as const, tsaUrl: tsa } : { rekorUrl: v1 };
  const { zip } = await scene.sign({ root, services });
  const statement = envelopeOf(readFileSync(join(`${zip}.sigs`, "release.dsse.json")));
  const trust = parseTrustRoot("root", envelopeOf(root).payload);
  if (!trust.ok) throw new Error(trust.reason);
  const sigstoreRoot = readFileSync(scene.sigstoreRoot);
  const rootName = sigstoreRootFile(sha256Hex(sigstoreRoot));
  const judge = (bundle: Uint8Array): MemberSignature | undefined => {
    const files: KeylessInput["files"] = new Map([
      [FILE, parsed(FILE, bundle)],
      [rootName, parsed(rootName, new Uint8Array(sigstoreRoot))],
    ]);
    return judgeReleaseBundles({ trust: trust.value, files, now: TEST_NOW + 5 }, statement)[0];
  };
  return { bundle: readFileSync(join(`${zip}.sigs`, FILE)), judge };
}

function envelopeOf(bytes: Uint8Array): Envelope {
  const envelope = parseEnvelope("envelope", bytes);
  if (!envelope.ok) throw new Error(envelope.reason);
  return envelope.value;
}

function* flips(bytes: Uint8Array): Generator<readonly [at: number, flipped: Uint8Array]> {
  for (let at = 0; at < bytes.byteLength; at += STEP)
    for (const bit of BITS) yield [at, bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit))];
}

describe.each<[string, Service]>([
  ["Rekor v1", "rekor"],
  ["Rekor v2 and a timestamp", "rekorV2"],
])("the keyless bundle of %s", (_name, rekor) => {
  it(
    "counts no more with any bit flipped, but for the unsigned wrapper of a timestamp",
    async () => {
      const { bundle, judge } = await signedWith(rekor);
      const sound = judge(bundle);
      expect(sound).toMatchObject({ isValid: true });
      const stamp = memberOf(JSON.parse(bundle.toString("utf8")) as object, TIMESTAMP);
      const start = typeof stamp === "string" ? bundle.indexOf(stamp) : bundle.byteLength;
      const end = typeof stamp === "string" ? start + stamp.length : bundle.byteLength;
      let cases = 0;
      const accepted: number[] = [];
      for (const [at, flipped] of flips(bundle)) {
        cases += 1;
        const judged = judge(flipped);
        expect(judged?.isValid).toBe(judged?.sighting === undefined);
        if (judged?.isValid !== true) continue;
        expect(judged, `byte ${at}`).toEqual(sound);
        accepted.push(at);
      }
      expect(accepted.filter((at) => at < start || at >= end)).toEqual([]);
      expect(cases).toBeGreaterThan(100);
    },
    all ? 3_600_000 : 60_000,
  );
});
