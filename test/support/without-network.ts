import { spawnSync } from "node:child_process";
import type { CliResult } from "./cli.ts";

const UNSHARE = ["--map-root-user", "--net", "--", process.execPath];
const PROBE = `require("node:net").connect(1, "127.0.0.1").on("error", (e) => console.log(e.code))`;

/** Why a test cannot be run here. */
export const NO_NAMESPACE = "unshare may not make a network namespace here";

/** Runs Node in a network namespace of its own, which has no interface that is up. */
export function withoutNetwork(args: readonly string[]): CliResult {
  const env = { PATH: process.env["PATH"], CAVRA_HOME: "/nonexistent/cavra" };
  const { status, stdout, stderr } = spawnSync("unshare", [...UNSHARE, ...args], { encoding: "utf8", env });
  return { exitCode: status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** Ends with 0 where such a namespace can be made; says what this machine is to it. */
export function probeWithoutNetwork(): CliResult {
  return withoutNetwork(["-e", PROBE]);
}
