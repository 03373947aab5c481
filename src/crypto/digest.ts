import { createHash } from "node:crypto";
import type { DigestSet, FileDigests } from "../model/digest.ts";

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function digestSet(bytes: Uint8Array): DigestSet {
  return { sha256: sha256Hex(bytes), sha512: createHash("sha512").update(bytes).digest("hex") };
}

export function fileDigests(bytes: Uint8Array): FileDigests {
  return { sha1: createHash("sha1").update(bytes).digest("hex"), ...digestSet(bytes) };
}
