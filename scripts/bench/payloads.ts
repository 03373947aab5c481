import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileDigests, sha256Hex } from "../../src/crypto/digest.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import { startDeflatePool, type Deflated, type DeflatePool } from "../../src/io/deflate.ts";
import { extractTree } from "../../src/io/extract.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import type { PackageFile } from "../../src/make/package/package-input.ts";
import { CHECKSUMS_FILE } from "../../src/model/layers.ts";
import { testPolicy } from "../../test/support/policy.ts";
import {
  SMALL_FIRST,
  SMALL_TOOL,
  SMALL_TRUST_ROOT,
  smallInput,
  smallPackage,
  smallTrust,
  smallTrustRoot,
  type PackedFile,
} from "../../test/support/small-release.ts";
import { testKey } from "../../test/support/trust.ts";

export interface Payload {
  readonly id: PayloadId;
  readonly title: string;
  readonly zip: string;
  /** The same files as a directory; undefined where the zip alone is asked for. */
  readonly folder: string | undefined;
  readonly kind: PayloadKind;
}

export type PayloadId = "binaries" | "gigabyte" | "many-files" | "small-files";
/** A package with all its documents and signatures, or nothing but files and their list. */
type PayloadKind = "signed package" | "bare files";

const MIB = 1024 * 1024;
const BINARY_BYTES = 10 * MIB;
const SMALL_FILES = 10_000;
const SIGNABLE_FILES = 2000;

/** A trust root and a signed package of each kind, in a folder of its own. */
export async function makePayload(id: PayloadId, scratch: string): Promise<Payload> {
  const home = join(scratch, id);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(scratch, SMALL_TRUST_ROOT), smallTrustRoot());
  const { title, extra, withFolder, kind } = PLANS[id](machineCode());
  const files = kind === "bare files" ? bareFiles(extra) : packageFiles(extra);
  const zip = join(home, files.zipName);
  const folder = withFolder ? join(home, files.top) : undefined;
  await pack(zip, files);
  if (kind === "signed package") await sign(zip);
  if (folder !== undefined) await writeFolder(folder, files);
  return { id, title, zip, folder, kind };
}

interface Plan {
  readonly title: string;
  /** Besides three executables and the documents of a signed package. */
  readonly extra: ReadonlyMap<string, Uint8Array>;
  readonly withFolder: boolean;
  /** The provenance of more than some 2,500 files does not fit into an envelope (1 MiB): no such package is made. */
  readonly kind: PayloadKind;
}

const PLANS: Readonly<Record<PayloadId, (code: Uint8Array) => Plan>> = {
  binaries: (code) => ({
    title: "six files of 10 MiB of machine code, three of them executables",
    extra: codeFiles(code, 3),
    withFolder: true,
    kind: "signed package",
  }),
  gigabyte: (code) => ({
    title: "103 files of 10 MiB of machine code, three of them executables (1 GiB)",
    extra: codeFiles(code, 100),
    withFolder: false,
    kind: "signed package",
  }),
  "many-files": () => ({
    title:
      "2,000 JSON files of 3 KB, and three executables of 16 KB: near the most that a signed package holds",
    extra: jsonFiles(SIGNABLE_FILES),
    withFolder: true,
    kind: "signed package",
  }),
  "small-files": () => ({
    title: "10,000 JSON files of 3 KB, no package",
    extra: jsonFiles(SMALL_FILES),
    withFolder: true,
    kind: "bare files",
  }),
};

/** The largest programs of the Go installation: what real release binaries are made of. */
function machineCode(): Uint8Array {
  const folder = execFileSync("go", ["env", "GOTOOLDIR"], { encoding: "utf8" }).trim();
  const sized = readdirSync(folder).map((name) => ({ name, size: statSync(join(folder, name)).size }));
  const largest = sized.toSorted((a, b) => b.size - a.size).slice(0, 6);
  return Buffer.concat(largest.map(({ name }) => readFileSync(join(folder, name))));
}

/** Six different pieces, again and again: compressing them is not what is measured. */
function codeFiles(code: Uint8Array, count: number): ReadonlyMap<string, Uint8Array> {
  return new Map(
    Array.from({ length: count }, (_, index) => [
      `lib/part-${String(index).padStart(3, "0")}.a`,
      // From inside of a program: the file must not look like one.
      piece(code, index % 6),
    ]),
  );
}

function piece(code: Uint8Array, index: number): Uint8Array {
  const start = 4096 + index * ((code.byteLength - BINARY_BYTES - 4096) / 6);
  return code.subarray(Math.floor(start), Math.floor(start) + BINARY_BYTES);
}

function jsonFiles(count: number): ReadonlyMap<string, Uint8Array> {
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const rows = Array.from({ length: 30 }, (_row, row) => ({
        id: index * 30 + row,
        digest: sha256Hex(Buffer.from(`${index}/${row}`)),
      }));
      const name = `data/${String(index % 100).padStart(2, "0")}/item-${index}.json`;
      return [name, Buffer.from(JSON.stringify({ index, rows }))] as const;
    }),
  );
}

interface PackageFiles {
  readonly top: string;
  readonly zipName: string;
  readonly sourceDateEpoch: number;
  readonly packed: readonly PackedFile[];
}

function bareFiles(extra: ReadonlyMap<string, Uint8Array>): PackageFiles {
  const { topFolder: top, zipName, sourceDateEpoch } = smallInput(SMALL_FIRST).input;
  const list = writeChecksums([...extra].map(([path, bytes]) => ({ path, ...digestsOnce(bytes) })));
  const contents = [...extra, [CHECKSUMS_FILE, list] as const];
  const packed = contents.map(([path, bytes]): PackedFile => ({ path, mode: 0o644, bytes }));
  return { top, zipName, sourceDateEpoch, packed };
}

function packageFiles(extra: ReadonlyMap<string, Uint8Array>): PackageFiles {
  const { input, bytes } = smallInput(SMALL_FIRST);
  const isLarge = [...extra.values()].some(({ byteLength }) => byteLength >= BINARY_BYTES);
  const code = isLarge ? machineCode() : new Uint8Array();
  const contents = new Map(bytes);
  const own = input.files.map((file, index): PackageFile => {
    if (!isLarge || file.target === null) return file;
    const padded = Buffer.concat([bytes.get(file.path) ?? new Uint8Array(), piece(code, index)]);
    contents.set(file.path, padded);
    return { ...file, sizeBytes: padded.byteLength, ...digestsOnce(padded) };
  });
  const plain = [...extra].map(([path, content]): PackageFile => {
    contents.set(path, content);
    return {
      path,
      kind: "file",
      mode: 0o644,
      sizeBytes: content.byteLength,
      target: null,
      installName: null,
      binary: null,
      recipe: null,
      materials: [],
      originVerified: true,
      ...digestsOnce(content),
    };
  });
  const whole = { ...input, files: [...own, ...plain] };
  const { topFolder: top, zipName, sourceDateEpoch } = input;
  return { top, zipName, sourceDateEpoch, packed: smallPackage({ input: whole, bytes: contents }) };
}

const known = new Map<string, ReturnType<typeof fileDigests>>();

function digestsOnce(bytes: Uint8Array): ReturnType<typeof fileDigests> {
  const key = `${bytes.byteOffset} ${bytes.byteLength} ${Buffer.from(bytes.subarray(0, 64)).toString("hex")}`;
  const digests = known.get(key) ?? fileDigests(bytes);
  known.set(key, digests);
  return digests;
}

async function pack(zip: string, { packed, top, sourceDateEpoch }: PackageFiles): Promise<void> {
  const pool = rememberingPool();
  const entries = packed.map(({ path, mode, bytes }) => ({ path, mode, read: () => bytes }));
  await packZip(zip, entries, { top, method: "deflate", sourceDateEpoch, pool });
  await pool.close();
}

async function sign(zip: string): Promise<void> {
  const policy = testPolicy({ expectStream: false });
  for (const name of ["release-ada", "release-bo"] as const)
    await signRelease({
      tool: SMALL_TOOL,
      path: zip,
      trust: smallTrust(),
      signer: keySigner(testKey(name)),
      copies: "none",
      policy,
    });
}

/** Compresses equal bytes once. */
function rememberingPool(): DeflatePool {
  const pool = startDeflatePool();
  const done = new Map<string, Promise<Deflated>>();
  return {
    size: pool.size,
    async deflate(bytes) {
      const { sha256 } = digestsOnce(bytes);
      const deflated = done.get(sha256) ?? pool.deflate(bytes);
      done.set(sha256, deflated);
      return await deflated;
    },
    close: async () => await pool.close(),
  };
}

async function writeFolder(folder: string, { packed }: PackageFiles): Promise<void> {
  const contents = new Map(packed.map(({ path, bytes }) => [path, bytes]));
  const files = packed.map(({ path, mode, bytes }) => ({
    path,
    mode,
    sizeBytes: bytes.byteLength,
    sha256: digestsOnce(bytes).sha256,
  }));
  await extractTree(folder, files, (path) => [contents.get(path) ?? new Uint8Array()]);
}
