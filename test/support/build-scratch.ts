import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildContext } from "../../src/make/build/build-context.ts";
import type { BuiltArtifact } from "../../src/make/build/build-recipe.ts";
import { buildRelease } from "../../src/make/build/build-release.ts";
import { configFailure } from "../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../src/make/config/load-config.ts";
import { planRelease } from "../../src/make/plan.ts";
import { readSource } from "../../src/make/source.ts";
import { Failure } from "../../src/model/failure.ts";

const FILE = "cavra.release.yaml";

export interface BuildOptions extends Partial<BuildContext> {
  readonly version?: string;
}

/** A config of one target and one package. */
export function probeConfig(builds: string, include: string): string {
  return `
schema: cavra.release/1
product: { name: probe, repository: "https://example.com/probe" }
version: { value: 1.0.0 }
source: { require: [] }
targets: { linux/amd64: {} }
builds: [${builds}]
packages: [{ id: probe, name: probe.zip, include: [${include}], format: { kind: zip, profile: cavra-zip/1 } }]
`;
}

/** Plans and builds a config over a checkout, in a work folder that `cleanUp` removes. */
export async function buildScratch(
  folder: string,
  config: string,
  options: BuildOptions = {},
): Promise<readonly BuiltArtifact[]> {
  const loaded = loadReleaseConfig(config, FILE);
  if (!loaded.ok) throw configFailure(FILE, loaded.problems);
  const { source, version, product } = loaded.config;
  const hostEnvironment = options.hostEnvironment ?? process.env;
  const facts = await readSource(
    { folder, hostEnvironment: process.env },
    { source, version, repository: product.repository },
  );
  const plan = planRelease(loaded.config, facts, {
    version: options.version ?? "1.0.0",
    releaseCounter: 1,
    previous: null,
    builderId: "https://example.com/builders/test",
    outDir: "dist",
  });
  const context = {
    sourceRoot: folder,
    workFolder: temporaryFolder(),
    cores: 2,
    ...options,
    hostEnvironment,
  };
  return (await buildRelease(plan, context)).artifacts;
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cavra-build-"));
  folders.push(folder);
  return folder;
}

export function cleanUp(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The Failure that the work ends with; an Error when it ends with anything else. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.then(
    () => "no error",
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`, { cause: outcome });
}
