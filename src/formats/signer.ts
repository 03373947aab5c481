import type { Parsed } from "../model/parsed.ts";
import { parseJson } from "./json.ts";
import { closed, integer, list, oneOf, readShape, textLike } from "./shape.ts";

/** How a program is asked for signatures, schema `cavra.signer/1`: a file of the user's own, never one of a release. */
export interface SignerDescription {
  readonly schema: typeof SIGNER_SCHEMA;
  /** SPKI PEM; a path relative to this file. */
  readonly publicKey: string;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  /** What its stdin gets: the whole message, or only its SHA-256 (32 bytes), for tokens that sign digests with P-256. */
  readonly input: "message" | "sha256";
  /** Names of variables that it is given beside PATH, HOME, LANG, TMPDIR and what Windows needs. */
  readonly environment: readonly string[];
  readonly timeoutSeconds: number;
}

export const SIGNER_SCHEMA = "cavra.signer/1";

const MAX_ARGUMENTS = 64;
const argument = textLike(/^[^\0]{1,4096}$/, "1 to 4096 letters");

const shape = closed({
  schema: oneOf(SIGNER_SCHEMA),
  publicKey: argument,
  command: list(argument, { min: 1, max: MAX_ARGUMENTS }),
  input: oneOf("message", "sha256"),
  environment: list(textLike(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, "the name of a variable"), {
    max: MAX_ARGUMENTS,
  }),
  timeoutSeconds: integer(1, 3600),
});

/** Reads a description strictly: every member is there and none is unknown. */
export function parseSignerDescription(at: string, bytes: Uint8Array): Parsed<SignerDescription> {
  return readShape(parseJson(at, bytes), shape);
}
