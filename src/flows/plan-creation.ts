import { join } from "node:path";
import { hostEnvironment } from "../io/environment.ts";
import { readIfPresent } from "../io/files.ts";
import { resolveVersion } from "../make/config/release-version.ts";
import { planRelease, type ReleasePlan } from "../make/plan.ts";
import { readSource, type SourceFacts } from "../make/source.ts";
import { demandProvenBuilder, LOCAL_BUILDER_ID } from "../make/builder-identity.ts";
import { Failure } from "../model/failure.ts";
import type { PreviousRelease } from "../model/release-statement.ts";
import { openLocalPackage } from "./local-package.ts";
import { readConfigFile, type ConfigFile } from "./release-config-file.ts";

const MAX_PACKAGE_JSON_BYTES = 1024 * 1024;

export interface CreationRequest {
  /** Absolute path of the folder that the command runs in. */
  readonly folder: string;
  readonly configFile: string | undefined;
  /** `--version`, SemVer with or without `v`; undefined: as the config says. */
  readonly version: string | undefined;
  /** `--previous PACKAGE`; undefined together with `firstRelease: true`. */
  readonly previous: string | undefined;
  readonly firstRelease: boolean;
  readonly outDir: string;
  /** Where the package is built, as the provenance names it. */
  readonly builderId: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Creation {
  readonly configFile: ConfigFile;
  readonly source: SourceFacts;
  readonly plan: ReleasePlan;
}

/** Everything that is decided before anything is built: config, source, version, counter, every output path. */
export async function planCreation(request: CreationRequest): Promise<Creation> {
  const configFile = await readConfigFile(request.folder, request.configFile);
  const { config, sourceRoot } = configFile;
  const host = hostEnvironment();
  const context = { folder: sourceRoot, hostEnvironment: host, signal: request.signal };
  const { source: required, version: from, product } = config;
  const source = await readSource(context, {
    source: required,
    version: from,
    repository: product.repository,
  });
  const version = request.version?.replace(/^v/, "") ?? (await configuredVersion(configFile, source));
  const { releaseCounter, previous } = await lineage(request);
  const builderId = request.builderId ?? LOCAL_BUILDER_ID;
  const { outDir } = request;
  const plan = planRelease(config, source, { version, releaseCounter, previous, builderId, outDir });
  demandProvenBuilder(plan.builderId, host);
  return { configFile, source, plan };
}

async function configuredVersion({ config, sourceRoot }: ConfigFile, source: SourceFacts): Promise<string> {
  const packageJson =
    config.version.from === "package-json"
      ? await readIfPresent(join(sourceRoot, "package.json"), MAX_PACKAGE_JSON_BYTES)
      : undefined;
  return resolveVersion(config.version, {
    tag: source.tag,
    packageJson: packageJson ?? null,
    hostEnvironment: hostEnvironment(),
  });
}

/** The counter runs on from the previous package; a first release says so (trust-spec, preamble). */
async function lineage(
  request: CreationRequest,
): Promise<{ readonly releaseCounter: number; readonly previous: PreviousRelease | null }> {
  if (request.firstRelease === (request.previous !== undefined)) {
    throw new Failure("usage", "a release follows another one, or it is the first", {
      expected: "either --previous PACKAGE or --first-release",
      found: request.firstRelease ? "both" : "neither",
      hint: "cavra release build --previous dist/PACKAGE.zip, or for the very first one: cavra release build --first-release",
    });
  }
  if (request.previous === undefined) return { releaseCounter: 1, previous: null };
  const { manifest, manifestSha256 } = await openLocalPackage(request.previous);
  return {
    releaseCounter: manifest.releaseCounter + 1,
    previous: { version: manifest.version, manifestSha256 },
  };
}
