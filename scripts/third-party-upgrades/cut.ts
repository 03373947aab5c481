import { chmod, copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { checkOut } from "./checkout.ts";
import { run, type Outcome } from "./run.ts";
import type { Tool } from "./tools.ts";

/** Before the first source. */
const ROOT_ISSUED = "2025-12-01T00:00:00Z";
const ROOT_DAYS = 3650;
/** After the last source. */
export const JUDGED_AT = "2026-02-01T00:00:00Z";

/** Where one tool is packaged. */
export interface Workshop {
  readonly tool: Tool;
  /** Holds checkout, fetched packages, keys and trust root. */
  readonly folder: string;
}

export interface CutRelease {
  readonly version: string;
  readonly zip: string;
  readonly programBytes: number;
  readonly zipBytes: number;
  readonly buildMs: number;
}

/** The built CLI, from the workshop, without the trust of whoever runs this. No word of a command holds a space. */
export async function cavra({ folder }: Workshop, command: string): Promise<Outcome> {
  const args = [join(ROOT, "bin", "run.js"), ...command.split(" ")];
  return await run(process.execPath, args, folder, { CAVRA_HOME: join(folder, "home") });
}

async function demandCavra(workshop: Workshop, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await cavra(workshop, command);
  if (exitCode !== 0) throw new Error(`cavra ${command}: exit ${exitCode}\n${stderr}${stdout}`);
  return stdout;
}

/** A test root for the tool, which Ada and Bo must both sign for. */
export async function makeTrustRoot(workshop: Workshop): Promise<void> {
  const keys = join(workshop.folder, "keys");
  await mkdir(keys);
  for (const name of ["root", "release-ada", "release-bo"]) {
    await copyFile(join(ROOT, "fixtures", "keys", `${name}.pem`), join(keys, `${name}.pem`));
    await copyFile(join(ROOT, "fixtures", "keys", `${name}.pub.pem`), join(keys, `${name}.pub.pem`));
    await chmod(join(keys, `${name}.pem`), 0o600);
  }
  const { product } = workshop.tool;
  const draft = "trust-root.draft.json";
  for (const command of [
    `trust init ${draft} --product ${product} --purpose test --at ${ROOT_ISSUED} --days ${ROOT_DAYS}`,
    `trust add-key ${draft} --role root --holder Cleo --key keys/root.pub.pem`,
    `trust add-key ${draft} --role release --holder Ada --key keys/release-ada.pub.pem`,
    `trust add-key ${draft} --role release --holder Bo --key keys/release-bo.pub.pem --threshold 2`,
    `trust sign ${draft} --key keys/root.pem --out trust-root.json --yes`,
  ]) {
    await demandCavra(workshop, command);
  }
}

/** Cuts and signs one version as the release after `previous` (a zip), or as the first. */
export async function cut(
  workshop: Workshop,
  version: string,
  previous: string | undefined,
  outDir: string,
): Promise<CutRelease> {
  const { tool, folder } = workshop;
  await checkOut(tool, version, join(folder, "source"), join(folder, "fetched"));
  const lineage = previous === undefined ? "--first-release" : `--previous ${previous}`;
  const startedMs = performance.now();
  const build = `release build --config source/cavra.release.yaml ${lineage} --out ${outDir}`;
  const built = await demandCavra(workshop, `${build} --quiet --json`);
  const buildMs = performance.now() - startedMs;
  const zip = `${outDir}/${tool.product}-v${version}.zip`;
  for (const holder of ["ada", "bo"]) {
    const key = `--key keys/release-${holder}.pem --trust trust-root.json`;
    await demandCavra(workshop, `release sign ${zip} ${key} --at ${JUDGED_AT}`);
  }
  const { size: zipBytes } = await stat(join(folder, zip));
  return { version, zip, programBytes: programBytesOf(built), zipBytes, buildMs };
}

function programBytesOf(built: string): number {
  const { binaries } = JSON.parse(built) as { readonly binaries: readonly { readonly sizeBytes: number }[] };
  return binaries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
