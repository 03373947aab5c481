import { MAX_TOKEN_BYTES } from "../formats/identity-token.ts";
import { parseJson } from "../formats/json.ts";
import { open, readShape, text } from "../formats/shape.ts";
import { Failure } from "../model/failure.ts";
import { environmentVariable, hostEnvironment } from "./environment.ts";
import { runProcess } from "./process.ts";
import { readSecret } from "./secret-file.ts";

/** A password for some minutes: it goes to the certificate authority and nowhere else. */
export interface IdentityToken {
  readonly token: string;
  /** Where it came from, for messages. */
  readonly source: string;
}

export interface TokenRequest {
  /** `--identity-token-file FILE`. */
  readonly file: string | undefined;
  readonly audience: string;
  readonly timeoutMs: number;
}

/** Of GitLab and of everybody who brings a token of their own. */
const TOKEN_VARIABLE = "SIGSTORE_ID_TOKEN";
const [GITHUB_URL, GITHUB_TOKEN] = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
const BUILDKITE_TOKEN = "BUILDKITE_AGENT_ACCESS_TOKEN";
const MAX_ATTEMPTS = 3;
const MAX_ANSWER_BYTES = 2 * MAX_TOKEN_BYTES;

/**
 * An identity token from the first source that there is, in this order: the file that was named, the environment
 * variable, GitHub Actions, Buildkite. One that fails does not let the next one have a turn: who signs must not depend
 * on an error. Throws Failure, which never quotes a token or what a service answered.
 */
export async function readIdentityToken(request: TokenRequest): Promise<IdentityToken> {
  demandCheckedServers();
  if (request.file !== undefined) return fromFile(request.file);
  const given = environmentVariable(TOKEN_VARIABLE);
  if (given !== undefined) return { token: given.trim(), source: TOKEN_VARIABLE };
  const [url, bearer] = [environmentVariable(GITHUB_URL), environmentVariable(GITHUB_TOKEN)];
  if (url !== undefined && bearer !== undefined) return fromGithub(url, bearer, request);
  if (environmentVariable(BUILDKITE_TOKEN) !== undefined) return fromBuildkite(request);
  throw new Failure("usage", "there is no identity token to sign with", {
    expected: `--identity-token-file FILE, ${TOKEN_VARIABLE}, GitHub Actions or Buildkite`,
    hint: "on GitHub Actions give the job the permission id-token: write",
  });
}

/** Where any certificate will do, a token goes to whoever answers first, and signs for the one who bore it. */
function demandCheckedServers(): void {
  const at = "NODE_TLS_REJECT_UNAUTHORIZED";
  if (environmentVariable(at) !== "0") return;
  throw new Failure(
    "usage",
    "Node was told not to check whom it speaks to, so anyone could take the identity token",
    {
      at,
      expected: "not set; an authority of your own is named with NODE_EXTRA_CA_CERTS",
      found: "0",
      hint: `unset ${at}`,
    },
  );
}

async function fromFile(file: string): Promise<IdentityToken> {
  const bytes = await readSecret(file, MAX_TOKEN_BYTES);
  return { token: Buffer.from(bytes).toString("latin1").trim(), source: file };
}

/** GitHub's documentation, "OpenID Connect reference": a request with the job's bearer token for one audience. */
async function fromGithub(
  base: string,
  bearer: string,
  { audience, timeoutMs }: TokenRequest,
): Promise<IdentityToken> {
  const source = "GitHub Actions";
  const url = URL.parse(base);
  if (url === null) throw unanswered(source, `${GITHUB_URL} is not an address`);
  url.searchParams.set("audience", audience);
  let found = "no answer";
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const answer = await ask(url, bearer, timeoutMs);
    if (typeof answer === "object") return { token: answer.token, source };
    found = answer;
    if (!/^(?:no answer|HTTP (?:408|429|5\d\d))$/.test(answer)) break;
  }
  throw unanswered(source, found);
}

/** The token, or in words why there is none. A redirection would hand the job's bearer token to somebody else. */
async function ask(
  url: URL,
  bearer: string,
  timeoutMs: number,
): Promise<{ readonly token: string } | string> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${bearer}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return `HTTP ${response.status}`;
    return tokenIn(await bodyOf(response));
  } catch {
    return "no answer";
  }
}

/** As much of an answer as a token can need; one byte more tells that it went on. */
async function bodyOf({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const answer: AsyncIterable<Uint8Array> | null = body;
  for await (const piece of answer ?? []) {
    pieces.push(piece);
    sizeBytes += piece.byteLength;
    if (sizeBytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces);
}

function tokenIn(body: Uint8Array): Awaited<ReturnType<typeof ask>> {
  const answer = readShape(
    parseJson("the answer", body, { maxBytes: MAX_ANSWER_BYTES, maxDepth: 8 }),
    open({ value: text }),
  );
  return answer.ok ? { token: answer.value.value } : "no token in the answer";
}

async function fromBuildkite({ audience, timeoutMs }: TokenRequest): Promise<IdentityToken> {
  const source = "buildkite-agent";
  const env = Object.entries(hostEnvironment()).flatMap(([name, value]) =>
    value !== undefined && (name === "PATH" || name.startsWith("BUILDKITE_")) ? [[name, value] as const] : [],
  );
  const { exitCode, stdout } = await runProcess({
    argv: [source, "oidc", "request-token", "--audience", audience],
    cwd: process.cwd(),
    env: Object.fromEntries(env),
    timeoutMs,
    maxOutputBytes: MAX_TOKEN_BYTES,
  });
  if (exitCode !== 0) throw unanswered(source, exitCode === null ? "a signal" : `exit code ${exitCode}`);
  return { token: stdout.trim(), source };
}

function unanswered(source: string, found: string): Failure {
  return new Failure("service", `${source} gave no identity token`, {
    at: source,
    found,
    hint: "run it again; nothing was signed",
  });
}
