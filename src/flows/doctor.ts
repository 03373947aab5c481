import { formatUtcTime } from "../formats/utc-time.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentVariable, systemTime } from "../io/environment.ts";
import { exists, readInput } from "../io/files.ts";
import { answerOf, freeBytes, nodeVersion } from "../io/machine.ts";
import { loadReleaseConfig } from "../make/config/load-config.ts";
import { CONFIG_FILE_NAMES, type ReleaseConfig } from "../make/config/release-config.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import { formatBytes } from "../report/quantity.ts";
import { pinnedProducts } from "./trust-source.ts";
import { decodeUtf8 } from "../formats/utf8.ts";

/** One thing that cavra needs or uses, and whether this machine has it. */
export interface Diagnosis {
  readonly id: string;
  readonly status: "ok" | "warn";
  readonly detail: string;
  /** What to do about a warning. */
  readonly fix: string | null;
}

/** A clock before this is not set: cavra did not exist. */
const EARLIEST_SECONDS = Date.UTC(2026, 0, 1) / 1000;
/** The zip profile holds no later time (trust-spec section 7). */
const LATEST_SECONDS = Date.UTC(2044, 0, 1) / 1000;
const ENOUGH_BYTES = 2_000_000_000;

/** Looks at this machine; changes nothing and asks no network. */
export async function diagnose(folder: string): Promise<readonly Diagnosis[]> {
  const config = await findConfig(folder);
  return [
    ok("node", `Node ${nodeVersion}`),
    await diagnoseGo(config.config),
    await diagnoseGit(),
    diagnoseClock(systemTime()),
    await diagnoseTrust(),
    config.diagnosis,
    await diagnoseDisk("disk", folder),
    await diagnoseDisk("temp", tmpdir()),
  ];
}

function ok(id: string, detail: string): Diagnosis {
  return { id, status: "ok", detail, fix: null };
}

function warn(id: string, detail: string, fix: string): Diagnosis {
  return { id, status: "warn", detail, fix };
}

async function diagnoseGo(config: ReleaseConfig | undefined): Promise<Diagnosis> {
  const version = await answerOf(["go", "env", "GOVERSION"], { GOTOOLCHAIN: "local" });
  if (version === undefined) {
    return warn(
      "go",
      "not found",
      "only building and rebuilding need it: install Go from https://go.dev/dl/",
    );
  }
  const pinned = (config?.builds ?? []).flatMap((build) => (build.kind === "go" ? [build.toolchain] : []));
  const missing = [...new Set(pinned)].filter((toolchain) => toolchain !== version);
  if (missing.length === 0)
    return ok("go", pinned.length === 0 ? version : `${version}, as the config pins it`);
  return warn(
    "go",
    `${version}; the config pins ${missing.join(", ")}`,
    "Go will fetch it through its module proxy; without a network install it first",
  );
}

async function diagnoseGit(): Promise<Diagnosis> {
  const version = await answerOf(["git", "--version"]);
  if (version !== undefined) return ok("git", version.replace(/^git version /, ""));
  return warn("git", "not found", "releases are made from a Git checkout: install git");
}

export function diagnoseClock(now: number): Diagnosis {
  const time = formatUtcTime(now);
  if (now >= EARLIEST_SECONDS && now < LATEST_SECONDS) return ok("clock", time);
  return warn(
    "clock",
    `${time} cannot be right`,
    "set the clock, or give the true time to verify commands: --at",
  );
}

async function diagnoseTrust(): Promise<Diagnosis> {
  const file = environmentVariable("CAVRA_TRUST");
  if (file !== undefined) {
    if (await exists(file)) return ok("trust", `CAVRA_TRUST names ${file}`);
    return warn("trust", `CAVRA_TRUST names ${file}, which does not exist`, "correct or unset CAVRA_TRUST");
  }
  const products = await pinnedProducts();
  if (products.length > 0) return ok("trust", `pinned for ${products.join(", ")}`);
  return warn(
    "trust",
    "nothing is pinned, so no release can be proven",
    "get the trust root from your vendor by another way, then: cavra trust pin",
  );
}

interface FoundConfig {
  readonly diagnosis: Diagnosis;
  readonly config: ReleaseConfig | undefined;
}

async function findConfig(folder: string): Promise<FoundConfig> {
  for (const name of CONFIG_FILE_NAMES) {
    const path = join(folder, name);
    if (!(await exists(path))) continue;
    const text = decodeUtf8(await readInput(path, MAX_DOCUMENT_BYTES));
    const loaded = text === undefined ? undefined : loadReleaseConfig(text, name);
    if (loaded?.ok === true) return { diagnosis: ok("config", name), config: loaded.config };
    const fix = "cavra release build --dry-run names every problem of it";
    return { diagnosis: warn("config", `${name} cannot be used`, fix), config: undefined };
  }
  const fix = "only making a release needs it: cavra release init";
  return { diagnosis: warn("config", "no release config in this folder", fix), config: undefined };
}

async function diagnoseDisk(id: string, folder: string): Promise<Diagnosis> {
  const free = await freeBytes(folder);
  if (free === undefined)
    return warn(id, `${folder}: free space is not known`, "make sure that 2 GB are free");
  const detail = `${folder}: ${formatBytes(free)} free`;
  return free >= ENOUGH_BYTES
    ? ok(id, detail)
    : warn(id, detail, "free 2 GB: a release needs room for its copies");
}
