import { bundleToJSON } from "@sigstore/bundle";
import { Failure } from "../model/failure.ts";
import { ForeignOrigin, withinOrigins } from "./origin-guard.ts";

/** Where a signature is made and witnessed. */
export interface SigningServices {
  readonly fulcioUrl: string;
  readonly rekor: { readonly url: string; readonly api: 1 | 2 } | undefined;
  readonly tsaUrl: string | undefined;
  readonly timeoutSeconds: number;
}

export interface SigningRequest {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly token: string;
  readonly services: SigningServices;
}

const RETRIES = 3;
/** The first pause before a request is tried again; each next one is twice as long. */
const FIRST_PAUSE_MS = 200;

/**
 * Signs a statement with a key that lives for this one signature, has it certified for the bearer of the token, and has
 * log and timestamp authority witness it. The packages that speak to a network are loaded here, when this is asked for.
 * @returns The Sigstore bundle, in its JSON form with one LF.
 * No request leaves for another place than the services: the library follows redirects, and would hand the token on.
 * @throws Failure "service". It never quotes what a service answered: answers may repeat the token.
 */
export async function signWithSigstore(request: SigningRequest): Promise<Uint8Array> {
  const { payload, payloadType: type, token, services } = request;
  const { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } = await import("@sigstore/sign");
  const { fulcioUrl, rekor, tsaUrl, timeoutSeconds } = services;
  const net = {
    timeout: timeoutSeconds * 1000,
    retry: { retries: RETRIES, minTimeout: FIRST_PAUSE_MS, factor: 2 },
  };
  const signer = new FulcioSigner({
    fulcioBaseURL: fulcioUrl,
    identityProvider: { getToken: async () => Promise.resolve(token) },
    ...net,
  });
  const logs = rekor === undefined ? [] : [{ rekorBaseURL: rekor.url, majorApiVersion: rekor.api }];
  const witnesses = [
    // An entry that stands there already is this very signature, whose first answer was lost.
    ...logs.map((log) => new RekorWitness({ ...log, fetchOnConflict: true, ...net })),
    ...(tsaUrl === undefined ? [] : [new TSAWitness({ tsaBaseURL: tsaUrl, ...net })]),
  ];
  const builder = new DSSEBundleBuilder({ signer, witnesses });
  const urls = [fulcioUrl, rekor?.url, tsaUrl].filter((url) => url !== undefined);
  try {
    const { result: bundle, requests } = await withinOrigins(urls, async () =>
      builder.create({ data: Buffer.from(payload), type }),
    );
    if (requests > 0) return Buffer.from(`${JSON.stringify(bundleToJSON(bundle))}\n`);
  } catch (error) {
    throw failureOf(error, services);
  }
  throw new Failure("internal", "nobody saw where the requests to Sigstore went");
}

interface Step {
  readonly what: string;
  readonly at: (services: SigningServices) => string | undefined;
  /** What may be public by then. */
  readonly left: string;
}

const NOTHING_LEFT = "nothing was written, and no log has an entry; run it again";
const ENTRY_LEFT =
  "nothing was written, but a log may have the entry already; run it again when the service is back";

const STEPS: ReadonlyMap<unknown, Step> = new Map<unknown, Step>([
  [
    "CA_CREATE_SIGNING_CERTIFICATE_ERROR",
    {
      what: "the certificate authority issued no certificate",
      at: ({ fulcioUrl }) => fulcioUrl,
      left: NOTHING_LEFT,
    },
  ],
  [
    "TLOG_CREATE_ENTRY_ERROR",
    { what: "the log took no entry", at: ({ rekor }) => rekor?.url, left: ENTRY_LEFT },
  ],
  [
    "TLOG_FETCH_ENTRY_ERROR",
    { what: "the log has an entry and does not show it", at: ({ rekor }) => rekor?.url, left: ENTRY_LEFT },
  ],
  [
    "TSA_CREATE_TIMESTAMP_ERROR",
    { what: "the authority for times gave no timestamp", at: ({ tsaUrl }) => tsaUrl, left: ENTRY_LEFT },
  ],
]);

function failureOf(error: unknown, services: SigningServices): Failure {
  // Where to is theirs to say, and nothing for a terminal.
  if (error instanceof ForeignOrigin)
    return new Failure("service", "a service of Sigstore redirects to another place", {
      expected: "answers from the addresses that were named, and from nowhere else",
      hint: "nothing was sent there, and nothing was written; name the services' own addresses: --fulcio-url, --rekor-url, --tsa-url",
    });
  const step = STEPS.get(memberOf(error, "code"));
  const at = step?.at(services);
  return new Failure("service", step?.what ?? "a service of Sigstore gave an answer that cannot be used", {
    ...(at === undefined ? {} : { at }),
    found: reasonOf(memberOf(error, "cause"), services.timeoutSeconds),
    hint: step?.left ?? ENTRY_LEFT,
  });
}

/** A status, a code of the system, or that nothing came: never words that came from outside. */
function reasonOf(cause: unknown, timeoutSeconds: number): string {
  const status = memberOf(cause, "statusCode");
  if (typeof status === "number") return `HTTP ${status}`;
  if (memberOf(cause, "type") === "request-timeout") return `no answer within ${timeoutSeconds} s`;
  const code = memberOf(cause, "code");
  return typeof code === "string" && /^E[A-Z]{2,20}$/.test(code) ? code : "no usable answer";
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
