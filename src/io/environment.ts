import { homedir } from "node:os";
import { join } from "node:path";

/** The system clock in whole seconds since 1970; everything below the commands gets time as an input. */
export function systemTime(): number {
  return Math.floor(Date.now() / 1000);
}

export function environmentVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === "" ? undefined : value;
}

/** Where pinned trust lives: `$CAVRA_HOME`, else `$XDG_CONFIG_HOME/cavra`, else `~/.config/cavra`. */
export function configurationFolder(): string {
  const own = environmentVariable("CAVRA_HOME");
  return own ?? join(environmentVariable("XDG_CONFIG_HOME") ?? join(homedir(), ".config"), "cavra");
}

/** What child processes may be given of our own environment; each step picks what it needs. */
export function hostEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Folders in which other tools keep the Sigstore roots that they fetched and verified; they need not be there. */
export function sigstoreCaches(): readonly string[] {
  const cache = environmentVariable("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  const data = environmentVariable("XDG_DATA_HOME") ?? join(homedir(), ".local", "share");
  return [
    environmentVariable("TUF_ROOT") ?? join(homedir(), ".sigstore", "root"),
    join(cache, "gh", ".sigstore", "root"),
    join(data, "sigstore-js"),
    join(cache, "sigstore-python", "tuf"),
  ];
}
