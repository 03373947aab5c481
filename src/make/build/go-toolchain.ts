import { parseJson } from "../../formats/json.ts";
import { runProcess } from "../../io/process.ts";
import { Failure } from "../../model/failure.ts";
import {
  PASSED_GO_VARIABLES,
  PASSED_NETWORK_VARIABLES,
  PASSED_VARIABLES,
} from "../config/environment-rules.ts";
import { MAX_SHOWN_OUTPUT_BYTES, passedVariables, type BuildContext } from "./build-context.ts";
import { goSourceDigest } from "./go-source.ts";

/** A toolchain of one exact release that answered, and the environment in which it does. */
export interface GoToolchain {
  readonly release: string;
  /** Of its source, lowercase hex; the same on every host. */
  readonly sourceDigest: string;
  /** Variables that are passed and not recorded. */
  readonly passed: Readonly<Record<string, string>>;
}

/** Fetching a toolchain through the module proxy takes its time. */
const FETCH_TIMEOUT_MS = 15 * 60 * 1000;

/** Settings that would change a build and that a distributor may have put into GOROOT/go.env, where GOENV=off does not reach. */
const MUST_BE_EMPTY = ["GOFLAGS", "GOEXPERIMENT"] as const;

/**
 * Finds Go of exactly this release. The installed one is used when it is that; otherwise Go itself fetches the release
 * through the module proxy (https://go.dev/doc/toolchain). Throws Failure "toolchain".
 */
export async function prepareGo(release: string, context: BuildContext): Promise<GoToolchain> {
  const passed = await passedEnvironment(context);
  const env = { ...passed, GOENV: "off", GOWORK: "off", GOFLAGS: "", GOEXPERIMENT: "", GOTOOLCHAIN: release };
  const facts = await goEnv(["GOVERSION", "GOROOT", ...MUST_BE_EMPTY], env, context, release);
  const found = facts["GOVERSION"] ?? "nothing";
  if (found !== release) {
    throw new Failure("toolchain", "the Go toolchain is not the pinned one", {
      at: "GOVERSION",
      expected: release,
      found,
      hint: `install ${release} from https://go.dev/dl/`,
    });
  }
  for (const name of MUST_BE_EMPTY) {
    const value = facts[name] ?? "";
    if (value !== "") {
      throw new Failure("toolchain", `the Go installation presets ${name}, which changes what it builds`, {
        at: "GOROOT/go.env",
        expected: "empty",
        found: value,
        hint: `install ${release} from https://go.dev/dl/`,
      });
    }
  }
  const goroot = facts["GOROOT"] ?? "";
  if (goroot !== "") return { release, sourceDigest: await goSourceDigest(goroot), passed };
  throw new Failure("toolchain", "the Go toolchain does not say where its source is", {
    at: "GOROOT",
    hint: `install ${release} from https://go.dev/dl/`,
  });
}

/**
 * Builds run with GOENV=off. Where the user keeps proxy, private modules and caches with `go env -w`, these still count:
 * otherwise names of private modules would go to the public proxy.
 */
async function passedEnvironment(context: BuildContext): Promise<Readonly<Record<string, string>>> {
  const host = context.hostEnvironment;
  const own = passedVariables(host, [
    ...PASSED_VARIABLES,
    ...PASSED_NETWORK_VARIABLES,
    ...PASSED_GO_VARIABLES,
  ]);
  const settings = passedVariables(host, ["GOENV", "XDG_CONFIG_HOME", "AppData"]);
  const asked = await goEnv(
    PASSED_GO_VARIABLES,
    { ...own, ...settings, GOTOOLCHAIN: "local" },
    context,
    undefined,
  );
  const cache = context.goCacheFolder === undefined ? {} : { GOCACHE: context.goCacheFolder };
  return { ...own, ...passedVariables(asked, PASSED_GO_VARIABLES), ...cache };
}

async function goEnv(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
  context: BuildContext,
  release: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const result = await runGo(["env", "-json", ...names], env, context, release);
  const facts = result.exitCode === 0 ? parseJson("go env", Buffer.from(result.stdout, "utf8")) : undefined;
  if (facts?.ok === true && typeof facts.value === "object" && facts.value !== null) {
    const texts = Object.entries(facts.value).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return Object.fromEntries(texts);
  }
  throw new Failure("toolchain", release === undefined ? "go env failed" : `Go ${release} could not be had`, {
    ...(release === undefined ? {} : { expected: release }),
    hint:
      release === undefined
        ? "go env"
        : `install ${release} from https://go.dev/dl/, or give Go a module proxy (GOPROXY)`,
    output: result.stderr,
  });
}

async function runGo(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  context: BuildContext,
  release: string | undefined,
): ReturnType<typeof runProcess> {
  try {
    return await runProcess({
      argv: ["go", ...args],
      // Not a module: the version line of a go.mod must not take part.
      cwd: context.workFolder,
      env,
      timeoutMs: FETCH_TIMEOUT_MS,
      signal: context.signal,
      maxOutputBytes: MAX_SHOWN_OUTPUT_BYTES,
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "toolchain") throw error;
    throw new Failure("toolchain", "Go is not installed, or not in PATH", {
      expected: release ?? "any Go from 1.21 on",
      hint: "install Go from https://go.dev/dl/",
      cause: error,
    });
  }
}
