import type { IdentityClaims } from "../formats/identity-token.ts";
import { formatUtcTime } from "../formats/utc-time.ts";
import type { SigningServices } from "../io/sigstore-client.ts";
import { Failure } from "../model/failure.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import type { TrustedIdentity, TrustRoot } from "../model/trust-root.ts";

/** For whom tokens must be made out: what the certificate authorities of Sigstore ask for. */
export const AUDIENCE = "sigstore";
/** A token that ends sooner could run out between two requests. */
const LEAST_SECONDS_LEFT = 30;
/** What clocks may differ by. */
const CLOCK_TOLERANCE_SECONDS = 60;

/**
 * The identity of the root that signs this release: the one that was named, or the only one of its stream. Throws
 * Failure "refused" where none may, and "usage" where several could.
 */
export function demandIdentity(
  { identities, roles, revoked }: TrustRoot,
  { predicate: { line, channel } }: ReleaseStatement,
  named: string | undefined,
): TrustedIdentity {
  const role = roles.release.find((each) => each.line === line && each.channel === channel);
  const usable = identities.filter(
    ({ id }) => role?.members.includes(id) === true && !revoked.members.includes(id),
  );
  const chosen = named === undefined ? usable : usable.filter(({ id }) => id === named);
  const [only, another] = chosen;
  const ids = usable.map(({ id }) => id).join(", ");
  if (only === undefined) {
    throw new Failure("refused", "no such identity may sign this release", {
      at: `${line}/${channel}`,
      expected: ids === "" ? "an identity in the release role of the trust root" : ids,
      ...(named === undefined ? {} : { found: named }),
      hint: "who may: cavra trust show ROOT; list one: cavra trust add-identity --help",
    });
  }
  if (another === undefined) return only;
  throw new Failure("usage", "several identities may sign this release; say which one this is", {
    found: ids,
    hint: "add --identity ID",
  });
}

/**
 * Holds a token against the identity that is to sign, before anything is sent: a signature that nobody will count stands
 * in a public log for ever. Throws Failure "refused"; never quotes the token.
 * @param source Where the token came from.
 * @param now Seconds since 1970, UTC.
 */
export function demandToken(
  source: string,
  claims: IdentityClaims,
  identity: TrustedIdentity,
  now: number,
): void {
  const refuse = (message: string, expected: string, found: string): never => {
    throw new Failure("refused", message, { at: source, expected, found });
  };
  const { issuer, audiences, expires, notBefore, email, workflowRef, repositoryId } = claims;
  if (audiences.length !== 1 || audiences[0] !== AUDIENCE)
    refuse("the identity token is made out for somebody else", AUDIENCE, audiences.join(", "));
  if (expires < now + LEAST_SECONDS_LEFT)
    refuse("the identity token has run out, or is about to", `after ${timeText(now)}`, timeText(expires));
  if (notBefore !== undefined && notBefore > now + CLOCK_TOLERANCE_SECONDS)
    refuse("the identity token is not valid yet", `before ${timeText(now)}`, timeText(notBefore));
  if (issuer !== identity.issuer) refuse("the identity token is of another issuer", identity.issuer, issuer);
  if (email !== undefined && (email !== identity.san || !claims.isEmailVerified))
    refuse("the identity token is somebody else's, or its address is not verified", identity.san, email);
  if (workflowRef !== undefined && !identity.san.endsWith(`/${workflowRef}`))
    refuse("the identity token is of another workflow", identity.san, workflowRef);
  if (repositoryId !== undefined && repositoryId !== identity.sourceRepositoryId)
    refuse("the identity token is of another repository", identity.sourceRepositoryId, repositoryId);
}

/** A token may name any number for a time. */
function timeText(seconds: number): string {
  return seconds <= MAX_SHOWN_TIME ? formatUtcTime(seconds) : `${seconds}`;
}

/** 9999-12-31T23:59:59Z. */
const MAX_SHOWN_TIME = 253_402_300_799;

export interface ServiceFlags {
  readonly fulcioUrl: string;
  readonly rekorUrl: string | undefined;
  readonly rekorApi: 1 | 2;
  readonly tsaUrl: string | undefined;
  readonly timeoutSeconds: number;
}

/** The public instance of the OpenSSF. */
export const PUBLIC_SERVICES = {
  fulcio: "https://fulcio.sigstore.dev",
  rekor: "https://rekor.sigstore.dev",
  tsa: "https://timestamp.sigstore.dev",
} as const;

/**
 * The services for what the identity's signature needs: a log where one is required, and an authority for times where a
 * timestamp is, or where nothing else would prove a time (the second API of Rekor has none). Throws Failure "usage".
 */
export function servicesFor(
  { requireTlog, requireTimestamp }: TrustedIdentity,
  flags: ServiceFlags,
): SigningServices {
  const { fulcioUrl, rekorUrl, rekorApi, tsaUrl, timeoutSeconds } = flags;
  const needsLog = requireTlog || rekorUrl !== undefined;
  const needsTime = requireTimestamp || tsaUrl !== undefined || !needsLog || rekorApi === 2;
  for (const [flag, url] of Object.entries({
    "--fulcio-url": fulcioUrl,
    "--rekor-url": rekorUrl,
    "--tsa-url": tsaUrl,
  })) {
    if (url !== undefined) demandPrivateUrl(flag, url);
  }
  return {
    fulcioUrl: withoutSlash(fulcioUrl),
    rekor: needsLog ? { url: withoutSlash(rekorUrl ?? PUBLIC_SERVICES.rekor), api: rekorApi } : undefined,
    tsaUrl: needsTime ? withoutSlash(tsaUrl ?? PUBLIC_SERVICES.tsa) : undefined,
    timeoutSeconds,
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Whoever reads the token on its way can sign as its bearer. Throws Failure "usage". */
export function demandPrivateUrl(flag: string, url: string): void {
  const { protocol, hostname, username, password } = URL.parse(url) ?? {};
  const isPrivate = protocol === "https:" || (protocol === "http:" && LOOPBACK.has(hostname ?? ""));
  if (isPrivate && username === "" && password === "") return;
  throw new Failure("usage", `${flag} is not an https address`, { at: flag, expected: "https://HOST" });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
