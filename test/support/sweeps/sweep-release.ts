import { loadTrustRoot, type LoadedTrustRoot } from "../../../src/crypto/trust-root.ts";
import { digestSet } from "../../../src/crypto/digest.ts";
import { parseManifest } from "../../../src/formats/manifest.ts";
import { zipBytes } from "../../../src/io/zip-archive.ts";
import { judgeRelease, type Judgement } from "../../../src/judge/judge-release.ts";
import { openZip } from "../../../src/judge/open-zip.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { MANIFEST_FILE } from "../../../src/model/layers.ts";
import { parsed, type Parsed } from "../../../src/model/parsed.ts";
import type { Policy } from "../../../src/model/policy.ts";
import type { RollbackRecord } from "../../../src/model/trust-state.ts";
import { STAGES } from "../../../scripts/tampered/restate.ts";
import type { Sample, SampleFile } from "../../../scripts/tampered/samples.ts";
import { signTampered } from "../../../scripts/tampered/sign.ts";
import { bufferSource } from "../buffer-source.ts";
import { allPieces } from "../pieces.ts";
import { testPolicy } from "../policy.ts";
import { smallInput, smallPackage, SMALL_TRUST_ROOT, smallTrustRoot } from "../small-release.ts";
import { TEST_NOW } from "../trust.ts";

export type Files = ReadonlyMap<string, SampleFile>;
export type SignatureFiles = ReadonlyMap<string, Uint8Array>;

/** A signed release in memory: the least that the real maker makes and the real judge passes. */
export interface SweepRelease extends Sample {
  readonly sourceDateEpoch: number;
  readonly method: "deflate" | "store";
}

/** What a verification is given; members that are left out are the release's own. */
export interface SweepCase {
  readonly zip?: Uint8Array;
  readonly signatures?: SignatureFiles;
  readonly policy?: Policy;
  readonly trust?: Parsed<LoadedTrustRoot> | undefined;
  /** None is kept unless one is given. */
  readonly record?: RollbackRecord;
}

const VERSION = "0.1.0";
const TARGET = "linux/amd64";
const EPOCH = Date.UTC(2026, 9, 1, 9) / 1000;
const STORED = { profile: "cavra-zip/1", method: "store", codec: "none", level: 0, codecSha256: "" } as const;

const SWEEP_TRUST = loadTrustRoot(SMALL_TRUST_ROOT, smallTrustRoot(), TEST_NOW);

/** One target, one linked module, one plain file: with fewer, a document would have an empty list to sweep. */
export async function sweepRelease(method: "deflate" | "store" = "deflate"): Promise<SweepRelease> {
  const whole = smallInput({
    version: VERSION,
    releaseCounter: 1,
    previous: null,
    sourceDateEpoch: EPOCH,
    expires: EPOCH + 365 * 86_400,
    // Stands in two records of every entry, uncompressed.
    topFolder: "v0.1.0",
    ...(method === "store" ? { zip: STORED } : {}),
  });
  const files = whole.input.files.filter(({ target }) => target === TARGET || target === null);
  const made = { input: { ...whole.input, files, targets: [TARGET] }, bytes: whole.bytes };
  const packed = new Map(smallPackage(made).map(({ path, ...file }) => [path, file]));
  const manifest = parseManifest(MANIFEST_FILE, packed.get(MANIFEST_FILE)?.bytes ?? new Uint8Array());
  if (!manifest.ok) throw new Error(`${manifest.at} ${manifest.reason}`);
  const unsigned = {
    zipPath: made.input.zipName,
    zip: new Uint8Array(),
    top: made.input.topFolder,
    files: packed,
    manifest: manifest.value,
    signatures: new Map(),
    sourceDateEpoch: EPOCH,
    method,
  };
  const zip = await packAgain(unsigned, packed);
  return { ...unsigned, zip, signatures: await signAgain(unsigned, packed, zip) };
}

/** The zip of other files, as the maker would pack them. */
export async function packAgain(
  { top, method, sourceDateEpoch }: SweepRelease,
  files: Files,
): Promise<Uint8Array> {
  const entries = [...files].map(([path, { mode, bytes }]) => ({ path, mode, read: () => bytes }));
  return allPieces(zipBytes(entries, { top, method, sourceDateEpoch }));
}

/** The signature set of Ada and Bo over other bytes, whatever those say. */
export async function signAgain(release: Sample, files: Files, zip: Uint8Array): Promise<SignatureFiles> {
  return signTampered({ signedBy: "trusted", statement: undefined }, release, files, zip, 1);
}

/** The files with one of them changed, and with every document above it made anew so that only the change is wrong. */
export function withChangedFile({ files }: Sample, path: string, bytes: Uint8Array): Files {
  const changed = new Map(files);
  changed.set(path, { mode: files.get(path)?.mode ?? 0o644, bytes });
  const own = STAGES.findIndex(({ holds }) => holds(path));
  for (const stage of STAGES.slice(own + 1)) stage.restate(changed);
  return changed;
}

/** Judges a release as the verify commands do, in process. */
export async function judgeCase(release: SweepRelease, given: SweepCase = {}): Promise<Judgement> {
  const zip = given.zip ?? release.zip;
  const source = bufferSource(zip);
  const file = {
    ...source,
    path: release.zipPath,
    identity: "0:0:0:0:0" as const,
    descriptor: undefined,
    assertUnchanged: () => undefined,
    close: () => undefined,
  };
  const signatures = given.signatures ?? release.signatures;
  return await judgeRelease({
    policy: given.policy ?? testPolicy(),
    trust: "trust" in given ? given.trust : SWEEP_TRUST,
    ...(given.record === undefined ? {} : { record: given.record }),
    subject: {
      kind: "zip",
      name: release.zipPath,
      zip: { sizeBytes: zip.byteLength, ...digestSet(zip) },
    },
    signatureFiles: new Map([...signatures].map(([name, bytes]) => [name, parsed(name, bytes)])),
    zipBytes: source,
    openContainer: () => openZip(file),
  });
}

/** Findings that no release may have. */
export function negativeFindings({ run }: Judgement): readonly Finding[] {
  return run.findings.filter(({ severity }) => severity === "error" || severity === "fatal");
}
