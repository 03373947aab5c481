import { parsed, type Parsed } from "../model/parsed.ts";
import { SHA256_HEX } from "../model/digest.ts";
import { TRUST_ROOT_SCHEMA, type TrustRoot } from "../model/trust-root.ts";
import { parseVersion } from "../model/version.ts";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.ts";
import { IDENTITY_ID } from "./keyless-files.ts";
import { parseJson, type JsonValue } from "./json.ts";
import {
  boolean,
  closed,
  integer,
  list,
  oneOf,
  readShape,
  shapeProblem,
  text,
  textLike,
  type Shape,
} from "./shape.ts";
import { parseUtcTime } from "./utc-time.ts";

const MAX_MEMBERS = 256;

const time: Shape<string> = (value, at) =>
  parseUtcTime(text(value, at)) === undefined
    ? shapeProblem(at, "must be YYYY-MM-DDThh:mm:ssZ")
    : text(value, at);
const version: Shape<string> = (value, at) =>
  parseVersion(text(value, at)) === undefined
    ? shapeProblem(at, "must be a strict SemVer version")
    : text(value, at);
const sha256 = textLike(SHA256_HEX, "64 lowercase hex digits");
const name = textLike(/^[\u0020-\u007e]{1,200}$/, "1 to 200 printable ASCII characters");
const memberId = textLike(/^[\u0021-\u007e]{1,200}$/, "a key id or identity id");
const members = list(memberId, { max: MAX_MEMBERS });

const key = closed({
  keyId: sha256,
  algorithm: oneOf("ed25519", "ecdsa-p256"),
  publicKey: textLike(/^[A-Za-z0-9+/]+=*$/, "base64 of an SPKI"),
  holder: name,
  notBefore: time,
  notAfter: time,
});
const identity = closed({
  id: textLike(IDENTITY_ID, "1 to 63 of a-z, 0-9 and -"),
  holder: name,
  issuer: name,
  san: name,
  sourceRepositoryId: textLike(/^[\u0020-\u007e]{0,100}$/, "at most 100 printable ASCII characters"),
  sigstoreRootSha256: sha256,
  requireTlog: boolean,
  requireTimestamp: boolean,
});
const role = closed({ members, threshold: integer(0, MAX_MEMBERS) });
const release = closed({
  line: name,
  channel: oneOf("stable", "rc", "dev"),
  members,
  threshold: integer(0, MAX_MEMBERS),
  minimumVersion: version,
  minimumCounter: integer(0),
  counterEpoch: integer(0),
});
const shape = closed({
  schema: oneOf(TRUST_ROOT_SCHEMA),
  product: textLike(/^[a-z0-9][a-z0-9-]{0,62}$/, "a product name"),
  purpose: oneOf("test", "production"),
  version: integer(1),
  issued: time,
  expires: time,
  keys: list(key, { max: MAX_MEMBERS }),
  identities: list(identity, { max: MAX_MEMBERS }),
  roles: closed({
    root: role,
    waiver: role,
    rebuild: role,
    release: list(release, { min: 1, max: MAX_MEMBERS }),
  }),
  builders: list(closed({ id: name, members, maxBuildLevel: integer(0, 3) }), { max: MAX_MEMBERS }),
  revoked: closed({ members, manifests: list(sha256, { max: 4096 }) }),
  endorsed: list(closed({ version, statementSha256: sha256 }), { max: 4096 }),
});

/**
 * Reads the payload of a trust root envelope (trust-spec section 4): strict, canonical, every member known. Whether the
 * root makes sense (thresholds, key ids, roles) is `trustRootProblems`; whether it is signed is the caller's to check.
 */
export function parseTrustRoot(at: string, payload: Uint8Array): Parsed<TrustRoot> {
  const root = readShape(parseCanonicalJson(at, payload), shape);
  return root.ok ? parsed(at, root.value) : root;
}

export function writeTrustRoot(root: TrustRoot): Uint8Array {
  return canonicalJson(root as unknown as JsonValue);
}

/** Reads an unsigned draft: the same strict shape, but people may have laid out its JSON by hand. */
export function readTrustRootDraft(at: string, bytes: Uint8Array): Parsed<TrustRoot> {
  return readShape(parseJson(at, bytes), shape);
}
