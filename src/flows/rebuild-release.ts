import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { compareRebuild, type RebuildComparison } from "../compare/rebuild/compare-rebuild.ts";
import { hostEnvironment } from "../io/environment.ts";
import type { Progress } from "../io/progress.ts";
import { withTemporaryFolder } from "../io/temporary-folder.ts";
import { cloneCommit, type CleanCheckout } from "../make/clean-checkout.ts";
import type { LegacySigner } from "../make/package/legacy-signatures.ts";
import { planRelease } from "../make/plan.ts";
import { readSource } from "../make/source.ts";
import type { DigestSet } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import { legacySignatureFile } from "../model/layers.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import type { Manifest } from "../model/manifest.ts";
import type { RebuildPlan, RebuildReport } from "../model/rebuild.ts";
import type { Report } from "../model/report.ts";
import { attestRebuild, openRebuilders, type Attestation, type AttestRequest } from "./attest-rebuild.ts";
import { draftRelease, type Draft } from "./draft-release.ts";
import { openSubject, type OpenSubject } from "./open-subject.ts";
import type { Creation } from "./plan-creation.ts";
import { judgeSubject, type RebuildSubject, type SubjectRequest } from "./rebuild-subject.ts";
import { readConfigFile } from "./release-config-file.ts";

export interface RebuildRequest extends SubjectRequest, AttestRequest {
  /** Absolute: the folder of a checkout that corresponds to the one where the release was cut. */
  readonly sourceFolder: string;
  /** `--config`, relative to that folder. */
  readonly configFile: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the flow speaks while it works. */
export interface RebuildTalk {
  readonly progress: Progress;
  /** Said before anything of the commit is run. */
  readonly announce: (plan: RebuildPlan) => void;
}

export type RebuildOutcome =
  | { readonly kind: "not rebuilt"; readonly report: Report }
  | { readonly kind: "rebuilt"; readonly report: RebuildReport };

/**
 * Makes a release again from the commit that it names, in a clone and with a build cache of its own, and holds every
 * file and the zip against what was shipped. No command of the package is run: only what the config of the commit says.
 */
export async function rebuildRelease(request: RebuildRequest, talk: RebuildTalk): Promise<RebuildOutcome> {
  const opened = await openSubject(request.path);
  try {
    const judged = await judgeSubject(opened, request);
    if (!judged.ok) return { kind: "not rebuilt", report: judged.report };
    const { subject } = judged;
    const rebuilders = await openRebuilders(request, subject);
    return await withTemporaryFolder(tmpdir(), async (scratch) => {
      const { creation, checkout } = await cloneAndPlan(request, subject.manifest, scratch);
      talk.announce(planOf(creation, checkout, subject, scratch));
      const tool = `${request.tool.name} ${request.tool.version}`;
      const { progress } = talk;
      const goCacheFolder = join(scratch, "go-cache");
      const draft = await draftRelease(creation, scratch, {
        tool,
        progress,
        signal: request.signal,
        goCacheFolder,
        signLegacy: shippedSignatures(creation, subject),
        hasForeignSignatures: true,
      });
      const found = await compare(opened, subject, draft, creation.plan.zipName);
      subject.container.assertUnchanged();
      const attestation = found.isIdentical
        ? await attestRebuild(request, rebuilders, subject, draft.package, tool)
        : undefined;
      const report = reportOf(request, opened, subject, { creation, scratch }, draft, found, attestation);
      return { kind: "rebuilt", report };
    });
  } finally {
    await opened.close();
  }
}

interface Planned {
  readonly creation: Creation;
  readonly checkout: CleanCheckout;
}

/** Source and config come from the commit; version, counter, predecessor and builder id are recorded inputs. */
async function cloneAndPlan(
  { sourceFolder, configFile: named, signal }: RebuildRequest,
  manifest: Manifest,
  scratch: string,
): Promise<Planned> {
  const context = { hostEnvironment: hostEnvironment(), signal };
  const clone = join(scratch, "source");
  const checkout = await cloneCommit({ ...context, folder: sourceFolder }, manifest.source, clone);
  const configFile = await readConfigFile(checkout.folder, named);
  demandInside(configFile.path, clone);
  demandInside(configFile.sourceRoot, clone);
  const { config, sourceRoot } = configFile;
  const source = await readSource(
    { ...context, folder: sourceRoot },
    {
      source: config.source,
      version: config.version,
      // What the clone came from is a fact of this machine.
      repository: config.product.repository ?? manifest.source.repository,
    },
  );
  const { version, releaseCounter, previous, builderId } = manifest;
  const plan = planRelease(config, source, {
    version,
    releaseCounter,
    previous,
    builderId,
    outDir: "rebuilt",
  });
  demandSources({ configFile, source, plan });
  return { creation: { configFile, source, plan }, checkout };
}

/**
 * Signatures for readers of the existing system need a key that nobody but the maker has: they are taken over as they
 * were shipped, and the verification of the release has held each against its file.
 */
function shippedSignatures(
  { configFile }: Creation,
  { inspection: { legacySignatures, documentBytes } }: RebuildSubject,
): LegacySigner | undefined {
  if (configFile.config.sign.legacy === null || legacySignatures.length === 0) return undefined;
  return (path) => documentBytes.get(legacySignatureFile(path));
}

function demandInside(path: string, clone: string): void {
  if (path === clone || path.startsWith(clone + sep)) return;
  throw new Failure("usage", "the config and its source lie in the commit, or nothing can be said of it", {
    found: path,
    hint: "name it relative to --source: --config FILE",
  });
}

/** Nobody can make again what the commit does not hold. */
function demandSources({ plan, source }: Creation): void {
  const missing = plan.steps.flatMap((step) =>
    step.kind === "prebuilt" && !source.committedFiles.has(step.path) ? [step.path] : [],
  );
  if (missing.length === 0) return;
  throw new Failure("source", "the release holds prebuilt files that are not in its commit", {
    at: missing[0] ?? "",
    hint: "rebuild them where they are made; nothing here knows how",
    output: missing.join("\n"),
  });
}

function planOf(
  { plan, configFile, source }: Creation,
  checkout: CleanCheckout,
  { trust, manifest }: RebuildSubject,
  scratch: string,
): RebuildPlan {
  const commands = Map.groupBy(
    plan.steps.filter(({ kind }) => kind !== "prebuilt"),
    ({ recipe }) => recipe.argv.join("\0"),
  );
  return {
    product: plan.product.name,
    version: plan.version,
    trust,
    checkout: checkout.origin,
    commit: source.commit,
    ref: source.ref,
    subject: checkout.subject,
    config: configPath(configFile.path, scratch),
    isRecordedConfig: configFile.sha256 === manifest.configSha256,
    commands: [...commands.values()].map((steps) => ({
      argv: steps[0]?.recipe.argv ?? [],
      targets: steps.flatMap(({ target }) => (target === null ? [] : [target.id])),
    })),
  };
}

function configPath(path: string, scratch: string): string {
  return relative(join(scratch, "source"), path).split(sep).join("/");
}

interface Found extends RebuildComparison {
  readonly isIdentical: boolean;
  readonly zipComparedWith: RebuildReport["zipComparedWith"];
}

async function compare(
  opened: OpenSubject,
  subject: RebuildSubject,
  draft: Draft,
  zipName: string,
): Promise<Found> {
  const rebuilt = await openSubject(draft.zip);
  try {
    const reading = rebuilt.openContainer(DEFAULT_LIMITS);
    if (!reading.ok) throw new Failure("internal", "a sound zip can be read again", { at: draft.zip });
    const { container, inspection } = subject;
    const zip = zipComparison(opened, subject, rebuilt.subject.zip);
    const { differingFiles, causes } = compareRebuild(
      {
        files: inspection.release.files,
        read: (path) => container.read(path),
        zip: zip.isSame ? undefined : opened.file,
      },
      {
        files: draft.package.inspection.release.files,
        read: (path) => reading.container.read(path),
        zip: rebuilt.file,
      },
      zipName,
    );
    const isUnexplained = !zip.isSame && causes.length === 0;
    return {
      differingFiles,
      causes: isUnexplained ? [digestCause(zipName, zip.shipped, zip.rebuilt)] : causes,
      isIdentical: differingFiles.length === 0 && zip.isSame,
      zipComparedWith: zip.comparedWith,
    };
  } finally {
    await rebuilt.close();
  }
}

interface ZipComparison {
  /** Also where there was nothing to compare. */
  readonly isSame: boolean;
  readonly comparedWith: Found["zipComparedWith"];
  /** SHA-256. */
  readonly shipped: string;
  readonly rebuilt: string;
}

/** The shipped zip where it is at hand, and the digest that was signed: none of the two excuses the other. */
function zipComparison(
  { subject: { zip: shipped } }: OpenSubject,
  { judgement: { signatures } }: RebuildSubject,
  rebuilt: DigestSet | null,
): ZipComparison {
  const signed = signatures?.statement.ok === true ? signatures.statement.value.zip.digest : null;
  const known = [shipped, signed].filter((digests) => digests !== null);
  const other = known.find(({ sha256, sha512 }) => sha256 !== rebuilt?.sha256 || sha512 !== rebuilt.sha512);
  return {
    isSame: other === undefined,
    comparedWith: shipped !== null ? "bytes" : signed === null ? "nothing" : "signed digest",
    shipped: other?.sha256 ?? "",
    rebuilt: rebuilt?.sha256 ?? "",
  };
}

function digestCause(at: string, shipped: string, rebuilt: string): RebuildReport["causes"][number] {
  return { cause: "zip-header", at, field: "sha256", shipped, rebuilt };
}

function reportOf(
  { tool }: RebuildRequest,
  { facts: subject }: OpenSubject,
  { trust, manifest, inspection }: RebuildSubject,
  { creation, scratch }: { readonly creation: Creation; readonly scratch: string },
  { package: made }: Draft,
  { isIdentical, differingFiles, causes, zipComparedWith }: Found,
  attestation: Attestation | undefined,
): RebuildReport {
  const { plan, source, configFile } = creation;
  const { manifestSha256 } = inspection.release;
  return {
    schema: "cavra.rebuild/1",
    tool,
    verdict: isIdentical ? { word: "IDENTICAL", exitCode: 0 } : { word: "DIFFERENT", exitCode: 1 },
    subject,
    trust,
    release: { product: manifest.product, version: manifest.version, manifestSha256 },
    source: {
      repository: source.repository,
      ref: source.ref,
      commit: source.commit,
      config: configPath(configFile.path, scratch),
    },
    rebuilt: {
      fileCount: made.inspection.release.files.size,
      manifestSha256: made.manifestSha256,
      zipName: plan.zipName,
      zipSizeBytes: made.subject.zip?.sizeBytes ?? 0,
      zipSha256: made.subject.zip?.sha256 ?? "",
    },
    zipComparedWith,
    differingFiles,
    causes,
    attested: attestation?.written ?? [],
    rebuilders: attestation?.rebuilders ?? null,
  };
}
