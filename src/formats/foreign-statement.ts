import { broken, type Parsed } from "../model/parsed.ts";
import type { ForeignStatement } from "../model/sigstore.ts";
import { parseJson } from "./json.ts";
import { list, mapOf, oneOf, open, readShape, text } from "./shape.ts";
import { MAX_SIGSTORE_BUNDLE_BYTES } from "./sigstore-bundle.ts";

/** GitHub attests up to 1,024 files in one statement. */
const MAX_SUBJECTS = 4096;
const MAX_DIGESTS = 16;
const MAX_PREDICATE_DEPTH = 64;

const statement = open({
  _type: oneOf("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"),
  subject: list(open({ digest: mapOf(text, { max: MAX_DIGESTS }) }), { min: 1, max: MAX_SUBJECTS }),
  predicateType: text,
});

/**
 * An in-toto statement of anybody, v1 or v0.1 (in-toto/attestation, spec). The predicate is not read, but its JSON must
 * have one reading like the rest; it may hold fractions, as scores of scanners do.
 */
export function parseForeignStatement(at: string, payload: Uint8Array): Parsed<ForeignStatement> {
  const limits = { maxBytes: MAX_SIGSTORE_BUNDLE_BYTES, maxDepth: MAX_PREDICATE_DEPTH, fractions: true };
  const read = readShape(parseJson(at, payload, limits), statement);
  if (!read.ok) return read;
  const { predicateType, subject: subjects } = read.value;
  if (predicateType === "") return broken(at, "predicateType must not be empty");
  return { ...read, value: { predicateType, subjects } };
}
