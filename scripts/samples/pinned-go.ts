import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { plainEnvironment } from "./run-cavra.ts";

/** Go fetches a release that is not installed through the module proxy. */
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

export interface PinnedGo {
  /** For example `go1.26.8`. */
  readonly release: string;
  /** Why it cannot be had; undefined when it is here. */
  readonly problem: string | undefined;
}

/** The Go release that the fixture's config pins, and whether it answers on this machine. */
export function findPinnedGo(): PinnedGo {
  const config = readFileSync(join(ROOT, "fixtures", "cavra-runtime", "cavra.samples.yaml"), "utf8");
  const release = /toolchain: (go[\d.]+)/.exec(config)?.[1];
  if (release === undefined) throw new Error("the release config of the fixture pins no Go");
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], {
    cwd: tmpdir(),
    env: { ...plainEnvironment(), GOTOOLCHAIN: release, GOWORK: "off" },
    encoding: "utf8",
    timeout: FETCH_TIMEOUT_MS,
  });
  if (error !== undefined) return { release, problem: "there is no Go in PATH" };
  const isPinned = stdout.trim() === release;
  return { release, problem: isPinned ? undefined : `${release} is not installed and could not be fetched` };
}
