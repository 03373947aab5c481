import { spawnSync } from "node:child_process";

let found: string | null | undefined;

/**
 * The release of the installed Go, for example `go1.26.8`; undefined without one. In CI a missing Go is an error:
 * nobody would notice the tests that did not run.
 */
function installedGo(): string | undefined {
  if (found === undefined) {
    const env = { ...process.env, GOTOOLCHAIN: "local" };
    const { stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8", env });
    found = typeof stdout === "string" && stdout.startsWith("go") ? stdout.trim() : null;
  }
  if (found === null && process.env["CI"] === "true") throw new Error("CI has no Go toolchain");
  return found ?? undefined;
}

/** The release of the installed Go; skips the test, by name and with the reason, where there is none. */
export function goOrSkip(skip: (reason: string) => void): string {
  const go = installedGo();
  if (go === undefined) skip("no Go toolchain");
  return go ?? "";
}
