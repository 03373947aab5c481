import { parsed, type Parsed } from "../model/parsed.ts";
import { MANIFEST_FILE } from "../model/layers.ts";
import type { Manifest, ManifestSource, ZipRecipe } from "../model/manifest.ts";
import type { PreviousRelease } from "../model/release-statement.ts";
import { type BinaryDiff, diffBinaries } from "./binaries-diff.ts";
import { type Change, changeOf, compareDocuments, type SetChange, setChange } from "./change.ts";
import type { ComparedRelease } from "./compared-release.ts";
import {
  type BootstrapDiff,
  diffBootstrap,
  diffInstallers,
  diffProvenance,
  type InstallerDiff,
  type ProvenanceDiff,
} from "./documents-diff.ts";
import { diffFiles, type FilesDiff } from "./files-diff.ts";
import { diffModules, type ModulesDiff } from "./modules-diff.ts";
import type { PackageFacts } from "./package-facts.ts";
import { diffRecipes, diffToolchains, type RecipeDiff, type ToolchainChange } from "./recipes-diff.ts";
import { diffSbom, type SbomDiff } from "./sbom-diff.ts";
import { diffSigners, type SignersDiff } from "./signers-diff.ts";
import { type VersionChange, versionChange } from "./version-change.ts";

export interface IdentityDiff {
  readonly product: Change<string>;
  readonly component: Change<string>;
  readonly package: Change<string>;
  readonly line: Change<string>;
  readonly channel: Change<string>;
}

export interface LineageDiff {
  readonly releaseCounter: Change<number>;
  /** What the candidate says came before it. */
  readonly declared: PreviousRelease | null;
  /** The release that it is compared with. */
  readonly actual: PreviousRelease;
  readonly manifestSha256: Change<string>;
  readonly sourceDateEpoch: Change<number>;
  readonly expires: Change<number | null>;
  readonly dryRun: Change<boolean>;
}

/**
 * Everything that differs between two releases, section by section, with nothing but plain data in it. A section is
 * broken, with the reason, when a document that it needs cannot be read on either side.
 */
export interface ReleaseDiff {
  readonly version: Parsed<VersionChange>;
  readonly identity: Parsed<IdentityDiff>;
  readonly lineage: Parsed<LineageDiff>;
  readonly source: Parsed<Change<ManifestSource>>;
  readonly targets: Parsed<SetChange>;
  readonly files: Parsed<FilesDiff>;
  readonly artifactKinds: Parsed<SetChange>;
  readonly controls: Parsed<SetChange>;
  readonly zip: Parsed<Change<ZipRecipe>>;
  readonly maker: Parsed<{ readonly tool: Change<string>; readonly configSha256: Change<string> }>;
  readonly builder: Parsed<{ readonly id: Change<string>; readonly level: Change<number | null> }>;
  readonly signers: Parsed<SignersDiff>;
  readonly bootstrap: Parsed<BootstrapDiff>;
  readonly installers: Parsed<readonly InstallerDiff[]>;
  readonly binaries: Parsed<readonly BinaryDiff[]>;
  readonly recipes: Parsed<readonly RecipeDiff[]>;
  readonly toolchains: Parsed<readonly ToolchainChange[]>;
  readonly modules: Parsed<ModulesDiff>;
  readonly sbom: Parsed<SbomDiff>;
  readonly provenance: Parsed<ProvenanceDiff>;
}

/** Pure and total: whatever the packages hold, there is a diff. */
export function diffReleases(previous: ComparedRelease, candidate: ComparedRelease): ReleaseDiff {
  const was = previous.release.documents;
  const now = candidate.release.documents;
  const manifests = <T>(compare: (before: Manifest, after: Manifest) => T): Parsed<T> =>
    compareDocuments(was.manifest, now.manifest, compare);
  const facts = compareDocuments(factsOf(previous), factsOf(candidate), (before, after) => ({
    was: before,
    now: after,
  }));
  const files = over(facts, (before, after) =>
    diffFiles({ release: previous.release, facts: before }, { release: candidate.release, facts: after }),
  );
  const pairs = files.ok ? files.value.kept : [];
  const recipes = compareDocuments(was.reproducibility, now.reproducibility, diffRecipes);
  return {
    ...factsSections(facts),
    ...manifestSections(manifests, previous, candidate),
    files,
    signers: diffSigners(previous, candidate),
    bootstrap: compareDocuments(was.bootstrap, now.bootstrap, diffBootstrap),
    installers: compareDocuments(was.installers, now.installers, diffInstallers),
    binaries: files.ok ? parsed("binaries", diffBinaries(previous.release, candidate.release, pairs)) : files,
    recipes,
    toolchains: diffToolchains(previous.release, candidate.release, pairs, recipes),
    modules: diffModules({ was: previous.release, now: candidate.release }, facts, pairs),
    sbom: compareDocuments(was.sbom, now.sbom, diffSbom),
    provenance: compareDocuments(was.provenance, now.provenance, diffProvenance),
  };
}

type ComparedFacts = Parsed<Change<PackageFacts>>;

/** A package of the existing system has these too. */
function factsOf({ release, legacy }: ComparedRelease): Parsed<PackageFacts> {
  return legacy === undefined ? release.documents.manifest : parsed(MANIFEST_FILE, legacy);
}

function over<T>(facts: ComparedFacts, compare: (was: PackageFacts, now: PackageFacts) => T): Parsed<T> {
  return facts.ok ? parsed(facts.at, compare(facts.value.was, facts.value.now)) : facts;
}

function factsSections(
  facts: ComparedFacts,
): Pick<ReleaseDiff, "version" | "targets" | "artifactKinds" | "controls"> {
  return {
    version: over(facts, (was, now) => versionChange(was.version, now.version)),
    targets: over(facts, (was, now) => setChange(was.targets, now.targets)),
    artifactKinds: over(facts, (was, now) => setChange(kindsOf(was), kindsOf(now))),
    controls: over(facts, (was, now) => setChange(was.controls, now.controls)),
  };
}

type ManifestSections = Pick<ReleaseDiff, "identity" | "lineage" | "source" | "zip" | "maker" | "builder">;

function manifestSections(
  manifests: <T>(compare: (before: Manifest, after: Manifest) => T) => Parsed<T>,
  previous: ComparedRelease,
  candidate: ComparedRelease,
): ManifestSections {
  return {
    identity: manifests((was, now) => ({
      product: changeOf(was, now, ({ product }) => product),
      component: changeOf(was, now, ({ component }) => component),
      package: changeOf(was, now, (manifest) => manifest.package),
      line: changeOf(was, now, ({ line }) => line),
      channel: changeOf(was, now, ({ channel }) => channel),
    })),
    lineage: manifests((was, now) => ({
      releaseCounter: changeOf(was, now, ({ releaseCounter }) => releaseCounter),
      declared: now.previous,
      actual: { version: was.version, manifestSha256: previous.release.manifestSha256 },
      manifestSha256: changeOf(previous, candidate, ({ release }) => release.manifestSha256),
      sourceDateEpoch: changeOf(was, now, ({ sourceDateEpoch }) => sourceDateEpoch),
      expires: changeOf(was, now, ({ expires }) => expires),
      dryRun: changeOf(was, now, ({ dryRun }) => dryRun),
    })),
    source: manifests((was, now) => changeOf(was, now, ({ source }) => source)),
    zip: manifests((was, now) => changeOf(was, now, ({ zip }) => zip)),
    maker: manifests((was, now) => ({
      tool: changeOf(was, now, ({ tool }) => tool),
      configSha256: changeOf(was, now, ({ configSha256 }) => configSha256),
    })),
    builder: manifests((was, now) => ({
      id: changeOf(was, now, ({ builderId }) => builderId),
      level: changeOf(previous, candidate, ({ buildLevel }) => buildLevel),
    })),
  };
}

function kindsOf({ artifacts }: PackageFacts): readonly string[] {
  return artifacts.map(({ kind }) => kind);
}
