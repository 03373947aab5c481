import { basename, dirname, join, resolve } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import { canonicalJson } from "../formats/canonical-json.ts";
import { decodeUtf8 } from "../formats/utf8.ts";
import { readIfPresent } from "../io/files.ts";
import { configFailure } from "../make/config/config-problem.ts";
import { loadReleaseConfig } from "../make/config/load-config.ts";
import { CONFIG_FILE_NAMES, type ReleaseConfig } from "../make/config/release-config.ts";
import { Failure } from "../model/failure.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;

export interface ConfigFile {
  readonly path: string;
  readonly config: ReleaseConfig;
  /** SHA-256 of the resolved config in RFC 8785 form. */
  readonly sha256: string;
  /** Absolute: the source root that the config names. */
  readonly sourceRoot: string;
}

/**
 * Loads the release config that is named, or the one in the folder. Throws Failure "config" with every problem at once,
 * each with its line and column.
 */
export async function readConfigFile(folder: string, named: string | undefined): Promise<ConfigFile> {
  const path = resolve(folder, named ?? (await findConfig(folder)));
  const bytes = await readIfPresent(path, MAX_CONFIG_BYTES);
  if (bytes === undefined)
    throw new Failure("config", `${path} does not exist`, { at: path, hint: "cavra release init" });
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new Failure("config", `${path} is not valid UTF-8`, { at: path });
  const loaded = loadReleaseConfig(text, basename(path));
  if (!loaded.ok) throw configFailure(path, loaded.problems);
  return {
    path,
    config: loaded.config,
    sha256: sha256Hex(canonicalJson(loaded.resolved)),
    sourceRoot: join(dirname(path), loaded.config.source.root),
  };
}

async function findConfig(folder: string): Promise<string> {
  for (const name of CONFIG_FILE_NAMES) {
    if ((await readIfPresent(join(folder, name), MAX_CONFIG_BYTES)) !== undefined) return name;
  }
  throw new Failure("config", "there is no release config here", {
    at: folder,
    expected: CONFIG_FILE_NAMES.join(" or "),
    hint: "cavra release init",
  });
}
