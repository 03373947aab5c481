/** Caps that hold before memory is taken. Each is named in the message of the finding that it causes. */
export const MAX_BUNDLE_BYTES = 0xffff_fffe;
export const MAX_ENTRY_BYTES = 1024 * 1024 * 1024;
export const MAX_TOTAL_BYTES = 0xffff_fffe;
export const MAX_ENTRIES = 65_534;
export const MAX_PATH_BYTES = 240;
export const MAX_PATH_DEPTH = 16;
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
export const MAX_ENVELOPE_BYTES = 1024 * 1024;
export const MAX_SIGNATURES = 32;
export const MAX_JSON_DEPTH = 32;
/** Files in a signature set: more than any threshold could need, small enough to list. */
export const MAX_SIGNATURE_FILES = 256;
