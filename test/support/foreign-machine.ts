import { spawnSync } from "node:child_process";
import { CLI_PATH } from "./cli.ts";

/** What differs between machines and must not show in a release. */
export interface Machine {
  /** Path of the Node program. */
  readonly node: string;
  readonly timeZone: string;
  readonly locale: string;
  /** Octal digits. */
  readonly umask: string;
  readonly goCache?: string;
}

/** Runs a Node script on such a machine; throws with what it said when it does not end with 0. */
export function runOn(machine: Machine, cwd: string, args: readonly string[]): string {
  const { node, timeZone, locale, umask, goCache } = machine;
  const script = `umask ${umask} && exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script, node, ...args], {
    cwd,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      CAVRA_HOME: "/nonexistent/cavra",
      TZ: timeZone,
      LC_ALL: locale,
      LANG: locale,
      ...(goCache === undefined ? {} : { GOCACHE: goCache }),
    },
  });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${String(status)}\n${stdout}${stderr}`);
  return stdout;
}

/** As runOn, for the command line of cavra. */
export function runCavraOn(machine: Machine, cwd: string, args: readonly string[]): string {
  return runOn(machine, cwd, [CLI_PATH, ...args]);
}
