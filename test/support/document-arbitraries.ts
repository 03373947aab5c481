import * as fc from "fast-check";
import { comparePaths } from "../../src/formats/entry-names.ts";
import {
  BUILD_TYPE,
  type Bootstrap,
  type ChecksumLine,
  type DocumentHeader,
  type GoModules,
  type Installers,
  type Provenance,
  type Reproducibility,
} from "../../src/model/documents.ts";
import { ARTIFACT_KINDS, type Artifact, type Manifest } from "../../src/model/manifest.ts";
import type { ReleaseStatement } from "../../src/model/release-statement.ts";

const hex = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const sha256 = hex(64);
const sha512 = hex(128);
const plain = (pattern: string): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^${pattern}$`));
const word = plain("[!-~]{1,40}");
const sentence = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,1000}$/u.test(text));
const segment = plain("[a-z][A-Za-z0-9_+-]{4,20}");
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const target = plain("[a-z0-9]{4,8}/[a-z0-9]{4,8}");
const version = plain("(0|[1-9][0-9]?)\\.(0|[1-9][0-9]?)\\.(0|[1-9][0-9]?)(-rc\\.[1-9])?");
const epoch = fc.integer({ min: 315_532_800, max: 2_335_219_199 });
const commit = fc.oneof(hex(40), hex(64));
const size = fc.integer({ min: 0, max: 1024 * 1024 * 1024 });
const counter = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const goSum = fc.oneof(
  fc.constant(""),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => `h1:${Buffer.from(bytes).toString("base64")}`),
);

/** A list without twins in the order of its keys, as the formats demand it. */
function ascending<T>(
  item: fc.Arbitrary<T>,
  key: (item: T) => string,
  minLength = 0,
): fc.Arbitrary<readonly T[]> {
  return fc
    .uniqueArray(item, { selector: key, minLength, maxLength: 5 })
    .map((items) => items.toSorted((a, b) => comparePaths(key(a), key(b))));
}
const texts = (item: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
  ascending(item, (text) => text);

const header: fc.Arbitrary<DocumentHeader> = fc.record({
  product: plain("[a-z][a-z0-9-]{0,20}"),
  component: sentence,
  version,
  commit,
  ref: word,
  repository: word,
  sourceDateEpoch: epoch,
});

export const checksumLines: fc.Arbitrary<readonly ChecksumLine[]> = ascending(
  fc.record({ path, sha256 }),
  (line) => line.path,
  1,
);

const artifact: fc.Arbitrary<Artifact> = fc.record(
  {
    path,
    kind: fc.constantFrom(...ARTIFACT_KINDS),
    sizeBytes: size,
    mode: fc.constantFrom(0o644, 0o755),
    sha256,
    sha512,
    target,
  },
  { requiredKeys: ["path", "kind", "sizeBytes", "mode", "sha256", "sha512"] },
);

export const manifests: fc.Arbitrary<Manifest> = fc.record({
  product: plain("[a-z][a-z0-9-]{0,20}"),
  component: sentence,
  package: plain("[A-Za-z0-9][A-Za-z0-9._-]{0,20}"),
  line: word,
  channel: fc.constantFrom("stable", "rc", "dev"),
  version,
  releaseCounter: counter,
  previous: fc.option(fc.record({ version, manifestSha256: sha256 })),
  source: fc.record({ repository: word, commit, ref: word }),
  sourceDateEpoch: epoch,
  expires: fc.option(epoch),
  dryRun: fc.boolean(),
  targets: texts(target),
  artifacts: ascending(artifact, (item) => item.path, 1),
  controls: texts(plain("[a-z][a-z0-9-]{0,20}")),
  zipName: segment,
  zip: fc.record({
    profile: fc.constant("cavra-zip/1"),
    method: fc.constantFrom("deflate", "store"),
    codec: word,
    level: fc.integer({ min: 0, max: 9 }),
    codecSha256: fc.oneof(fc.constant(""), sha256),
  }),
  configSha256: sha256,
  builderId: word,
  tool: sentence,
});

export const installers: fc.Arbitrary<Installers> = fc
  .record({
    header,
    targets: ascending(
      fc.record({
        target,
        binary: path,
        binarySha256: sha256,
        sizeBytes: size,
        installMethod: sentence,
        installPath: sentence,
        installCommand: sentence,
        verificationCommand: sentence,
      }),
      (item) => `${item.target} ${item.binary}`,
    ),
    operatorNotes: fc.array(sentence, { maxLength: 3 }),
  })
  .map(({ header: fields, targets, operatorNotes }) => ({
    ...fields,
    targets: targets.map((item) => {
      const [os = "", arch = ""] = item.target.split("/");
      return { ...item, os, arch };
    }),
    operatorNotes,
  }));

export const reproducibilities: fc.Arbitrary<Reproducibility> = fc
  .record({
    header,
    targets: texts(target),
    binaries: ascending(
      fc.record({
        target,
        binary: path,
        sizeBytes: size,
        sha256,
        builder: fc.constantFrom("go", "prebuilt", "command"),
        toolchain: sentence,
        moduleDir: sentence,
        environment: fc
          .array(fc.tuple(plain("[A-Z_][A-Z0-9_]{0,9}"), sentence), { maxLength: 4 })
          .map((entries) => new Map(entries)),
        argv: fc.array(fc.oneof(sentence, fc.constantFrom("-trimpath", "-ldflags=-s -w -buildid=")), {
          maxLength: 5,
        }),
        rebuildCommand: fc.option(sentence),
        originVerified: fc.boolean(),
      }),
      (item) => item.binary,
    ),
    controls: texts(plain("[a-z][a-z0-9-]{0,20}")),
    operatorGuidance: fc.array(sentence, { maxLength: 3 }),
  })
  .map(({ header: fields, ...rest }) => ({ ...fields, ...rest }));

export const goModuleLists: fc.Arbitrary<GoModules> = fc
  .record({
    header,
    modules: ascending(
      fc.record({
        path: word,
        version: fc.oneof(fc.constant(""), word),
        sum: goSum,
        replaces: fc.option(word),
        targets: texts(target),
      }),
      (item) => `${item.path} ${item.version}`,
    ),
  })
  .map(({ header: fields, modules }) => ({ ...fields, modules }));

export const bootstraps: fc.Arbitrary<Bootstrap> = fc
  .record({
    header,
    releasePackage: segment,
    requiredFiles: ascending(path, (text) => text, 1),
    verificationCommands: fc.array(sentence, { minLength: 1, maxLength: 3 }),
    operatorNotes: fc.array(sentence, { maxLength: 3 }),
  })
  .map(({ header: fields, ...rest }) => ({ ...fields, ...rest }));

const digest = fc.record({ sha256, sha512 });

export const provenances: fc.Arbitrary<Provenance> = fc.record({
  subjects: ascending(fc.record({ name: path, digest }), (item) => item.name, 1),
  buildType: fc.constant(BUILD_TYPE),
  builderId: word,
  version,
  configSha256: sha256,
  source: fc.record({ repository: word, ref: word }),
  sourceDateEpoch: epoch,
  targets: texts(target),
  dependencies: ascending(
    fc.record({
      uri: word,
      name: word,
      digest: fc
        .array(fc.tuple(fc.constantFrom("gitCommit", "sha256", "dirHash"), sha256), { maxLength: 2 })
        .map((entries) => new Map(entries)),
    }),
    (item) => item.uri,
    1,
  ),
});

export const releaseStatements: fc.Arbitrary<ReleaseStatement> = fc.record({
  zip: fc.record({ name: segment.map((name) => `${name}.zip`), digest }),
  checksums: fc.record({ name: segment.map((name) => `${name}/checksums.txt`), digest }),
  predicate: fc.record({
    product: plain("[a-z][a-z0-9-]{0,20}"),
    package: plain("[A-Za-z0-9][A-Za-z0-9._-]{0,20}"),
    line: word,
    channel: fc.constantFrom("stable", "rc", "dev"),
    version,
    releaseCounter: counter,
    previous: fc.option(fc.record({ version, manifestSha256: sha256 })),
    manifestSha256: sha256,
    zipProfile: fc.constant("cavra-zip/1"),
    zipSizeBytes: fc.integer({ min: 1, max: 0xffff_fffe }),
    sourceDateEpoch: epoch,
    expires: fc.option(epoch),
    rootVersion: counter,
  }),
});
