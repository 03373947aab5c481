import { comparePaths, escapedName, nameProblem, setProblems } from "../formats/entry-names.ts";
import { SECONDS_PER_DAY } from "../formats/utc-time.ts";
import type { EntryMode } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import {
  BOOTSTRAP_FILE,
  GO_MODULES_FILE,
  installersFile,
  laterFiles,
  layerOf,
  legacySignatureFile,
  reproducibilityFile,
  takesLegacySignature,
} from "../model/layers.ts";
import type { PreviousRelease } from "../model/release-statement.ts";
import { compareVersions, parseVersion, type Version } from "../model/version.ts";
import { MAX_EPOCH, MIN_EPOCH } from "./config/general-sections.ts";
import type { ProductConfig, ReleaseConfig } from "./config/release-config.ts";
import { expandTemplate, type TemplateValues } from "./config/template.ts";
import { planBuilds, type BuildStep } from "./plan-builds.ts";
import { planFiles, type PlannedFile } from "./plan-files.ts";
import type { SourceFacts } from "./source.ts";

/** Everything that will be made, decided before anything is. */
export interface ReleasePlan {
  readonly product: ProductConfig;
  /** Stem of the package, for example `go-runtime`. */
  readonly package: string;
  readonly channel: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly previous: PreviousRelease | null;
  readonly builderId: string;
  readonly source: SourceFacts;
  /** Seconds since 1970, UTC. */
  readonly sourceDateEpoch: number;
  readonly expires: number | null;
  /** `os/arch`, sorted. */
  readonly targets: readonly string[];
  /** The one folder of the package. */
  readonly topFolder: string;
  readonly zipName: string;
  readonly zipMethod: "deflate" | "store";
  readonly outDir: string;
  readonly steps: readonly BuildStep[];
  readonly files: readonly PlannedFile[];
  /** Every path that the package will hold, bytewise. */
  readonly outputs: readonly PlannedOutput[];
}

export interface PlannedOutput {
  readonly path: string;
  /** trust-spec section 1. */
  readonly layer: 0 | 1 | 2 | 3 | 4 | 5;
  /** Build id, `files`, or `cavra` for the documents that cavra writes. */
  readonly madeBy: string;
  readonly target: string | null;
  readonly mode: EntryMode;
}

export interface PlanOptions {
  /** Strict SemVer without `v`. */
  readonly version: string;
  readonly releaseCounter: number;
  readonly previous: PreviousRelease | null;
  /** Stands in when the config names no builder id. */
  readonly builderId: string;
  readonly outDir: string;
}

const SHORT_COMMIT_CHARACTERS = 12;
/** The name of the maker of documents in PlannedOutput.madeBy. */
export const OWN_DOCUMENTS = "cavra";

/** Pure. Throws Failure "usage", "source" or "config" with every problem of the kind at once. */
export function planRelease(config: ReleaseConfig, source: SourceFacts, options: PlanOptions): ReleasePlan {
  const version = demandVersion(options.version);
  demandTagAgrees(config, source, version);
  if (!Number.isSafeInteger(options.releaseCounter) || options.releaseCounter < 1) {
    throw new Failure("usage", "the release counter must be a whole number from 1 on", {
      found: String(options.releaseCounter),
    });
  }
  demandEpoch(source.epoch);
  const values = releaseValues(config, source, version.text);
  const steps = planBuilds(config, source, values);
  const files = planFiles(config.files, source, values);
  const { expiresAfterDays } = config.release;
  const packageValues = { ...values, id: config.package.id };
  const plan = {
    product: config.product,
    package: config.package.id,
    channel: version.channel,
    version: version.text,
    releaseCounter: options.releaseCounter,
    previous: options.previous,
    builderId: config.provenance.builderId ?? options.builderId,
    source,
    sourceDateEpoch: source.epoch,
    expires: expiresAfterDays === null ? null : source.epoch + expiresAfterDays * SECONDS_PER_DAY,
    targets: config.targets.map((target) => target.id).toSorted(),
    topFolder: expandTemplate(config.package.folder, packageValues),
    zipName: expandTemplate(config.package.name, packageValues),
    zipMethod: config.package.format.method,
    outDir: options.outDir,
    steps,
    files,
    outputs: plannedOutputs(config, steps, files),
  };
  demandNames(plan);
  return plan;
}

/** Whether the release before this one is not older: it can be cut, and nobody who looks will take the step. */
export function goesBack({ version, previous }: Pick<ReleasePlan, "version" | "previous">): boolean {
  const [from, to] = [parseVersion(previous?.version ?? ""), parseVersion(version)];
  return from !== undefined && to !== undefined && compareVersions(to, from) <= 0;
}

function demandVersion(text: string): Version {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new Failure("usage", "the version is not a version", {
    expected: "SemVer without v, such as 1.2.3 or 1.2.3-rc.1",
    found: escapedName(text),
  });
}

/** A package named 1.2.3 that points at the tag v1.2.4 would be a lie in every document. */
function demandTagAgrees(config: ReleaseConfig, source: SourceFacts, version: Version): void {
  if (config.version.from !== "tag" || source.tag === null) return;
  const tagged = new RegExp(config.version.pattern).exec(source.tag)?.groups?.["v"];
  if (tagged === version.text) return;
  throw new Failure("source", "the version is not the one of the tag at HEAD", {
    at: `refs/tags/${source.tag}`,
    expected: tagged ?? "a version",
    found: version.text,
  });
}

function demandEpoch(epoch: number): void {
  if (Number.isSafeInteger(epoch) && epoch >= MIN_EPOCH && epoch <= MAX_EPOCH) return;
  throw new Failure("source", "the release time cannot be written into a zip", {
    expected: `${MIN_EPOCH} to ${MAX_EPOCH} seconds since 1970 (the years 1980 to 2043)`,
    found: String(epoch),
    hint: "set source.epoch: { value: SECONDS } in the config",
  });
}

function releaseValues(config: ReleaseConfig, source: SourceFacts, version: string): TemplateValues {
  return {
    product: config.product.name,
    version,
    "version.major": version.slice(0, version.indexOf(".")),
    commit: source.commit,
    shortCommit: source.commit.slice(0, SHORT_COMMIT_CHARACTERS),
    epoch: String(source.epoch),
  };
}

/** The documents that cavra adds; go-modules.json only where Go binaries are built. */
function documentPaths(product: string, hasGoBinaries: boolean): readonly string[] {
  return [
    installersFile(product),
    reproducibilityFile(product),
    BOOTSTRAP_FILE,
    ...(hasGoBinaries ? [GO_MODULES_FILE] : []),
    ...laterFiles(product),
  ];
}

function plannedOutputs(
  { product, sign }: ReleaseConfig,
  steps: readonly BuildStep[],
  files: readonly PlannedFile[],
): readonly PlannedOutput[] {
  const documents = documentPaths(
    product.name,
    steps.some((step) => step.kind === "go"),
  );
  const made = [
    ...steps.map(({ output, buildId, target, mode }) => ({
      path: output,
      madeBy: buildId,
      target: target?.id ?? null,
      mode,
    })),
    ...files.map(({ to, mode }) => ({ path: to, madeBy: "files", target: null, mode })),
    ...documents.map(ownDocument),
  ];
  const signed = sign.legacy === null ? [] : made.filter(({ path }) => takesLegacySignature(path));
  return [...made, ...signed.map(({ path }) => ownDocument(legacySignatureFile(path)))]
    .map((output) => ({ ...output, layer: layerOf(output.path) }))
    .toSorted((a, b) => comparePaths(a.path, b.path));
}

function ownDocument(path: string): Omit<PlannedOutput, "layer"> {
  return { path, madeBy: OWN_DOCUMENTS, target: null, mode: 0o644 };
}

/** Names that only cavra writes, at the top or, for signatures, anywhere. */
function isReserved(path: string, product: string): boolean {
  if (layerOf(path) !== 0) return true;
  if (path.includes("/")) return false;
  return (
    documentPaths(product, true).includes(path) ||
    (path.startsWith(`${product}.`) && path.endsWith(".json")) ||
    path.endsWith(".intoto.json") ||
    path.endsWith(".sigstore.json")
  );
}

function demandNames(plan: ReleasePlan): void {
  const problems: string[] = [];
  for (const name of [plan.topFolder, plan.zipName]) {
    const reason = name.includes("/") ? "a name of one segment is needed" : nameProblem(name);
    if (reason !== undefined) problems.push(`${escapedName(name)}: ${reason}`);
  }
  for (const { path, madeBy } of plan.outputs) {
    const reason = nameProblem(`${plan.topFolder}/${path}`);
    if (reason !== undefined) problems.push(`${escapedName(path)} (${madeBy}): ${reason}`);
    else if (madeBy !== OWN_DOCUMENTS && isReserved(path, plan.product.name)) {
      problems.push(
        `${escapedName(path)} (${madeBy}): the name is reserved for a document that cavra writes`,
      );
    }
  }
  for (const { path, reason } of setProblems(plan.outputs.map((output) => output.path))) {
    const makers = plan.outputs
      .filter((output) => output.path.toLowerCase() === path.toLowerCase())
      .map((output) => output.madeBy);
    problems.push(`${escapedName(path)} (${[...new Set(makers)].join(", ")}): ${reason}`);
  }
  const [first] = problems;
  if (first === undefined) return;
  const count = problems.length === 1 ? "1 name" : `${problems.length} names`;
  throw new Failure("config", `${count} cannot stand in a package`, {
    at: first,
    output: problems.join("\n"),
  });
}
