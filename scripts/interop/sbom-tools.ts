import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";

/** Exact: another version of a tool is another opinion. */
const PYTHON_PACKAGES = [
  "spdx-tools==0.8.5",
  "spdx3-validate==0.0.7",
  "ntia-conformance-checker==6.0.0",
] as const;
const GO_PROGRAMS = [
  { name: "syft", program: "github.com/anchore/syft/cmd/syft@v1.33.0" },
  { name: "sbomqs", program: "github.com/interlynk-io/sbomqs@v1.1.0" },
] as const;
const INSTALL_TIMEOUT_MS = 40 * 60 * 1000;
const PYTHON_TIMEOUT_MS = 10 * 60 * 1000;

/** A tool that can be asked, or why it cannot. */
export interface SbomTool {
  readonly name: string;
  readonly version: string;
  /** undefined: it could not be had. */
  readonly path: string | undefined;
  readonly reason: string;
}

/** Installs the tools into a folder; what is there already stays. From PyPI and through the Go module proxy. */
export async function installSbomTools(folder: string): Promise<ReadonlyMap<string, SbomTool>> {
  mkdirSync(folder, { recursive: true });
  const tools = [...(await pythonTools(folder)), ...(await goTools(folder))];
  return new Map(tools.map((tool) => [tool.name, tool]));
}

async function pythonTools(folder: string): Promise<readonly SbomTool[]> {
  const venv = join(folder, "venv");
  const failure = existsSync(venv) ? undefined : await makeVenv(folder, venv);
  const programs = ["pyspdxtools", "spdx3-validate", "ntia-checker"];
  return PYTHON_PACKAGES.map((pinned, index): SbomTool => {
    const [name = "", version = ""] = pinned.split("==");
    const path = join(venv, "bin", programs[index] ?? "");
    const isThere = failure === undefined && existsSync(path);
    return { name, version, path: isThere ? path : undefined, reason: failure ?? "" };
  });
}

async function makeVenv(cwd: string, venv: string): Promise<string | undefined> {
  const made = await attempt(["python3", "-m", "venv", venv], cwd, PYTHON_TIMEOUT_MS);
  if (made !== undefined) return made;
  const pip = join(venv, "bin", "pip");
  return await attempt([pip, "install", "--quiet", ...PYTHON_PACKAGES], cwd, PYTHON_TIMEOUT_MS);
}

async function goTools(folder: string): Promise<readonly SbomTool[]> {
  const tools: SbomTool[] = [];
  for (const { name, program } of GO_PROGRAMS) {
    const version = program.slice(program.indexOf("@") + 1);
    const path = join(folder, "bin", name);
    const env = { GOBIN: join(folder, "bin"), GOFLAGS: "-mod=mod", GOTOOLCHAIN: "auto" };
    const failure = existsSync(path)
      ? undefined
      : await attempt(["nice", "-n", "15", "go", "install", program], folder, INSTALL_TIMEOUT_MS, env);
    tools.push({ name, version, path: failure === undefined ? path : undefined, reason: failure ?? "" });
  }
  return tools;
}

/** undefined: it went well; else the line that says most. */
async function attempt(
  argv: readonly [string, ...string[]],
  cwd: string,
  timeoutMs: number,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  const result = await runProgram(argv, { cwd, timeoutMs, env }).catch((error: unknown) => String(error));
  if (result === undefined) return `${argv[0]} did not end in time`;
  if (typeof result === "string") return result;
  if (result.exitCode === 0) return undefined;
  const lines = `${result.stderr}\n${result.stdout}`.split("\n").map((line) => line.trim());
  const refusal = lines.find((line) =>
    /Forbidden|not available|No matching distribution|404 Not Found/i.test(line),
  );
  if (refusal !== undefined) return "the registry refuses to serve it, or something that it needs";
  return lines.find((line) => line !== "")?.slice(0, 160) ?? "failed without a word";
}
