import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { releaseBundleFile } from "../../src/formats/keyless-files.ts";
import { readSignatureSet } from "../../src/io/signature-set.ts";
import { judgeReleaseBundles } from "../../src/judge/judge-keyless.ts";
import { parsed } from "../../src/model/parsed.ts";
import { KeylessScene } from "../support/keyless-scene.ts";
import { TEST_NOW } from "../support/trust.ts";

const scene = new KeylessScene();
const FILE = releaseBundleFile("workflow");
/** One byte in so many; a prime, so that no field of base64 is met at one place alone. */
const STEP = 61;

it("no bit of a bundle with a log entry can be turned, and none brings the judge down", async () => {
  const root = scene.root({}, false);
  const { zip } = await scene.sign({ root });
  const [trust, set] = [loadTrustRoot("root.json", root, TEST_NOW), await readSignatureSet(`${zip}.sigs`)];
  const envelope = parseEnvelope("release.dsse.json", readFileSync(join(`${zip}.sigs`, "release.dsse.json")));
  if (!trust.ok || !envelope.ok || set === undefined) throw new Error("the release is not signed");
  const bytes = readFileSync(join(`${zip}.sigs`, FILE));
  const judge = (content: Uint8Array): boolean | undefined => {
    const files = new Map([...set.files, [FILE, parsed(FILE, content)] as const]);
    return judgeReleaseBundles({ trust: trust.value.root, files, now: TEST_NOW }, envelope.value)[0]?.isValid;
  };
  expect(judge(bytes)).toBe(true);
  const places = Array.from({ length: Math.floor(bytes.byteLength / STEP) }, (_, index) => index * STEP);
  const believed = places.filter((at) => judge(bytes.with(at, (bytes[at] ?? 0) ^ 1)) !== false);
  expect(places.length).toBeGreaterThan(60);
  expect(believed).toEqual([]);
});
