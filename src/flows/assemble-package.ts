import { join } from "node:path";
import { fileDigests } from "../crypto/digest.ts";
import { inspectBinary } from "../formats/binary.ts";
import { moduleSum, parseGoSum } from "../formats/go-sum.ts";
import { copyWithBytes, writeTreeFile } from "../io/artifact-files.ts";
import { DEFLATE_CODEC } from "../io/deflate.ts";
import { readIfPresent } from "../io/files.ts";
import type { BuiltArtifact, BuiltRelease } from "../make/build/build-recipe.ts";
import { signedDocuments, type LegacySigner } from "../make/package/legacy-signatures.ts";
import { makeDocuments } from "../make/package/make-documents.ts";
import type { PackageDocument } from "../make/package/package-document.ts";
import type { PackageFile, PackageInput } from "../make/package/package-input.ts";
import type { ReleasePlan } from "../make/plan.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import type { ZipRecipe } from "../model/manifest.ts";
import { ZIP_PROFILE } from "../model/release-statement.ts";
import { packageLicenses, type LinkedCode } from "./package-licenses.ts";
import type { Creation } from "./plan-creation.ts";

export interface AssemblyOptions {
  /** The name and version of this tool. */
  readonly tool: string;
  /** Gives the signatures for readers of the existing system; undefined: the package has none. */
  readonly signLegacy?: LegacySigner | undefined;
}

/**
 * Lays a package out in `folder`: what was built, then the documents over it, layer by layer. Gives what the SBOM could
 * not say, one line each.
 */
export async function assemblePackage(
  { plan, configFile, source }: Creation,
  { artifacts, goSources }: BuiltRelease,
  { tool, signLegacy }: AssemblyOptions,
  folder: string,
): Promise<readonly string[]> {
  const files: PackageFile[] = [];
  const signatures: PackageDocument[] = [];
  const linked: LinkedCode[] = [];
  for (const artifact of artifacts) {
    const { file, bytes } = await placeArtifact(artifact, folder);
    const { moduleFolder } = artifact;
    files.push(file);
    if (signLegacy !== undefined)
      signatures.push(...signedDocuments([{ path: file.path, bytes }], signLegacy));
    if (moduleFolder !== null) linked.push({ folder: moduleFolder, modules: file.binary?.go?.modules ?? [] });
  }
  const { sbom } = configFile.config;
  const { warnings, ...licenses } = await packageLicenses(plan, sbom, linked);
  const input = {
    ...packageInput(plan, configFile.sha256, tool, files),
    ...licenses,
    contact: sbom.contact ?? source.repository,
    goSum: await goSums(plan, source.root),
    goSources,
  };
  const legacy = signLegacy === undefined ? undefined : { ofFiles: signatures, sign: signLegacy };
  for (const { path, bytes } of makeDocuments(input, legacy)) {
    await writeTreeFile(join(folder, path), bytes, 0o644);
  }
  return warnings;
}

interface PlacedFile {
  readonly file: PackageFile;
  readonly bytes: Uint8Array;
}

async function placeArtifact(artifact: BuiltArtifact, folder: string): Promise<PlacedFile> {
  const bytes = await copyWithBytes(artifact.sourceFile, join(folder, artifact.path), artifact.mode);
  const { path, kind, mode, target, installName, recipe, materials } = artifact;
  const binary = inspectBinary(bytes);
  const file = {
    path,
    kind,
    mode,
    target,
    installName,
    recipe,
    materials,
    sizeBytes: bytes.byteLength,
    binary: binary?.ok === true ? binary.facts : null,
    originVerified: artifact.origin.verified,
    ...fileDigests(bytes),
  };
  return { file, bytes };
}

type SumLookup = (path: string, version: string) => string | undefined;

/** In vendored builds the linker records no module digests; go.sum of each Go build has them. */
async function goSums(plan: ReleasePlan, sourceRoot: string): Promise<SumLookup> {
  const folders = new Set(plan.steps.flatMap((step) => (step.kind === "go" ? [step.dir] : [])));
  const sums: SumLookup[] = [];
  for (const folder of folders) {
    const path = join(sourceRoot, folder, "go.sum");
    const bytes = await readIfPresent(path, MAX_DOCUMENT_BYTES);
    const parsed = bytes === undefined ? undefined : parseGoSum(path, bytes);
    if (parsed?.ok === true) sums.push((module, version) => moduleSum(parsed.value, module, version));
  }
  return (module, version) => sums.map((lookup) => lookup(module, version)).find((sum) => sum !== undefined);
}

function packageInput(
  plan: ReleasePlan,
  configSha256: string,
  tool: string,
  files: readonly PackageFile[],
): Omit<PackageInput, "contact" | "goSources" | "goSum" | "license" | "moduleLicense"> {
  const { product, source } = plan;
  return {
    product: product.name,
    component: product.component,
    vendor: product.vendor,
    line: product.line,
    package: plan.package,
    channel: plan.channel,
    version: plan.version,
    releaseCounter: plan.releaseCounter,
    previous: plan.previous,
    source: { repository: source.repository, commit: source.commit, ref: source.ref },
    sourceTree: source.tree,
    sourceDateEpoch: plan.sourceDateEpoch,
    expires: plan.expires,
    dryRun: false,
    targets: plan.targets,
    builderId: plan.builderId,
    configSha256,
    tool,
    topFolder: plan.topFolder,
    zipName: plan.zipName,
    zip: zipRecipe(plan.zipMethod),
    files,
  };
}

function zipRecipe(method: ReleasePlan["zipMethod"]): ZipRecipe {
  const { codec, level, wasmSha256 } = DEFLATE_CODEC;
  return method === "store"
    ? { profile: ZIP_PROFILE, method, codec: "none", level: 0, codecSha256: "" }
    : { profile: ZIP_PROFILE, method, codec, level, codecSha256: wasmSha256 };
}
