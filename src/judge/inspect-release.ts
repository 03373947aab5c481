import { fileDigests } from "../crypto/digest.ts";
import { inspectBinary, type BinaryInspection } from "../formats/binary.ts";
import { decodeUtf8 } from "../formats/utf8.ts";
import { parseChecksums } from "../formats/checksums.ts";
import type { FileFindings, LookInto } from "../io/inspect-file.ts";
import type { BinaryFacts } from "../model/binary.ts";
import type { Sighting } from "../model/check.ts";
import type { ContainerEntry } from "../model/container.ts";
import type { DigestSet, FileDigests } from "../model/digest.ts";
import { CHECKSUMS_FILE, isLegacySignature, MANIFEST_FILE, MANIFEST_MARKDOWN_FILE } from "../model/layers.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import { broken, parsed, valueOf, type Parsed } from "../model/parsed.ts";
import type { InspectedFile, Release } from "../model/release.ts";
import { DocumentShelf } from "./document-shelf.ts";
import { readLegacySignatures } from "./legacy-signatures.ts";
import type { JudgedContainer } from "./open-container.ts";
import type { LegacySignatureReading } from "./stages.ts";

/** An inspected package, and the raw bytes of its documents (never of its binaries, which can be large). */
export interface Inspection {
  readonly release: Release;
  readonly documentBytes: ReadonlyMap<string, Uint8Array>;
  /** In the order of their paths; none outside of legacy mode. */
  readonly legacySignatures: readonly LegacySignatureReading[];
}

export type InspectionResult =
  | { readonly ok: true; readonly inspection: Inspection }
  | { readonly ok: false; readonly sightings: readonly Sighting[] };

/**
 * Whose word decides which bytes may be parsed: the digests of checksums.txt that were signed, or nobody's (a diagnosis,
 * or a maker that looks at its own package).
 */
export type ReadingRule = { readonly signedList: DigestSet } | "everything";

/**
 * Reads every file once: hashes it, and parses it only when its digest is the listed one and the list is the signed one
 * (trust-spec section 6, steps 7 and 8). Stops at the first file, in order of the paths, whose data is damaged.
 */
export async function inspectRelease(
  container: JudgedContainer,
  rule: ReadingRule,
  { documentBytes: maxBytes }: Limits = DEFAULT_LIMITS,
): Promise<InspectionResult> {
  const list = readList(container, rule);
  if (!list.ok) return list;
  const bytesByPath = new Map<string, Uint8Array>();
  const documents = new Map<string, Parsed<Uint8Array>>();
  const files = new Map<string, InspectedFile>();
  for await (const { entry, look } of looksInOrder(container, list, maxBytes)) {
    if (!look.ok) return { ok: false, sightings: [look.sighting] };
    const { bytes, findings } = look;
    files.set(entry.path, inspectedFile(entry, findings));
    if (!isDocument(entry)) continue;
    if (bytes === undefined) {
      const size = `is ${entry.sizeBytes} bytes; the limit is ${maxBytes} (limit document-size)`;
      documents.set(entry.path, broken(entry.path, size));
      continue;
    }
    const refusal = list.refusal(entry.path, findings.digests);
    bytesByPath.set(entry.path, bytes);
    documents.set(
      entry.path,
      refusal === undefined ? parsed(entry.path, bytes) : broken(entry.path, refusal),
    );
  }
  return {
    ok: true,
    inspection: {
      release: releaseOf(container, files, new DocumentShelf(documents, maxBytes)),
      documentBytes: bytesByPath,
      legacySignatures: readLegacySignatures(container, files, documents),
    },
  };
}

/** Files up to this size are read at once: for them, pieces and threads cost more than they bring. */
const SMALL_FILE_BYTES = 64 * 1024;

/** `bytes` of small files and of documents that are not too large. */
type Look =
  | { readonly ok: true; readonly findings: FileFindings; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly sighting: Sighting };

/** Looks at a few files ahead, as many as the container can look at side by side. */
async function* looksInOrder(
  container: JudgedContainer,
  list: ReadList,
  maxDocumentBytes: number,
): AsyncGenerator<{ readonly entry: ContainerEntry; readonly look: Look }> {
  const ahead: { readonly entry: ContainerEntry; readonly look: Promise<Look> }[] = [];
  for (const entry of container.entries) {
    const isWhole = isDocument(entry)
      ? entry.path === CHECKSUMS_FILE || entry.sizeBytes <= maxDocumentBytes
      : entry.sizeBytes <= SMALL_FILE_BYTES;
    const look = isWhole ? lookAtWhole(container, entry, list) : lookThrough(container, entry, list);
    // Whoever awaits it sees the failure; until then it is not an unhandled one.
    look.catch(() => undefined);
    ahead.push({ entry, look });
    const next = ahead.length < container.width ? undefined : ahead.shift();
    if (next !== undefined) yield { entry: next.entry, look: await next.look };
  }
  for (const { entry, look } of ahead) yield { entry, look: await look };
}

async function lookThrough(
  container: JudgedContainer,
  { path }: ContainerEntry,
  list: ReadList,
): Promise<Look> {
  return await container.inspect(path, list.lookInto(path));
}

// oxlint-disable-next-line require-await -- a failure must come in its turn, as those of other threads do
async function lookAtWhole(
  container: JudgedContainer,
  { path }: ContainerEntry,
  list: ReadList,
): Promise<Look> {
  const reading = container.tryRead(path);
  if (!reading.ok) return reading;
  const { bytes } = reading;
  const digests = fileDigests(bytes);
  const binary = list.refusal(path, digests) === undefined ? inspectBinary(bytes) : undefined;
  return { ok: true, bytes, findings: binary === undefined ? { digests } : { digests, binary } };
}

interface ReadList {
  readonly ok: true;
  /** Which bytes of this path may be parsed, before they are known. */
  readonly lookInto: (path: string) => LookInto;
  /** The reason why bytes with these digests may not be parsed; undefined when they may. */
  readonly refusal: (path: string, digests: FileDigests) => string | undefined;
}

function readList(
  container: JudgedContainer,
  rule: ReadingRule,
): ReadList | (InspectionResult & { readonly ok: false }) {
  if (rule === "everything") return { ok: true, lookInto: () => "any", refusal: () => undefined };
  if (!container.entries.some(({ path }) => path === CHECKSUMS_FILE))
    return nothingListed(`${CHECKSUMS_FILE} is missing`);
  const reading = container.tryRead(CHECKSUMS_FILE);
  if (!reading.ok) return { ok: false, sightings: [reading.sighting] };
  const { sha256, sha512 } = fileDigests(reading.bytes);
  const { signedList } = rule;
  if (sha256 !== signedList.sha256 || sha512 !== signedList.sha512) {
    return nothingListed(`${CHECKSUMS_FILE} is not the list that was signed`);
  }
  const lines = valueOf(parseChecksums(CHECKSUMS_FILE, reading.bytes)) ?? [];
  const listed = new Map([
    ...lines.map((line) => [line.path, line.sha256] as const),
    [CHECKSUMS_FILE, sha256],
  ]);
  return {
    ok: true,
    lookInto: (path) => {
      const digest = listed.get(path);
      return digest === undefined ? "none" : { sha256: digest };
    },
    refusal: (path, digests) =>
      listed.get(path) === digests.sha256 ? undefined : "was not parsed: its bytes are not the listed ones",
  };
}

function nothingListed(reason: string): ReadList {
  return { ok: true, lookInto: () => "none", refusal: () => `was not parsed: ${reason}` };
}

function inspectedFile(
  { path, mode, sizeBytes }: ContainerEntry,
  { digests, binary }: FileFindings,
): InspectedFile {
  const facts = { path, mode, sizeBytes, ...digests };
  return binary === undefined ? facts : { ...facts, binary: binaryFacts(path, binary) };
}

function binaryFacts(path: string, binary: BinaryInspection): Parsed<BinaryFacts> {
  return binary.ok ? parsed(path, binary.facts) : broken(path, binary.reason);
}

/** Documents stand at the top of the package (trust-spec section 1), signatures of the existing system beside any file. */
function isDocument({ path }: ContainerEntry): boolean {
  return isLegacySignature(path) || (!path.includes("/") && /\.(?:json|txt|md)$/.test(path));
}

function releaseOf(
  container: JudgedContainer,
  files: ReadonlyMap<string, InspectedFile>,
  shelf: DocumentShelf,
): Release {
  return {
    kind: container.kind,
    top: container.top,
    zip: container.zip,
    files,
    documents: shelf.readAll(),
    manifestSha256: files.get(MANIFEST_FILE)?.sha256 ?? "",
    evidenceMarkdown: shelf.read(MANIFEST_MARKDOWN_FILE, readText),
  };
}

function readText(at: string, bytes: Uint8Array): Parsed<string> {
  const text = decodeUtf8(bytes);
  return text === undefined ? broken(at, "is not valid UTF-8") : parsed(at, text);
}
