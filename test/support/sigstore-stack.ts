import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fulcioHandler, initializeCA, initializeCTLog, initializeTSA, tsaHandler } from "@sigstore/mock";
import { rekorV1, rekorV2, type Answer } from "./rekor.ts";
import { base64, bytesOf, keyPair, sha256, spkiOf } from "./sigstore-world.ts";

export const SERVICES = ["fulcio", "rekor", "rekorV2", "tsa", "github"] as const;
export type Service = (typeof SERVICES)[number];

/**
 * What a service does with one request instead of answering it. "elsewhere-STATUS": a redirect to where tokens are
 * collected; "moved": to another path of its own.
 */
export type Fault = "503" | "400" | "reset" | "hang" | "lost" | `elsewhere-${RedirectStatus}` | "moved";
type RedirectStatus = "301" | "302" | "303" | "307" | "308";

/** A request that arrived. */
export interface Hit {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Fulcio with a CT log, Rekor of both API versions, a timestamp authority and GitHub's tokens, over HTTP on loopback. */
export interface SigstoreStack {
  readonly urls: Readonly<Record<Service, string>>;
  /** What verifiers trust of it. */
  readonly trustedRoot: object;
  readonly hits: readonly Hit[];
  /** The next requests to a service meet these faults, in order. "lost": it is done, and the answer never comes. */
  fail(service: Service, ...faults: readonly Fault[]): void;
  /** What GitHub's endpoint hands out. */
  giveToken(token: string): void;
  /** Forgets hits and faults. */
  reset(): void;
  close(): Promise<void>;
}

/** The claim that the certificate authority takes the name from. */
const NAME_CLAIM = "test_name";

export interface TokenClaims {
  readonly [name: string]: unknown;
}

function part(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

/** An identity token as GitHub makes them; its signature is not looked at by anybody here. */
export function identityToken(name: string, claims: TokenClaims): string {
  const signature = Buffer.from("signature-canary").toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part({ sub: "subject", [NAME_CLAIM]: name, ...claims })}.${signature}`;
}

type Handler = (request: Hit) => Promise<Answer>;

/** Every key is a service's own: with one for all, a test with the wrong key would pass. Times are those of `Date`. */
export async function sigstoreStack(): Promise<SigstoreStack> {
  const [ctKeys, caKeys, tsaKeys] = [keyPair(), keyPair(), keyPair()];
  const ctLog = await initializeCTLog(ctKeys);
  const ca = await initializeCA(caKeys, ctLog);
  const fulcio = fulcioHandler(ca, { subjectClaim: NAME_CLAIM });
  const firstTsa = await initializeTSA(tsaKeys);
  const [v1, v2] = [rekorV1(), rekorV2()];
  let token = "";
  const hits: Hit[] = [];
  const faults = new Map<Service, Fault[]>();
  const logOf = (log: typeof v1, service: "rekor" | "rekorV2"): Handler => {
    const name = (): string => new URL(urls[service]).host;
    return async ({ method, path, body }) =>
      Promise.resolve(
        method === "GET"
          ? log.find(path.split("/").at(-1) ?? "", name())
          : log.create(JSON.parse(body), name()),
      );
  };
  const handlers: Readonly<Record<Service, Handler>> = {
    fulcio: async ({ body }) => mocked(await fulcio.fn(body)),
    rekor: logOf(v1, "rekor"),
    rekorV2: logOf(v2, "rekorV2"),
    // Fractions of a second and a certificate of its own for each request are what the package would do.
    tsa: async ({ body }) => {
      const clock = new Date(Math.floor(Date.now() / 1000) * 1000);
      return mocked(await tsaHandler(await initializeTSA(tsaKeys, clock)).fn(body));
    },
    github: async () => Promise.resolve({ status: 200, body: { value: token } }),
  };
  const servers = SERVICES.map((service) =>
    createServer((request, response) => {
      void serve(service, request, response);
    }),
  );
  await Promise.all(servers.map(listen));
  const urls = Object.fromEntries(
    SERVICES.map((service, index) => [service, urlOf(servers[index])]),
  ) as Record<Service, string>;

  async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "" } = request;
    const hit = { service, method, path, body: Buffer.concat(chunks).toString("utf8") };
    hits.push(hit);
    const fault = faults.get(service)?.shift();
    if (fault === "hang") return;
    if (fault === "503" || fault === "400") {
      // As real services do, it repeats what it was sent.
      send(response, { status: Number(fault), body: { message: `cannot serve ${hit.body}` } });
      return;
    }
    if (fault === "moved" || fault?.startsWith("elsewhere-") === true) {
      const [to, status] = fault === "moved" ? [urls[service], "307"] : [urls.github, fault.slice(-3)];
      send(response, { status: Number(status), body: {}, location: `${to}${path}` });
      return;
    }
    const answer = fault === "reset" ? undefined : await handlers[service](hit);
    if (answer === undefined || fault === "lost") request.socket.resetAndDestroy();
    else send(response, answer);
  }

  const start = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString();
  const chainOf = (...chain: readonly ArrayBufferView[]): object => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: base64(bytesOf(der)) })) },
    validFor: { start },
  });
  return {
    urls,
    hits,
    trustedRoot: {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [v1.trustedLog(urls.rekor, start), v2.trustedLog(urls.rekorV2, start)],
      certificateAuthorities: [chainOf(ca.rootCertificate)],
      ctlogs: [
        {
          baseUrl: "https://ct.example",
          hashAlgorithm: "SHA2_256",
          publicKey: {
            rawBytes: base64(spkiOf(ctKeys.publicKey)),
            keyDetails: "PKIX_ECDSA_P256_SHA_256",
            validFor: { start },
          },
          logId: { keyId: base64(sha256(spkiOf(ctKeys.publicKey))) },
        },
      ],
      timestampAuthorities: [chainOf(firstTsa.intCertificate, firstTsa.rootCertificate)],
    },
    fail: (service, ...more) => {
      faults.set(service, [...(faults.get(service) ?? []), ...more]);
    },
    giveToken: (given) => {
      token = given;
    },
    reset: () => {
      hits.length = 0;
      faults.clear();
    },
    close: async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function mocked(result: {
  readonly statusCode: number;
  readonly response: string | ArrayBufferView;
}): Answer {
  const { statusCode: status, response } = result;
  return { status, body: typeof response === "string" ? Buffer.from(response) : bytesOf(response) };
}

async function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
}

function urlOf(server: Server | undefined): string {
  const address = server?.address() as AddressInfo | undefined;
  return `http://127.0.0.1:${address?.port ?? 0}`;
}

function send(response: ServerResponse, { status, body, location }: Answer): void {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": bytes.byteLength,
    ...(location === undefined ? {} : { location }),
  });
  response.end(bytes);
}
