import { basename } from "node:path";
import { FileHash, sha256Hex } from "../crypto/digest.ts";
import { loadTrustRoot, type LoadedTrustRoot } from "../crypto/trust-root.ts";
import { nameProblem } from "../formats/entry-names.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import { openByteSource, sourcePieces } from "../io/byte-source.ts";
import { environmentVariable } from "../io/environment.ts";
import { extractTree } from "../io/extract.ts";
import { readInput } from "../io/files.ts";
import { kitKeyFiles, kitKeys } from "../make/trust-kit.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { Verifier } from "../report/offline-facts.ts";
import { offlineInstructions } from "../report/offline-verify.ts";
import { pinnedRootFile } from "./trust-source.ts";

export interface KitRequest {
  /** The signed root; undefined: CAVRA_TRUST, then the pinned one. */
  readonly file: string | undefined;
  /** To choose among several pins; a file must be of it too. */
  readonly product: string | undefined;
  /** The new folder. */
  readonly kit: string;
  /** The package file of the verifier, whose digest is written. */
  readonly verifier: string | undefined;
  readonly tool: { readonly name: string; readonly version: string };
  /** Seconds since 1970, UTC. */
  readonly now: number;
}

export interface ExportedKit extends LoadedTrustRoot {
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly verifier: Verifier;
}

const INSTRUCTIONS_FILE = "OFFLINE-VERIFY.txt";
const MODE = 0o644;

/**
 * Writes what people without cavra need to check stock copies (trust-spec, preamble) into a folder that does not exist
 * yet: all of it or nothing. Only the root is read, and only public keys are in it. Throws Failure "refused" for a root
 * that does not hold or has run out.
 */
export async function exportKit(request: KitRequest): Promise<ExportedKit> {
  const { tool, now } = request;
  const { envelope, loaded } = await openRoot(request);
  const { root, payloadSha256 } = loaded;
  const keys = kitKeys(root, now);
  const verifier: Verifier = { ...tool, file: packageFile(request.verifier) };
  const rootFile = `${root.product}.trust-root.json`;
  const instructions = offlineInstructions({ root, payloadSha256, rootFile, keys, verifier });
  const files = new Map<string, Uint8Array>([
    [rootFile, envelope],
    ...kitKeyFiles(root, keys),
    [INSTRUCTIONS_FILE, Buffer.from(instructions)],
  ]);
  return { ...loaded, verifier, files: await writeKit(request.kit, files) };
}

async function openRoot({
  file,
  product,
  now,
}: KitRequest): Promise<{ readonly envelope: Uint8Array; readonly loaded: LoadedTrustRoot }> {
  const path = file ?? environmentVariable("CAVRA_TRUST") ?? (await pinnedRootFile(product, now));
  const envelope = await readInput(path, MAX_ENVELOPE_BYTES);
  const loaded = loadTrustRoot(path, envelope, now);
  if (!loaded.ok)
    throw new Failure("refused", `${path} ${loaded.reason}`, { at: path, hint: "cavra trust show FILE" });
  const { expires } = loaded.value.root;
  if (product !== undefined && product !== loaded.value.root.product) {
    throw new Failure("refused", "this is the trust root of another product", {
      at: path,
      expected: product,
      found: loaded.value.root.product,
    });
  }
  if ((parseUtcTime(expires) ?? 0) < now) {
    throw new Failure("refused", "this trust root has run out", {
      at: path,
      found: expires,
      hint: "cavra trust rotate --help",
    });
  }
  return { envelope, loaded: loaded.value };
}

function packageFile(path: string | undefined): Verifier["file"] {
  if (path === undefined) return null;
  const source = openByteSource(path);
  try {
    const hash = new FileHash();
    for (const piece of sourcePieces(source, 0, source.sizeBytes)) hash.update(piece);
    source.assertUnchanged();
    const name = basename(path);
    return { name: nameProblem(name) === undefined ? name : "the file", sha256: hash.digests().sha256 };
  } finally {
    source.close();
  }
}

async function writeKit(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<ExportedKit["files"]> {
  const entries = [...files].map(([path, bytes]) => {
    return { path, mode: MODE, sizeBytes: bytes.byteLength, sha256: sha256Hex(bytes) } as const;
  });
  await extractTree(folder, entries, (path) => [files.get(path) ?? new Uint8Array()]);
  return entries.map(({ path, sha256 }) => ({ name: path, sha256 }));
}
