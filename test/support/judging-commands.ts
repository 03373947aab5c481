import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACT, sigstoreWorld } from "./sigstore-world.ts";
import { ROOT } from "./source-graph.ts";
import type { SmallWorld } from "./small-world.ts";

const SBOM = "cavra-runtime.sbom.spdx.json";
const BINARY = "bin/cavra-runtime_v0.1.0_linux_amd64";

/**
 * Commands that say something about files which came from elsewhere, by id, each with arguments that give it work.
 * @param directory The first release of the world as a folder.
 * @param bundle What `foreignBundle` wrote.
 */
export function judgingCommands(
  { first, candidate, trust, flags }: SmallWorld,
  directory: string,
  bundle: readonly string[],
): Readonly<Record<JudgingCommand, readonly string[]>> {
  return {
    "release:verify-go-package": [directory, ...flags],
    "release:verify-airgap-bundle": [first, ...flags],
    "release:validate-upgrade": [first, candidate, ...flags],
    "release:inspect": [first],
    "release:diff": [first, candidate],
    "sbom:lint": [join(directory, SBOM)],
    "sbom:diff": [join(directory, SBOM), join(directory, SBOM)],
    "sbom:inspect": [join(directory, BINARY)],
    "zip:check": [first],
    "trust:show": [trust],
    "trust:verify-chain": [trust],
    "verify-bundle": bundle,
  };
}

/** Writes a signed bundle of others, its artifact and the key; returns the arguments that verify it. */
export async function foreignBundle(folder: string): Promise<readonly string[]> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const world = await sigstoreWorld();
  const bundle = await world.makeBundle({ key: privateKey, withLog: false });
  const [artifact, file, key] = ["artifact", "bundle.json", "key.pem"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(artifact, ARTIFACT);
  writeFileSync(file, JSON.stringify(bundle));
  writeFileSync(key, publicKey.export({ format: "pem", type: "spki" }));
  return [artifact, "--bundle", file, "--key", key];
}

export const JUDGING_COMMANDS = [
  "release:verify-go-package",
  "release:verify-airgap-bundle",
  "release:validate-upgrade",
  "release:inspect",
  "release:diff",
  "sbom:lint",
  "sbom:diff",
  "sbom:inspect",
  "zip:check",
  "trust:show",
  "trust:verify-chain",
  "verify-bundle",
] as const;
export type JudgingCommand = (typeof JUDGING_COMMANDS)[number];

/** Commands that make, sign or change something of one's own, or only talk. */
const OTHER_COMMANDS =
  /^(?:doctor|explain|rules|schema|keys:.*|release:(?:build|bundle|init|rebuild|sign)|trust:(?:add-identity|add-key|endorse|export|init|pin|remove-key|revoke|rotate|set-minimum|set-threshold|sign|sigstore:export))$/;

/** Commands that are neither: nobody has said yet whether they judge. */
export function undecidedCommands(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, "oclif.manifest.json"), "utf8")) as {
    readonly commands: Readonly<Record<string, unknown>>;
  };
  const judging = new Set<string>(JUDGING_COMMANDS);
  return Object.keys(manifest.commands).filter((id) => !judging.has(id) && !OTHER_COMMANDS.test(id));
}
