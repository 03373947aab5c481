import { keySigner } from "../../src/crypto/signer.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileDigests, sha256Hex } from "../../src/crypto/digest.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { inspectBinary } from "../../src/formats/binary.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import type { TrustSource } from "../../src/flows/trust-source.ts";
import { DEFLATE_CODEC, type DeflatePool } from "../../src/io/deflate.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import { signedDocuments, type LegacySigner } from "../../src/make/package/legacy-signatures.ts";
import { makeDocuments } from "../../src/make/package/make-documents.ts";
import type { PackageFile, PackageInput } from "../../src/make/package/package-input.ts";
import type { EntryMode } from "../../src/model/container.ts";
import { MANIFEST_FILE } from "../../src/model/layers.ts";
import type { ReleaseRole } from "../../src/model/trust-root.ts";
import { elfFile } from "./executables/elf-file.ts";
import type { Contents } from "./executables/fields.ts";
import { framed, inlineBuildInfo } from "./executables/go-build-info.ts";
import { machOFile } from "./executables/macho-file.ts";
import { peFile } from "./executables/pe-file.ts";
import { goFile, testPackageInput } from "./package-input.ts";
import { testPolicy } from "./policy.ts";
import { signedTestRoot, TEST_NOW, testKey, testTrustRoot } from "./trust.ts";

export const SMALL_TOOL = { name: "cavra", version: "0.1.0" } as const;
export const SMALL_TRUST_ROOT = "trust-root.json";

const SMALL_GO = "go1.26.8";
const TARGETS = ["darwin/arm64", "linux/amd64", "windows/amd64"] as const;
type SmallTarget = (typeof TARGETS)[number];

const IMAGES: Readonly<Record<SmallTarget, (contents: Contents) => Uint8Array>> = {
  "darwin/arm64": machOFile,
  "linux/amd64": elfFile,
  "windows/amd64": peFile,
};

export interface SmallRelease {
  readonly input: PackageInput;
  readonly zip: string;
  readonly manifestSha256: string;
}

/** What differs between the programs of two small releases. */
export interface SmallProgram {
  readonly goVersion?: string;
  /** `path`, TAB, `version` of a module that every binary links. */
  readonly modules?: readonly string[];
  /** The version that is linked in; the one of the release if not given. */
  readonly version?: string;
}

interface SmallOptions {
  readonly program?: SmallProgram;
  readonly pool?: DeflatePool;
  readonly signers?: readonly ReleaseSigner[];
  readonly trust?: TrustSource;
  /** For readers of the existing system; none if not given. */
  readonly signLegacy?: LegacySigner;
}

type ReleaseSigner = "release-ada" | "release-bo";
type SmallChange = Partial<PackageInput> & Pick<PackageInput, "version">;

/** An executable of 16 KB that says what the Go linker would say, and does nothing. */
export function smallBinary(target: SmallTarget, version: string, program: SmallProgram = {}): Uint8Array {
  const [os = "", arch = ""] = target.split("/");
  const { goVersion = SMALL_GO, modules = ["golang.org/x/text\tv0.30.0"] } = program;
  const lines = [
    "path\texample.com/acme/cavra-runtime/cmd/cavra-runtime",
    `mod\texample.com/acme/cavra-runtime\tv${program.version ?? version}\t`,
    ...modules.map((module) => `dep\t${module}`),
    // As with real programs, not every target links the same modules.
    ...(os === "windows" ? ["dep\texample.com/console\tv1.1.0"] : []),
    "build\t-trimpath=true",
    "build\tCGO_ENABLED=0",
    `build\tGOARCH=${arch}`,
    `build\tGOOS=${os}`,
    "",
  ];
  const framedLines = framed(lines.join("\n"));
  return IMAGES[target]({ writable: inlineBuildInfo(goVersion, framedLines), readOnly: framedLines });
}

interface SmallInput {
  readonly input: PackageInput;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** What the documents of a small release are made from, and the bytes of its files. */
export function smallInput(change: SmallChange, program: SmallProgram = {}): SmallInput {
  const { version } = change;
  const { goVersion = SMALL_GO } = program;
  const targets = TARGETS.filter((target) => change.targets?.includes(target) ?? true);
  const bytes = new Map<string, Uint8Array>([["LICENSE", Buffer.from("Apache License 2.0\n")]]);
  for (const target of targets) bytes.set(binaryPath(target, version), smallBinary(target, version, program));
  const sample = testPackageInput();
  const licence = sample.files.filter(({ kind }) => kind === "file");
  const binaries = targets.map((target) => smallFile(target, version, program));
  const input = testPackageInput({
    vendor: "CAVRA",
    source: smallSource(version),
    sourceTree: smallDigest(`tree ${version}`).slice(0, 40),
    goSources: new Map([[goVersion, smallDigest(goVersion)]]),
    targets: TARGETS,
    builderId: "https://cavra.dev/builders/local/v1",
    topFolder: `go-runtime-v${version}`,
    zipName: `cavra-go-runtime-v${version}.zip`,
    zip: {
      profile: "cavra-zip/1",
      method: "deflate",
      codec: DEFLATE_CODEC.codec,
      level: DEFLATE_CODEC.level,
      codecSha256: DEFLATE_CODEC.wasmSha256,
    },
    files: [...binaries, ...licence].map((file) => withBytes(file, bytes.get(file.path))),
    ...change,
  });
  return { input, bytes };
}

export function smallSource(version: string): PackageInput["source"] {
  return {
    repository: "https://example.com/acme/cavra-runtime",
    ref: `refs/tags/v${version}`,
    commit: smallDigest(version).slice(0, 40),
  };
}

function smallDigest(text: string): string {
  return sha256Hex(Buffer.from(text));
}

function smallFile(target: SmallTarget, version: string, { goVersion }: SmallProgram): PackageFile {
  const file = goFile(target, { path: binaryPath(target, version) });
  if (goVersion === undefined || file.recipe === null) return file;
  return { ...file, recipe: { ...file.recipe, toolchain: goVersion } };
}

function binaryPath(target: SmallTarget, version: string): string {
  const [os, arch] = target.split("/");
  return `bin/cavra-runtime_v${version}_${os}_${arch}${os === "windows" ? ".exe" : ""}`;
}

function withBytes(file: PackageFile, bytes: Uint8Array = new Uint8Array()): PackageFile {
  const facts = inspectBinary(bytes);
  const binary = facts?.ok === true ? facts.facts : null;
  return { ...file, binary, sizeBytes: bytes.byteLength, ...fileDigests(bytes) };
}

export interface PackedFile {
  readonly path: string;
  readonly mode: EntryMode;
  readonly bytes: Uint8Array;
}

/**
 * A package as the maker writes it: every file and document with its mode.
 * @param sign For readers of the existing system.
 */
export function smallPackage({ input, bytes }: SmallInput, sign?: LegacySigner): readonly PackedFile[] {
  const files = input.files.map(({ path, mode }): PackedFile => {
    return { path, mode, bytes: bytes.get(path) ?? new Uint8Array() };
  });
  const legacy = sign === undefined ? undefined : { ofFiles: signedDocuments(files, sign), sign };
  const documents = makeDocuments(input, legacy).map((document): PackedFile => {
    return { ...document, mode: 0o644 };
  });
  return [...files, ...documents];
}

/** Packs and signs one release into a folder, as Ada and Bo would. */
export async function writeSmallRelease(
  folder: string,
  change: SmallChange,
  {
    program,
    pool,
    signers = ["release-ada", "release-bo"],
    trust = smallTrust(),
    signLegacy,
  }: SmallOptions = {},
): Promise<SmallRelease> {
  const made = smallInput(change, program);
  const { input } = made;
  const files = smallPackage(made, signLegacy);
  const zip = join(folder, input.zipName);
  mkdirSync(folder, { recursive: true });
  const entries = files.map(({ path, mode, bytes }) => ({ path, mode, read: () => bytes }));
  await packZip(zip, entries, {
    top: input.topFolder,
    method: input.zip.method,
    sourceDateEpoch: input.sourceDateEpoch,
    ...(pool === undefined ? {} : { pool }),
  });
  const policy = testPolicy({ expectStream: false });
  for (const name of signers) {
    await signRelease({
      tool: SMALL_TOOL,
      path: zip,
      trust,
      signer: keySigner(testKey(name)),
      copies: "openssl",
      policy,
    });
  }
  const manifest = files.find(({ path }) => path === MANIFEST_FILE)?.bytes ?? new Uint8Array();
  return { input, zip, manifestSha256: sha256Hex(manifest) };
}

/** Two of two holders must sign; for stable releases and candidates. */
export function smallTrustRoot(change: Partial<ReleaseRole> = {}): Uint8Array {
  return signedTestRoot(
    testTrustRoot((root) => {
      const release = root.roles.release.map((role) => ({ ...role, threshold: 2, ...change }));
      return { ...root, roles: { ...root.roles, release } };
    }),
  );
}

export function smallTrust(bytes: Uint8Array = smallTrustRoot()): TrustSource {
  return { source: "--trust", pinned: false, trust: loadTrustRoot(SMALL_TRUST_ROOT, bytes, TEST_NOW) };
}

/** v0.1.0 and its successor v0.2.0-rc.1, signed, and the trust root: what `dist-samples` has, in 20 KB. */
export async function writeSmallSamples(
  folder: string,
  pool?: DeflatePool,
): Promise<{ readonly first: SmallRelease; readonly candidate: SmallRelease }> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, SMALL_TRUST_ROOT), smallTrustRoot());
  const options = pool === undefined ? {} : { pool };
  const first = await writeSmallRelease(folder, SMALL_FIRST, options);
  const previous = { version: "0.1.0", manifestSha256: first.manifestSha256 };
  const candidate = await writeSmallRelease(folder, { ...SMALL_CANDIDATE, previous }, options);
  return { first, candidate };
}

export const SMALL_FIRST = {
  version: "0.1.0",
  releaseCounter: 1,
  previous: null,
  sourceDateEpoch: Date.UTC(2026, 9, 1, 9) / 1000,
  expires: Date.UTC(2027, 9, 1, 9) / 1000,
} as const;

export const SMALL_CANDIDATE = {
  version: "0.2.0-rc.1",
  channel: "rc",
  releaseCounter: 2,
  sourceDateEpoch: Date.UTC(2026, 10, 2, 9) / 1000,
  expires: Date.UTC(2027, 10, 2, 9) / 1000,
} as const;
