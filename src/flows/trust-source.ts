import { join } from "node:path";
import { loadTrustRoot, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parsePackagedJson, packagedJson } from "../formats/canonical-json.ts";
import { closed, integer, oneOf, readShape, text, textLike } from "../formats/shape.ts";
import { configurationFolder, environmentVariable } from "../io/environment.ts";
import { folderNames, readIfPresent, readInput } from "../io/files.ts";
import { SHA256_HEX } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import { broken, type Parsed } from "../model/parsed.ts";

/** A trust root and who named it. Never from the working folder, never from beside the subject. */
export interface TrustSource {
  /** For example `--trust root.json` or `pin of cavra-runtime`. */
  readonly source: string;
  readonly trust: Parsed<LoadedTrustRoot>;
  readonly pinned: boolean;
}

export interface TrustRequest {
  /** `--trust FILE`. */
  readonly file: string | undefined;
  /** `--product NAME`, to choose among several pins. */
  readonly product: string | undefined;
  /** Seconds since 1970, UTC. */
  readonly now: number;
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
  if (request.file !== undefined) return readTrust(request.file, `--trust ${request.file}`, request.now);
  if (fromEnvironment !== undefined)
    return readTrust(fromEnvironment, `CAVRA_TRUST=${fromEnvironment}`, request.now);
  return findPin(request);
}

async function readTrust(path: string, source: string, now: number): Promise<TrustSource> {
  const bytes = await readInput(path, MAX_ENVELOPE_BYTES);
  return { source, pinned: false, trust: loadTrustRoot(path, bytes, now) };
}

async function findPin({ product, now }: TrustRequest): Promise<TrustSource | undefined> {
  const products = await pinnedProducts();
  if (product !== undefined) return products.includes(product) ? readPin(product, now) : undefined;
  const [only, second] = products;
  if (only === undefined) return undefined;
  if (second !== undefined) {
    throw new Failure("usage", "several products are pinned; say which one this is", {
      found: products.join(", "),
      hint: "add --product NAME",
    });
  }
  return readPin(only, now);
}

/** Names of the products that the user has pinned, sorted. */
export async function pinnedProducts(): Promise<readonly string[]> {
  const names = await folderNames(pinFolder());
  return names
    .flatMap((name) => (name.endsWith(PIN_SUFFIX) ? [name.slice(0, -PIN_SUFFIX.length)] : []))
    .toSorted();
}

/** The root that was pinned for a product; broken when it is not the pinned one any more. */
export async function readPin(product: string, now: number): Promise<TrustSource> {
  const pinPath = join(pinFolder(), `${product}${PIN_SUFFIX}`);
  const source = `pin of ${product}`;
  const pin = readShape(parsePackagedJson(pinPath, await readInput(pinPath, MAX_ENVELOPE_BYTES)), pinShape);
  if (!pin.ok) return { source, pinned: true, trust: pin };
  const rootPath = pinnedRootPath(product, pin.value.payloadSha256);
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

export interface PinFiles {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/**
 * The two files that pin a root. The pin itself comes last, and each root has a file of its own: until the new pin is
 * written, the old one stands with its root.
 */
export function pinFilesOf(loaded: LoadedTrustRoot, envelope: Uint8Array): PinFiles {
  const { product, version } = loaded.root;
  const pin = {
    schema: "cavra.trust-pin/1",
    product,
    rootVersion: version,
    payloadSha256: loaded.payloadSha256,
  };
  const files = [
    { path: pinnedRootPath(product, loaded.payloadSha256), bytes: envelope },
    { path: join(pinFolder(), `${product}${PIN_SUFFIX}`), bytes: packagedJson(pin) },
  ];
  return { folder: pinFolder(), files };
}

function pinFolder(): string {
  return join(configurationFolder(), "trust");
}

function pinnedRootPath(product: string, payloadSha256: string): string {
  return join(pinFolder(), `${product}.${payloadSha256.slice(0, ROOT_NAME_DIGITS)}.root.json`);
}
