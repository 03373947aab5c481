import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { parseJson, type JsonValue } from "../formats/json.ts";
import { list, open, optional, readShape, shapeProblem, text, type Shape } from "../formats/shape.ts";
import { decodeUtf8 } from "../formats/utf8.ts";
import { MAX_JSON_DEPTH } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";

export const MAX_TRUSTED_ROOT_BYTES = 8 * 1024 * 1024;
const MAX_ROOTS = 16;
const MAX_AUTHORITIES = 64;
const LIMITS = { maxBytes: MAX_TRUSTED_ROOT_BYTES, maxDepth: MAX_JSON_DEPTH };

/** One Sigstore root of a file. */
export interface SigstoreRoot {
  readonly json: JsonValue;
  readonly material: TrustMaterial;
}

/**
 * Reads a Sigstore trusted root (sigstore/protobuf-specs, sigstore_trustroot.proto): one JSON document, or JSON lines of
 * several. Periods must have a start: to the library a log key without one is valid since 1970.
 */
export function parseTrustedRoots(at: string, bytes: Uint8Array): Parsed<readonly TrustMaterial[]> {
  const roots = readSigstoreRoots(at, bytes);
  return roots.ok
    ? parsed(
        at,
        roots.value.map(({ material }) => material),
      )
    : roots;
}

/** As parseTrustedRoots, with the documents themselves. */
export function readSigstoreRoots(at: string, bytes: Uint8Array): Parsed<readonly SigstoreRoot[]> {
  const roots: SigstoreRoot[] = [];
  for (const document of documentsOf(at, bytes)) {
    const root = readShape(document, trustedRoot);
    if (!root.ok) return root;
    try {
      roots.push({ json: root.value, material: toTrustMaterial(TrustedRoot.fromJSON(root.value)) });
    } catch {
      return broken(document.at, "has a key or certificate that cannot be read");
    }
  }
  return roots.length > MAX_ROOTS ? broken(at, `has more than ${MAX_ROOTS} roots`) : parsed(at, roots);
}

function documentsOf(at: string, bytes: Uint8Array): readonly Parsed<JsonValue>[] {
  const whole = parseJson(at, bytes, LIMITS);
  const lines = (decodeUtf8(bytes) ?? "").split("\n").filter((line) => line.trim() !== "");
  if (whole.ok || bytes.byteLength > LIMITS.maxBytes || lines.length < 2) return [whole];
  const each = lines.map((line, index) => parseJson(`${at} line ${index + 1}`, Buffer.from(line), LIMITS));
  return each[0]?.ok === true ? each : [whole];
}

const time: Shape<string> = (value, at) => {
  const found = text(value, at);
  return Number.isNaN(Date.parse(found)) ? shapeProblem(at, "must be a time") : found;
};

const validFor = open({ start: time, end: optional(time) });

const logs = optional(
  list(
    open({
      baseUrl: text,
      logId: open({ keyId: text }),
      publicKey: open({ rawBytes: text, keyDetails: text, validFor }),
    }),
    { max: MAX_AUTHORITIES },
  ),
);

const authority = open({
  certChain: open({ certificates: list(open({ rawBytes: text }), { min: 1, max: 10 }) }),
  validFor,
});

const members = open({
  tlogs: logs,
  ctlogs: logs,
  certificateAuthorities: list(authority, { min: 1, max: MAX_AUTHORITIES }),
  timestampAuthorities: optional(list(authority, { max: MAX_AUTHORITIES })),
});

/** The value itself, once its members are seen to be there. */
const trustedRoot: Shape<JsonValue> = (value, at) => {
  members(value, at);
  return value;
};
