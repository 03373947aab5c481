import { posix } from "node:path";
import { parseJson, type JsonObject, type JsonValue } from "../../formats/json.ts";
import { SHA256_HEX } from "../../model/digest.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import { decodeUtf8 } from "../../formats/utf8.ts";

const SUM_LINE = /^([0-9a-fA-F]{64}) [ *](.+)$/;
const MAX_LINES = 100_000;

/**
 * The SHA-256 that a sha256sum list gives for one file. `listPath` and `filePath` are relative to the source root; names
 * in the list are relative to the list's folder, as `sha256sum -c` reads them there, or to the root.
 */
export function digestInList(listPath: string, bytes: Uint8Array, filePath: string): Parsed<string> {
  const lines = decodeUtf8(bytes)?.split(/\r?\n/);
  if (lines === undefined) return broken(listPath, "is not valid UTF-8");
  if (lines.length > MAX_LINES) return broken(listPath, `has more than ${MAX_LINES} lines`);
  const digests = new Set<string>();
  for (const line of lines) {
    const [, digest, name] = SUM_LINE.exec(line) ?? [];
    if (digest === undefined || name === undefined) continue;
    const named = [posix.join(posix.dirname(listPath), name), posix.normalize(name)];
    if (named.includes(filePath)) digests.add(digest.toLowerCase());
  }
  const [first, second] = digests;
  if (first === undefined) return broken(listPath, `does not list ${filePath}`);
  return second === undefined
    ? parsed(listPath, first)
    : broken(listPath, `lists ${filePath} with two digests`);
}

/**
 * Every SHA-256 of a subject in a provenance file: a bare in-toto statement, a DSSE envelope or a Sigstore bundle, or
 * one of these on each line. The signature is not looked at: here a file is only compared with what it came with.
 */
export function subjectDigests(path: string, bytes: Uint8Array): Parsed<ReadonlySet<string>> {
  const whole = parseJson(path, bytes);
  const texts = whole.ok ? [] : (decodeUtf8(bytes) ?? "").split("\n").filter((line) => line.trim() !== "");
  const documents = whole.ok ? [whole] : texts.map((text) => parseJson(path, Buffer.from(text, "utf8")));
  const digests = new Set<string>();
  for (const document of documents) {
    if (!document.ok) return whole.ok ? document : whole;
    const found = statementDigests(document.value);
    if (found === undefined) return broken(path, "is no in-toto statement, DSSE envelope or Sigstore bundle");
    for (const digest of found) digests.add(digest);
  }
  return digests.size === 0 ? broken(path, "names no subject with a SHA-256") : parsed(path, digests);
}

function statementDigests(value: JsonValue): readonly string[] | undefined {
  const document = objectOf(value);
  const envelope = objectOf(document?.["dsseEnvelope"]) ?? document;
  const payload = envelope?.["payload"];
  const statement = typeof payload === "string" ? decodedStatement(payload) : document;
  const subjects = statement?.["subject"];
  if (!Array.isArray(subjects)) return undefined;
  return (subjects as readonly JsonValue[]).flatMap((subject) => {
    const digest = objectOf(objectOf(subject)?.["digest"])?.["sha256"];
    return typeof digest === "string" && SHA256_HEX.test(digest) ? [digest] : [];
  });
}

function decodedStatement(payload: string): JsonObject | undefined {
  const statement = parseJson("payload", Buffer.from(payload, "base64"));
  return statement.ok ? objectOf(statement.value) : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
