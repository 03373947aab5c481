import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { parseJson } from "./json.ts";
import {
  boolean,
  integer,
  list,
  open,
  optional,
  readShape,
  shapeProblem,
  text,
  type Shape,
} from "./shape.ts";

export const MAX_TOKEN_BYTES = 32 * 1024;
const MAX_CLAIMS_DEPTH = 8;
const FORM = /^[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/;

/** What an identity token says of its bearer (OpenID Connect Core, section 2); nothing of it is proven here. */
export interface IdentityClaims {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Seconds since 1970, as are the other times. */
  readonly expires: number;
  readonly notBefore: number | undefined;
  readonly subject: string;
  readonly email: string | undefined;
  readonly isEmailVerified: boolean;
  /** Of GitHub: the workflow as `OWNER/REPO/PATH@REF`, and the id of the repository. */
  readonly workflowRef: string | undefined;
  readonly repositoryId: string | undefined;
}

const MAX_AUDIENCES = 16;

const several = list(text, { max: MAX_AUDIENCES });
const audiences: Shape<readonly string[]> = (value, at) =>
  typeof value === "string" ? [value] : several(value, at);

/** GitHub writes it as text, others as a word. */
const verified: Shape<boolean> = (value, at) => (value === "true" ? true : boolean(value, at));

const claims = open({
  iss: text,
  aud: audiences,
  exp: integer(0),
  nbf: optional(integer(0)),
  sub: text,
  email: optional(text),
  email_verified: optional(verified),
  job_workflow_ref: optional(text),
  repository_id: optional(text),
});

const identity: Shape<IdentityClaims> = (value, at) => {
  const read = claims(value, at);
  if (read.sub === "") return shapeProblem(at, "must name a subject");
  return {
    issuer: read.iss,
    audiences: read.aud,
    expires: read.exp,
    notBefore: read.nbf,
    subject: read.sub,
    email: read.email,
    isEmailVerified: read.email_verified ?? false,
    workflowRef: read.job_workflow_ref,
    repositoryId: read.repository_id,
  };
};

/**
 * Reads the claims of a JSON Web Token (RFC 7519) in its compact form. Its signature is the certificate authority's to
 * verify. Reasons never quote the token: it is a password for some minutes.
 */
export function parseIdentityToken(at: string, token: string): Parsed<IdentityClaims> {
  if (token.length > MAX_TOKEN_BYTES) return broken(at, `has more than ${MAX_TOKEN_BYTES} letters`);
  const [, payload] = FORM.exec(token) ?? [];
  if (payload === undefined) return broken(at, "is not three parts of base64url");
  const limits = { maxBytes: MAX_TOKEN_BYTES, maxDepth: MAX_CLAIMS_DEPTH };
  const read = readShape(parseJson(at, Buffer.from(payload, "base64url"), limits), identity);
  return read.ok ? parsed(at, read.value) : broken(at, "has no claims that can be read");
}
