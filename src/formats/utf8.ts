const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of bytes that are UTF-8; undefined for all others. Decoding that replaces what it does not understand would
 * give different bytes the same text. A byte order mark stays a character, for the reader of the text to refuse.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
