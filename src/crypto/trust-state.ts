import { canonicalJson, packagedJson, parsePackagedJson } from "../formats/canonical-json.ts";
import type { JsonValue } from "../formats/json.ts";
import {
  closed,
  integer,
  mapOf,
  oneOf,
  readShape,
  shapeProblem,
  text,
  textLike,
  type Shape,
} from "../formats/shape.ts";
import { formatUtcTime, parseUtcTime } from "../formats/utc-time.ts";
import { SHA256_HEX } from "../model/digest.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { TrustState } from "../model/trust-state.ts";
import { parseVersion } from "../model/version.ts";
import { sha256Hex } from "./digest.ts";

/** Product, package, line and channel of everything that one machine installs of one product. */
const MAX_STREAMS = 4096;
const SCHEMA = "cavra.trust-state/1";

const sha256 = textLike(SHA256_HEX, "64 lowercase hex digits");
const time: Shape<number> = (value, at) =>
  parseUtcTime(text(value, at)) ?? shapeProblem(at, "must be YYYY-MM-DDThh:mm:ssZ");
const version: Shape<string> = (value, at) =>
  parseVersion(text(value, at)) === undefined
    ? shapeProblem(at, "must be a strict SemVer version")
    : text(value, at);
const release = closed({ counterEpoch: integer(0), counter: integer(0), version, manifestSha256: sha256 });
const shape = closed({
  schema: oneOf(SCHEMA),
  product: text,
  rootVersion: integer(1),
  rootSha256: sha256,
  latestTime: time,
  streams: mapOf(release, { max: MAX_STREAMS }),
  sha256,
});

/**
 * The record as it lies on disk: a packaged document whose `sha256` is that of all its other members (RFC 8785). The
 * digest tells damage, not tampering: who can write the user's folder can write the pin too.
 */
export function writeTrustState(state: TrustState): Uint8Array {
  const content = contentOf(state);
  return packagedJson({ ...content, sha256: sha256Hex(canonicalJson(content)) });
}

function contentOf({ product, rootVersion, rootSha256, latestTime, streams }: TrustState): {
  readonly [member: string]: JsonValue;
} {
  return {
    schema: SCHEMA,
    product,
    rootVersion,
    rootSha256,
    latestTime: formatUtcTime(latestTime),
    streams: Object.fromEntries([...streams].map(([name, one]) => [name, { ...one }])),
  };
}

/** Reads a record of this product; broken when one bit of it is not as it was written. */
export function parseTrustState(at: string, bytes: Uint8Array, product: string): Parsed<TrustState> {
  const read = readShape(parsePackagedJson(at, bytes), shape);
  if (!read.ok) return read;
  const { schema: _schema, sha256: digest, ...state } = read.value;
  if (state.product !== product) return broken(at, `is the record of another product`);
  if (sha256Hex(canonicalJson(contentOf(state))) !== digest) return broken(at, "does not fit its own digest");
  return parsed(at, state);
}
