import { hash } from "node:crypto";

/** SHA-256 as lowercase hex: ids that a format derives from its own content. `formats` stands left of `crypto`. */
export function contentDigest(content: Uint8Array | string): string {
  return hash("sha256", content, "hex");
}
