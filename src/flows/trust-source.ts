import { join } from "node:path";
import { loadTrustRoot, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parsePackagedJson, packagedJson } from "../formats/canonical-json.ts";
import { closed, integer, oneOf, readShape, text, textLike } from "../formats/shape.ts";
import { configurationFolder, environmentVariable } from "../io/environment.ts";
import { folderNames, readIfPresent, readInput } from "../io/files.ts";
import { SHA256_HEX } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { RollbackRecord } from "../model/trust-state.ts";
import { readRecord, type ReadRecord } from "./trust-record.ts";

/** A trust root and who named it. Never from the working folder, never from beside the subject. */
export interface TrustSource {
  /** For example `--trust root.json` or `pin of cavra-runtime`. */
  readonly source: string;
  readonly trust: Parsed<LoadedTrustRoot>;
  readonly pinned: boolean;
  /** What is remembered beside it; undefined: this command does not ask. */
  readonly memory?: Memory;
}

/** Whether to remember what passes: in the record beside a pin, only reading it, or not at all. */
export interface MemoryRequest {
  readonly use: "record" | "read" | "none";
  readonly isRequired: boolean;
}

/** The record beside a pin. */
export interface PinMemory extends MemoryRequest {
  readonly read: ReadRecord;
  readonly writes: boolean;
  readonly folder: string;
  readonly product: string;
}

type Memory = PinMemory | { readonly read: Pick<ReadRecord, "record">; readonly writes: false };

export interface TrustRequest {
  /** `--trust FILE`. */
  readonly file: string | undefined;
  /** `--product NAME`, to choose among several pins. */
  readonly product: string | undefined;
  /** Seconds since 1970, UTC. */
  readonly now: number;
  /** undefined: the command keeps no record, and says so. */
  readonly memory?: MemoryRequest | undefined;
}

const PIN_SUFFIX = ".pin.json";
/** Enough to tell apart the roots of one product; what is read is held against the whole digest. */
const ROOT_NAME_DIGITS = 16;
const pinShape = closed({
  schema: oneOf("cavra.trust-pin/1"),
  product: text,
  rootVersion: integer(1),
  payloadSha256: textLike(SHA256_HEX, "64 lowercase hex digits"),
});

/** Trust from flag, then environment, then the user's pins (trust-spec, preamble); undefined when there is none. */
export async function findTrust(request: TrustRequest): Promise<TrustSource | undefined> {
  const fromEnvironment = environmentVariable("CAVRA_TRUST");
  if (request.file !== undefined) return readTrust(request.file, `--trust ${request.file}`, request);
  if (fromEnvironment !== undefined)
    return readTrust(fromEnvironment, `CAVRA_TRUST=${fromEnvironment}`, request);
  return findPin(request);
}

async function readTrust(path: string, source: string, { now, memory }: TrustRequest): Promise<TrustSource> {
  const bytes = await readInput(path, MAX_ENVELOPE_BYTES);
  const trust = loadTrustRoot(path, bytes, now);
  const none = withoutRecord("no record of releases is kept, since trust was given without a pin", memory);
  return { source, pinned: false, trust, ...none };
}

function withoutRecord(reason: string, memory: MemoryRequest | undefined): { readonly memory?: Memory } {
  if (memory === undefined) return {};
  const record: RollbackRecord = { kind: "none", reason, isRequired: memory.isRequired };
  return { memory: { read: { record }, writes: false } };
}

async function findPin({ product, now, memory }: TrustRequest): Promise<TrustSource | undefined> {
  const products = await pinnedProducts();
  if (product !== undefined) return products.includes(product) ? readPin(product, now, memory) : undefined;
  const [only, second] = products;
  if (only === undefined) return undefined;
  if (second !== undefined) {
    throw new Failure("usage", "several products are pinned; say which one this is", {
      found: products.join(", "),
      hint: "add --product NAME",
    });
  }
  return readPin(only, now, memory);
}

/** Where the root that is pinned for a product lies, or the later one that was reached from it. Throws Failure "input". */
export async function pinnedRootFile(product: string | undefined, now: number): Promise<string> {
  const pinned = await findPin({ file: undefined, product, now });
  if (pinned === undefined) {
    throw new Failure("input", "no such trust root is pinned on this machine", {
      hint: "name the file of the signed root",
    });
  }
  const { trust, source } = pinned;
  if (!trust.ok) throw new Failure("input", `${trust.at} ${trust.reason}`, { at: source });
  return pinnedRootPath(pinFolder(), trust.value.root.product, trust.value.payloadSha256);
}

/** Names of the products that the user has pinned, sorted. */
export async function pinnedProducts(): Promise<readonly string[]> {
  const names = await folderNames(pinFolder());
  return names
    .flatMap((name) => (name.endsWith(PIN_SUFFIX) ? [name.slice(0, -PIN_SUFFIX.length)] : []))
    .toSorted();
}

/**
 * The root that was pinned for a product, or the later one that a verification reached from it; broken when it is not
 * that one any more.
 */
export async function readPin(product: string, now: number, memory?: MemoryRequest): Promise<TrustSource> {
  const pinned = await readPinnedRoot(product, now);
  if (!pinned.trust.ok) return pinned;
  if (memory?.use === "none")
    return { ...pinned, ...withoutRecord("--stateless: no record of releases is kept or read", memory) };
  const folder = pinFolder();
  const read = await withNamedRoot(folder, product, await readRecord(folder, product), now);
  const latest = read.latest ?? pinned.trust.value;
  const trust =
    latest.root.version > pinned.trust.value.root.version ? parsed(read.path, latest) : pinned.trust;
  if (memory === undefined) return { ...pinned, trust };
  return { ...pinned, trust, memory: { ...memory, read, writes: memory.use === "record", folder, product } };
}

/** The root that the record names, from the file that went with it; a record without its root is damaged. */
async function withNamedRoot(
  folder: string,
  product: string,
  read: ReadRecord,
  now: number,
): Promise<ReadRecord & { readonly latest?: LoadedTrustRoot }> {
  if (read.record.kind !== "kept") return read;
  const { at, state } = read.record;
  const path = pinnedRootPath(folder, product, state.rootSha256);
  const bytes = await readIfPresent(path, MAX_ENVELOPE_BYTES);
  const root = bytes === undefined ? undefined : loadTrustRoot(path, bytes, now);
  if (root?.ok === true && root.value.payloadSha256 === state.rootSha256)
    return { ...read, latest: root.value };
  const reason = `names a trust root that is not there any more: ${path}`;
  return { ...read, record: { kind: "damaged", at, reason } };
}

async function readPinnedRoot(product: string, now: number): Promise<TrustSource> {
  const pinPath = join(pinFolder(), `${product}${PIN_SUFFIX}`);
  const source = `pin of ${product}`;
  const pin = readShape(parsePackagedJson(pinPath, await readInput(pinPath, MAX_ENVELOPE_BYTES)), pinShape);
  if (!pin.ok) return { source, pinned: true, trust: pin };
  const rootPath = pinnedRootPath(pinFolder(), product, pin.value.payloadSha256);
  const rootBytes = await readIfPresent(rootPath, MAX_ENVELOPE_BYTES);
  const trust =
    rootBytes === undefined
      ? broken(rootPath, "is missing beside its pin")
      : loadTrustRoot(rootPath, rootBytes, now);
  if (trust.ok && trust.value.payloadSha256 !== pin.value.payloadSha256) {
    return { source, pinned: true, trust: broken(rootPath, "is not the trust root that was pinned") };
  }
  return { source, pinned: true, trust };
}

/** A file of a pin. */
interface PinFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The two files that pin a root. The pin itself comes last, and each root has a file of its own: until the new pin is
 * written, the old one stands with its root.
 */
export function pinFilesOf(loaded: LoadedTrustRoot, envelope: Uint8Array): readonly [PinFile, PinFile] {
  const { product, version } = loaded.root;
  const pin = {
    schema: "cavra.trust-pin/1",
    product,
    rootVersion: version,
    payloadSha256: loaded.payloadSha256,
  };
  return [
    { path: pinnedRootPath(pinFolder(), product, loaded.payloadSha256), bytes: envelope },
    { path: join(pinFolder(), `${product}${PIN_SUFFIX}`), bytes: packagedJson(pin) },
  ];
}

function pinFolder(): string {
  return join(configurationFolder(), "trust");
}

/** Where a root that was pinned, or reached from a pinned one, lies. */
export function pinnedRootPath(folder: string, product: string, payloadSha256: string): string {
  return join(folder, `${product}.${payloadSha256.slice(0, ROOT_NAME_DIGITS)}.root.json`);
}
