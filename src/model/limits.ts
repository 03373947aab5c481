/** Caps that hold before memory is taken. Each is named in the message of the finding that it causes. */
export const MAX_BUNDLE_BYTES = 0xffff_fffe;
export const MAX_ENTRY_BYTES = 1024 * 1024 * 1024;
export const MAX_TOTAL_BYTES = 0xffff_fffe;
export const MAX_ENTRIES = 65_534;
/** The central directory may take this much, and so much more for each entry that it announces. */
export const MAX_DIRECTORY_BYTES = 1024 * 1024;
export const MAX_DIRECTORY_BYTES_PER_ENTRY = 512;
export const MAX_PATH_BYTES = 240;
export const MAX_PATH_DEPTH = 16;
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
export const MAX_ENVELOPE_BYTES = 1024 * 1024;
export const MAX_SIGNATURES = 32;
/** A `.sig.json` of the existing system. */
export const MAX_LEGACY_SIGNATURE_BYTES = 64 * 1024;
/** A file that it signs: Ed25519 reads its whole message twice, so all of it is in memory. */
export const MAX_LEGACY_SIGNED_BYTES = 128 * 1024 * 1024;
/** Verifying one takes two milliseconds; a signed provenance names fewer files than this. */
export const MAX_LEGACY_SIGNATURES = 4096;
export const MAX_JSON_DEPTH = 32;
/** Files in a signature set: more than any threshold could need, small enough to list. */
export const MAX_SIGNATURE_FILES = 256;
/** All files together may be so many times as large as their zip; deflate itself reaches 1032. */
export const MAX_EXPANSION = 256;
/** What unpacks to less than this harms nobody, however small its zip is. */
export const EXPANSION_FREE_BYTES = 64 * 1024 * 1024;
/** What node:crypto hashes in one call. */
export const MAX_RAISED_ENTRY_BYTES = 0x7fff_ffff;

/** The caps that a policy may raise; all others are the profile's or a format's own. */
export interface Limits {
  /** One file of the package. */
  readonly entryBytes: number;
  /** One document of the package, which is parsed as a whole. */
  readonly documentBytes: number;
  readonly expansion: number;
}

export const DEFAULT_LIMITS: Limits = {
  entryBytes: MAX_ENTRY_BYTES,
  documentBytes: MAX_DOCUMENT_BYTES,
  expansion: MAX_EXPANSION,
};

export interface RaisableLimit {
  /** As people write it: `--raise-limit entry-size=2GiB`. */
  readonly name: string;
  readonly member: keyof Limits;
  readonly unit: "bytes" | "times";
  readonly most: number;
}

export const RAISABLE_LIMITS: readonly RaisableLimit[] = [
  { name: "entry-size", member: "entryBytes", unit: "bytes", most: MAX_RAISED_ENTRY_BYTES },
  { name: "document-size", member: "documentBytes", unit: "bytes", most: 256 * 1024 * 1024 },
  { name: "expansion", member: "expansion", unit: "times", most: 1032 },
];

/** Caps that have a name and cannot be raised: without them it would be another format. */
export const FIXED_LIMITS: ReadonlyMap<string, number> = new Map([
  ["archive-size", MAX_BUNDLE_BYTES],
  ["total-size", MAX_TOTAL_BYTES],
  ["entries", MAX_ENTRIES],
  ["path-length", MAX_PATH_BYTES],
  ["path-depth", MAX_PATH_DEPTH],
  ["envelope-size", MAX_ENVELOPE_BYTES],
  ["signatures", MAX_SIGNATURES],
  ["legacy-signature-size", MAX_LEGACY_SIGNATURE_BYTES],
  ["legacy-signed-size", MAX_LEGACY_SIGNED_BYTES],
  ["legacy-signatures", MAX_LEGACY_SIGNATURES],
  ["signature-files", MAX_SIGNATURE_FILES],
  ["json-depth", MAX_JSON_DEPTH],
]);
