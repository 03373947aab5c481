import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { parseManifest } from "../../src/formats/manifest.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import { openZip } from "../../src/judge/open-zip.ts";
import type { EntryMode } from "../../src/model/container.ts";
import { MANIFEST_FILE } from "../../src/model/layers.ts";
import type { Manifest } from "../../src/model/manifest.ts";

export interface SampleFile {
  readonly bytes: Uint8Array;
  readonly mode: EntryMode;
}

/** A genuine release as it lies in the folder of samples. */
export interface Sample {
  readonly zipPath: string;
  readonly zip: Uint8Array;
  readonly top: string;
  /** By path below the top folder. */
  readonly files: ReadonlyMap<string, SampleFile>;
  readonly manifest: Manifest;
  /** The signature set, by file name. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
}

/** What the recipes tamper with: the samples by version, and the trust root that is right for them. */
export interface Samples {
  readonly folder: string;
  readonly trustRoot: string;
  readonly rootVersion: number;
  readonly releases: ReadonlyMap<string, Sample>;
}

const TRUST_ROOT_FILE = "trust-root.json";

/** Reads `trust-root.json` and every `NAME.zip` with its `NAME.zip.sigs/` in a folder, as `dist-samples` has them. */
export function readSamples(folder: string): Samples {
  const trustRoot = join(folder, TRUST_ROOT_FILE);
  const loaded = loadTrustRoot(trustRoot, readFileSync(trustRoot), 0);
  if (!loaded.ok) throw new Error(`${trustRoot} ${loaded.reason}`);
  const zips = readdirSync(folder).filter((name) => name.endsWith(".zip"));
  const samples = zips.map((name) => readSample(join(folder, name)));
  const releases = new Map(samples.map((sample) => [`v${sample.manifest.version}`, sample]));
  return { folder, trustRoot, rootVersion: loaded.value.root.version, releases };
}

function readSample(zipPath: string): Sample {
  const file = openByteSource(zipPath);
  try {
    const opened = openZip(file);
    if (!opened.ok) throw new Error(`${zipPath} is not a sample: ${JSON.stringify(opened.stage.sightings)}`);
    const { container } = opened;
    const files = new Map(
      container.entries.map(({ path, mode }): [string, SampleFile] => [
        path,
        { mode, bytes: Uint8Array.from(container.read(path)) },
      ]),
    );
    const manifest = parseManifest(MANIFEST_FILE, files.get(MANIFEST_FILE)?.bytes ?? new Uint8Array());
    if (!manifest.ok) throw new Error(`${zipPath}: ${manifest.reason}`);
    return {
      zipPath,
      zip: readFileSync(zipPath),
      top: container.top,
      files,
      manifest: manifest.value,
      signatures: readFolder(`${zipPath}.sigs`),
    };
  } finally {
    file.close();
  }
}

function readFolder(folder: string): ReadonlyMap<string, Uint8Array> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

/** The sample of a version that a recipe names. */
export function sampleOf(samples: Samples, release: string): Sample {
  const sample = samples.releases.get(release);
  if (sample === undefined) throw new Error(`${samples.folder} has no release ${release}`);
  return sample;
}

/** A file that a recipe names. */
export function fileOf(files: ReadonlyMap<string, SampleFile>, path: string): SampleFile {
  const file = files.get(path);
  if (file === undefined) throw new Error(`the package has no file ${path}`);
  return file;
}
