import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";

/** Exact: another version of a tool is another opinion. */
const PROGRAMS = [
  {
    name: "slsa-verifier",
    module: "github.com/slsa-framework/slsa-verifier/v2",
    version: "v2.7.1",
    folder: "cli/slsa-verifier",
  },
  { name: "cosign", module: "github.com/sigstore/cosign/v3", version: "v3.1.3", folder: "cmd/cosign" },
] as const;
const INSTALL_TIMEOUT_MS = 60 * 60 * 1000;

export interface ProvenanceTool {
  readonly name: string;
  readonly version: string;
  /** undefined: it could not be had. */
  readonly path: string | undefined;
  readonly reason: string;
}

/**
 * Builds the tools into a folder; what is there already stays. In a module of their own, and not by `go install`, which
 * also asks for all later versions and fails where these cannot be had.
 */
export async function installProvenanceTools(folder: string): Promise<readonly ProvenanceTool[]> {
  const tools: ProvenanceTool[] = [];
  for (const { name, module, version, folder: program } of PROGRAMS) {
    const path = join(folder, "bin", name);
    const reason = existsSync(path)
      ? ""
      : await build(join(folder, `module-${name}`), path, { module, version, program });
    tools.push({ name, version, path: existsSync(path) ? path : undefined, reason });
  }
  return tools;
}

async function build(
  cwd: string,
  path: string,
  {
    module,
    version,
    program,
  }: { readonly module: string; readonly version: string; readonly program: string },
): Promise<string> {
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "go.mod"), `module interop\n\ngo 1.26\n\nrequire ${module} ${version}\n`);
  const argv = [
    "nice",
    "-n",
    "15",
    "go",
    "build",
    "-p",
    "1",
    "-trimpath",
    "-o",
    path,
    `${module}/${program}`,
  ];
  const [first = "", ...others] = argv;
  const env = { GOFLAGS: "-mod=mod", GOTOOLCHAIN: "auto", GOWORK: "off" };
  const options = { cwd, timeoutMs: INSTALL_TIMEOUT_MS, env };
  const result = await runProgram([first, ...others], options).catch((error: unknown) => String(error));
  if (typeof result === "string") return result;
  if (result?.exitCode === 0) return "";
  return result?.stderr.trim().split("\n").at(-1)?.slice(0, 160) ?? "it did not end in time";
}
