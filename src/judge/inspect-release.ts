import { fileDigests } from "../crypto/digest.ts";
import { inspectBinary } from "../formats/binary.ts";
import { parseChecksums } from "../formats/checksums.ts";
import type { BinaryFacts } from "../model/binary.ts";
import type { Sighting } from "../model/check.ts";
import type { ContainerEntry } from "../model/container.ts";
import type { DigestSet, FileDigests } from "../model/digest.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE, MANIFEST_MARKDOWN_FILE } from "../model/layers.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import { broken, parsed, valueOf, type Parsed } from "../model/parsed.ts";
import type { InspectedFile, Release } from "../model/release.ts";
import { DocumentShelf } from "./document-shelf.ts";
import type { JudgedContainer } from "./open-container.ts";

/** An inspected package, and the raw bytes of its documents (never of its binaries, which can be large). */
export interface Inspection {
  readonly release: Release;
  readonly documentBytes: ReadonlyMap<string, Uint8Array>;
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
 * (trust-spec section 6, steps 7 and 8). Stops at the first file whose data is damaged.
 */
export function inspectRelease(
  container: JudgedContainer,
  rule: ReadingRule,
  { documentBytes: maxBytes }: Limits = DEFAULT_LIMITS,
): InspectionResult {
  const list = readList(container, rule);
  if (!list.ok) return list;
  const bytesByPath = new Map<string, Uint8Array>();
  const documents = new Map<string, Parsed<Uint8Array>>();
  const files = new Map<string, InspectedFile>();
  for (const entry of container.entries) {
    const reading = container.tryRead(entry.path);
    if (!reading.ok) return { ok: false, sightings: [reading.sighting] };
    const { bytes } = reading;
    const digests = fileDigests(bytes);
    const refusal = list.mayParse(entry.path, digests);
    files.set(entry.path, inspectFile(entry, bytes, digests, refusal));
    if (!isDocument(entry)) continue;
    if (entry.path !== CHECKSUMS_FILE && bytes.byteLength > maxBytes) {
      const size = `is ${bytes.byteLength} bytes; the limit is ${maxBytes} (limit document-size)`;
      documents.set(entry.path, broken(entry.path, size));
      continue;
    }
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
    },
  };
}

interface ReadList {
  readonly ok: true;
  /** The reason why bytes with these digests may not be parsed; undefined when they may. */
  readonly mayParse: (path: string, digests: FileDigests) => string | undefined;
}

function readList(
  container: JudgedContainer,
  rule: ReadingRule,
): ReadList | (InspectionResult & { readonly ok: false }) {
  if (rule === "everything") return { ok: true, mayParse: () => undefined };
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
    mayParse: (path, digests) =>
      listed.get(path) === digests.sha256 ? undefined : "was not parsed: its bytes are not the listed ones",
  };
}

function nothingListed(reason: string): ReadList {
  return { ok: true, mayParse: () => `was not parsed: ${reason}` };
}

function inspectFile(
  { path, mode }: ContainerEntry,
  bytes: Uint8Array,
  digests: FileDigests,
  refusal: string | undefined,
): InspectedFile {
  const facts = { path, mode, sizeBytes: bytes.byteLength, ...digests };
  const binary = refusal === undefined ? binaryFacts(path, bytes) : undefined;
  return binary === undefined ? facts : { ...facts, binary };
}

function binaryFacts(path: string, bytes: Uint8Array): Parsed<BinaryFacts> | undefined {
  const facts = inspectBinary(bytes);
  if (facts === undefined) return undefined;
  return facts.ok ? parsed(path, facts.facts) : broken(path, facts.reason);
}

/** Documents stand at the top of the package (trust-spec section 1). */
function isDocument({ path }: ContainerEntry): boolean {
  return !path.includes("/") && /\.(?:json|txt|md)$/.test(path);
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
  return parsed(at, Buffer.from(bytes).toString("utf8"));
}
