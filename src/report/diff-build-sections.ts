import type { BinaryDiff } from "../compare/binaries-diff.ts";
import type { BootstrapDiff, InstallerDiff, ProvenanceDiff } from "../compare/documents-diff.ts";
import type { ModuleAtVersion, ModuleChange, ModulesDiff } from "../compare/modules-diff.ts";
import type { RecipeDiff, ToolchainChange } from "../compare/recipes-diff.ts";
import type { ReleaseDiff } from "../compare/release-diff.ts";
import type { PackageChange, SbomDiff } from "../compare/sbom-diff.ts";
import { valueOf } from "../model/parsed.ts";
import type { ZipRecipe } from "../model/manifest.ts";
import {
  changeRow,
  rowsOf,
  section,
  setRows,
  targetRows,
  valueChanges,
  type DiffRow,
  type DiffSection,
  type TargetChange,
} from "./diff-section.ts";
import { count } from "./quantity.ts";

/** How the release is made, what is linked into it, and how it is installed. */
export function buildSections(diff: ReleaseDiff): readonly DiffSection[] {
  return [
    toolchainSection(diff),
    modulesSection(diff),
    sbomSection(diff),
    recipeSection(diff),
    provenanceSection(diff),
    installSection(diff),
  ];
}

function toolchainSection({ toolchains, binaries }: ReleaseDiff): DiffSection {
  const versions = (valueOf(toolchains) ?? []).map(({ now }) => now);
  return section(
    "toolchain",
    [...new Set(versions)].toSorted().join(", "),
    rowsOf(toolchains, toolchainRows),
    rowsOf(binaries, binaryRows),
  );
}

function toolchainRows(changes: readonly ToolchainChange[]): readonly DiffRow[] {
  const named = changes.map((change) => ({ ...change, label: "toolchain" }));
  return targetRows(named, targetCount(changes));
}

/** What the executables say of themselves, Go's build settings among it. */
function binaryRows(binaries: readonly BinaryDiff[]): readonly DiffRow[] {
  const changes = binaries.flatMap(({ target, arch, dynamic, goSettings }): readonly TargetChange[] => [
    { label: "arch", target, ...arch },
    { label: "dynamic", target, ...dynamic },
    ...(goSettings === null ? [] : valueChanges(goSettings).map((change) => ({ ...change, target }))),
  ]);
  return targetRows(changes, targetCount(binaries));
}

function targetCount(items: readonly { readonly target: string }[]): number {
  return new Set(items.map(({ target }) => target)).size;
}

function modulesSection({ modules }: ReleaseDiff): DiffSection {
  const found = valueOf(modules)?.count;
  const summary =
    found === undefined
      ? ""
      : found.was === found.now
        ? count(found.now, "module")
        : `${found.was} -> ${count(found.now, "module")}`;
  return section("modules", summary, rowsOf(modules, moduleRows));
}

function moduleRows(modules: ModulesDiff): readonly DiffRow[] {
  return [
    ...setRows({ added: modules.added.map(moduleText), removed: modules.removed.map(moduleText) }),
    ...movedRows(modules.updated, ""),
    ...movedRows(modules.downgraded, " (older)"),
    ...movedRows(modules.replacementChanged, " (what is linked in its place)"),
    ...movedRows(modules.sumChanged, " (another sum for one version)"),
    ...modules.unreleased.map((module): DiffRow => ({
      kind: "changed",
      text: `${moduleText(module)} cannot be fetched by anybody else`,
    })),
  ];
}

function moduleText({ path, version }: ModuleAtVersion): string {
  return `${path} ${version}`;
}

function movedRows(changes: readonly ModuleChange[], note: string): readonly DiffRow[] {
  return changes.map(({ path, was, now }) => ({ kind: "changed", text: `${path} ${was} -> ${now}${note}` }));
}

function sbomSection({ sbom, modules }: ReleaseDiff): DiffSection {
  const found = valueOf(sbom);
  // "Unchanged" right below a list of changed modules would read as a contradiction.
  const aside = rowsOf(modules, moduleRows).length === 0 ? "" : ", apart from the modules above";
  return section(
    "SBOM",
    found === undefined ? "" : count(found.packages.now, "package") + aside,
    rowsOf(sbom, sbomRows),
  );
}

/** Without the namespace: it is another one in every document. */
function sbomRows({ coverage, ...sbom }: SbomDiff): readonly DiffRow[] {
  return [
    ...changeRow("packages", sbom.packages),
    ...changeRow("files", sbom.files),
    ...changeRow("relations", sbom.relationships),
    ...changeRow("with purl", coverage.purl),
    ...changeRow("with sum", coverage.checksum),
    ...changeRow("supplier", coverage.supplier),
    ...changeRow("licence", coverage.licence),
    ...statedRows(sbom.licences, "licence"),
    ...statedRows(sbom.suppliers, "supplier"),
    ...statedRows(sbom.downloadHosts, "download host"),
  ];
}

function statedRows(changes: readonly PackageChange[], what: string): readonly DiffRow[] {
  return changes.map(({ name, was, now }) => ({
    kind: "changed",
    text: `${name}: ${what} ${was} -> ${now}`,
  }));
}

function recipeSection({ recipes, zip }: ReleaseDiff): DiffSection {
  const found = valueOf(recipes);
  return section(
    "recipe",
    found === undefined ? "" : count(found.length, "binary", "binaries"),
    rowsOf(recipes, recipeRows),
    rowsOf(zip, ({ was, now }) => zipRows(was, now)),
  );
}

/** Without the toolchain, which has a section of its own. */
function recipeRows(recipes: readonly RecipeDiff[]): readonly DiffRow[] {
  const changes = recipes.flatMap(({ target, ...recipe }): readonly TargetChange[] => [
    { label: "builder", target, ...recipe.builder },
    { label: "folder", target, ...recipe.moduleDir },
    { label: "origin known", target, ...recipe.originVerified },
    { label: "command", target, ...recipe.argv },
    { label: "rebuild", target, ...recipe.rebuildCommand },
    { label: "pinned by", target, was: recipe.pins.was.join(" "), now: recipe.pins.now.join(" ") },
    ...valueChanges(recipe.environment).map((change) => ({ ...change, target })),
  ]);
  return targetRows(changes, targetCount(recipes));
}

function zipRows(was: ZipRecipe, now: ZipRecipe): readonly DiffRow[] {
  return [
    ...changeRow("zip profile", { was: was.profile, now: now.profile }),
    ...changeRow("zip method", { was: was.method, now: now.method }),
    ...changeRow("compressor", { was: was.codec, now: now.codec }),
    ...changeRow("zip level", { was: was.level, now: now.level }),
    ...changeRow("its SHA-256", { was: was.codecSha256, now: now.codecSha256 }),
  ];
}

function provenanceSection({ provenance }: ReleaseDiff): DiffSection {
  const found = valueOf(provenance);
  return section(
    "provenance",
    found === undefined ? "" : count(found.subjects.now, "subject"),
    rowsOf(provenance, provenanceRows),
  );
}

/** Without builder and config, which stand with the source. */
function provenanceRows(provenance: ProvenanceDiff): readonly DiffRow[] {
  const { buildType, subjects, dependencies, unpinned, exchangedTools } = provenance;
  return [
    ...changeRow("build type", buildType),
    ...changeRow("subjects", subjects),
    ...setRows(dependencies),
    ...unpinned.map((name): DiffRow => ({ kind: "changed", text: `${name} has no digest any more` })),
    ...exchangedTools.flatMap(({ uri, was, now }) => changeRow(`source of ${uri}`, { was, now })),
  ];
}

function installSection({ installers, bootstrap }: ReleaseDiff): DiffSection {
  const found = valueOf(installers);
  return section(
    "install",
    found === undefined ? "" : count(found.length, "binary", "binaries"),
    rowsOf(installers, installerRows),
    rowsOf(bootstrap, bootstrapRows),
  );
}

function installerRows(installers: readonly InstallerDiff[]): readonly DiffRow[] {
  const changes = installers.flatMap(({ target, ...installer }): readonly TargetChange[] => [
    { label: "path", target, ...installer.installPath },
    { label: "method", target, ...installer.installMethod },
    { label: "command", target, ...installer.installCommand },
    { label: "verify with", target, ...installer.verificationCommand },
  ]);
  return targetRows(changes, targetCount(installers));
}

function bootstrapRows({ requiredFiles, verificationCommands }: BootstrapDiff): readonly DiffRow[] {
  return [...setRows(requiredFiles, "required"), ...setRows(verificationCommands, "command")];
}
