import { dirname, resolve } from "node:path";
import { legacySigner, type LegacySigner } from "../make/package/legacy-signatures.ts";
import { Failure } from "../model/failure.ts";
import { openPrivateKey } from "./key-signer.ts";
import type { Creation } from "./plan-creation.ts";

/** Whoever signs for readers of the existing system; undefined when the config does not ask for it. Throws Failure. */
export async function openLegacySigner({ plan, configFile }: Creation): Promise<LegacySigner | undefined> {
  const { legacy } = configFile.config.sign;
  if (legacy === null) return undefined;
  const path = resolve(dirname(configFile.path), legacy.key);
  const key = await openPrivateKey(path, undefined);
  const { algorithm } = key.publicKey;
  if (algorithm === "ed25519") return legacySigner(key, plan.builderId);
  throw new Failure("config", `${path} is not a key that the system before cavra can verify`, {
    at: path,
    expected: "ed25519",
    found: algorithm,
    hint: "cavra keys generate FILE",
  });
}
