import type { JsonValue } from "../../formats/json.ts";
import { ANY_TARGET, readBuilds, type UnresolvedBuild } from "./builds-section.ts";
import { quoted, type ConfigProblem } from "./config-problem.ts";
import {
  optional,
  ProblemList,
  readPartial,
  required,
  textLike,
  withDefault,
  type Explained,
} from "./config-reader.ts";
import { readConfigTree, type ConfigNode } from "./config-tree.ts";
import {
  readFiles,
  readPackages,
  readProduct,
  readProvenance,
  readRelease,
  readSbom,
  readSign,
  readSource,
  readTargets,
  readVersion,
} from "./general-sections.ts";
import { CONFIG_SCHEMA, type BuildConfig, type ReleaseConfig, type TargetConfig } from "./release-config.ts";
import { resolvedConfig } from "./resolved-config.ts";
import { didYouMean } from "../../formats/suggestion.ts";
import { refersTo } from "./template.ts";
import { FILE_NAME } from "./text-rules.ts";

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: ReleaseConfig;
      /** The config with every default written out, in the shape of the file: loading it gives the same config. */
      readonly resolved: JsonValue;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const SECTIONS = {
  schema: required(textLike(/^cavra\.release\/1$/, quoted(CONFIG_SCHEMA))),
  product: required(readProduct),
  version: required(readVersion),
  source: withDefault(readSource, { root: ".", require: ["clean", "tagged"], epoch: { from: "commit" } }),
  targets: required(readTargets),
  builds: required(readBuilds),
  files: withDefault(readFiles, []),
  packages: required(readPackages),
  provenance: optional(readProvenance),
  release: optional(readRelease),
  sbom: withDefault(readSbom, { contact: null, licenses: {} }),
  sign: withDefault(readSign, { legacy: null }),
};

const EXPLAINED: Explained = {
  signs: "who must sign stands in the trust root: cavra trust init",
  checksums: "every package has checksums; there is nothing to configure",
  upgrade: "upgrade rules are flags of cavra release validate-upgrade",
  publish: "cavra does not publish: copy the zip and its .sigs folder",
  hooks: "use a build with a command, whose output is declared",
};

type Sections = ReturnType<typeof readPartial<typeof SECTIONS>>;

/**
 * Reads a release config (YAML, or JSON when the name ends with `.json`). Pure. Every problem is reported at once;
 * a config that loads has no template, target or build name left that could fail later.
 */
export function loadReleaseConfig(text: string, fileName: string): LoadedConfig {
  const tree = readConfigTree(text, fileName.endsWith(".json") ? "json" : "yaml");
  if (!tree.ok) return tree;
  const problems = new ProblemList();
  const sections = readPartial(tree.root, SECTIONS, problems, EXPLAINED);
  checkAcross(tree.root, sections, problems);
  const config = problems.all.length === 0 ? assemble(sections) : undefined;
  if (config === undefined) return { ok: false, problems: inFileOrder(problems.all) };
  return { ok: true, config, resolved: resolvedConfig(config) };
}

function inFileOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** What one section says about another. */
function checkAcross(root: ConfigNode, sections: Sections, problems: ProblemList): void {
  const { product, builds, targets, packages } = sections;
  if (builds !== undefined) {
    checkUniqueIds(builds, problems);
    if (targets !== undefined) for (const entry of builds) checkTargets(entry, targets, problems);
    if (targets !== undefined && product !== undefined)
      checkInstallNames(builds, targets, product.name, problems);
  }
  if (builds !== undefined && packages !== undefined)
    checkIncludes(root, sections, builds, packages.include, problems);
}

function checkUniqueIds(builds: readonly UnresolvedBuild[], problems: ProblemList): void {
  const seen = new Set<string>();
  for (const { node, build } of builds) {
    if (seen.has(build.id))
      problems.add(node, { message: "another build has the same id", found: quoted(build.id) });
    seen.add(build.id);
  }
}

/** On one system, one installed name is one program. */
function checkInstallNames(
  builds: readonly UnresolvedBuild[],
  targets: readonly TargetConfig[],
  product: string,
  problems: ProblemList,
): void {
  const targetIds = targets.map((target) => target.id);
  const seen = new Set<string>();
  for (const { node, build } of builds) {
    const resolved = withDefaults(build, targetIds, product);
    const names =
      resolved.installName === null ? [] : resolved.targets.map((id) => `${id} ${resolved.installName}`);
    if (names.some((name) => seen.has(name))) {
      const found = quoted(resolved.installName ?? "");
      problems.add(node, {
        message: "another build of the same target has the same installed name",
        found,
        hint: "give one of them install: { name: ... }",
      });
    }
    for (const name of names) seen.add(name);
  }
}

function checkTargets(
  { node, build }: UnresolvedBuild,
  targets: readonly TargetConfig[],
  problems: ProblemList,
): void {
  const known = targets.map((target) => target.id);
  for (const id of build.targets) {
    if (id !== ANY_TARGET && !known.includes(id)) {
      problems.add(node, {
        message: "the build names a target that the config does not have",
        found: quoted(id),
        hint: didYouMean(id, known),
      });
    }
  }
  const count = build.targets.length === 0 ? known.length : build.targets.length;
  if (count > 1 && !refersTo(build.output, ["os", "arch", "target"])) {
    problems.add(node, {
      message: `all ${count} targets of the build would be written to one path`,
      found: quoted(build.output),
      hint: "add $(os) and $(arch) to output",
    });
  }
}

function checkIncludes(
  root: ConfigNode,
  sections: Sections,
  builds: readonly UnresolvedBuild[],
  include: readonly string[],
  problems: ProblemList,
): void {
  const ids = builds.map(({ build }) => build.id);
  for (const name of include) {
    if (name !== "files" && !ids.includes(name)) {
      const hint = didYouMean(name, [...ids, "files"]);
      problems.add(placeOf(root, "packages"), {
        message: "the package includes a build that is not there",
        found: quoted(name),
        hint,
      });
    }
  }
  for (const { node, build } of builds) {
    if (build.id === "files") problems.add(node, { message: 'a build cannot have the id "files"' });
    else if (!include.includes(build.id)) {
      problems.add(node, {
        message: "no package includes this build",
        found: quoted(build.id),
        hint: "add it to packages[0].include or remove it",
      });
    }
  }
  if ((sections.files?.length ?? 0) > 0 !== include.includes("files")) {
    const message = include.includes("files")
      ? "the package includes files, and there are none"
      : "no package includes the files";
    problems.add(placeOf(root, "packages"), {
      message,
      hint: 'keep "files" and packages[0].include together',
    });
  }
}

function placeOf(root: ConfigNode, name: string): ConfigNode {
  return root.kind === "map" ? (root.members.get(name)?.value ?? root) : root;
}

function assemble(sections: Sections): ReleaseConfig | undefined {
  const { product, version, source, targets, builds, files, packages } = sections;
  if (product === undefined || version === undefined || source === undefined || targets === undefined)
    return undefined;
  if (builds === undefined || files === undefined || packages === undefined) return undefined;
  const targetIds = targets.map((target) => target.id);
  return {
    product,
    version,
    source,
    targets,
    builds: builds.map(({ build }) => withDefaults(build, targetIds, product.name)),
    files,
    package: packages,
    provenance: { builderId: sections.provenance?.builderId ?? null },
    release: { expiresAfterDays: sections.release?.expiresAfterDays ?? null },
    sbom: sections.sbom ?? { contact: null, licenses: {} },
    sign: sections.sign ?? { legacy: null },
  };
}

function withDefaults(build: BuildConfig, targetIds: readonly string[], product: string): BuildConfig {
  const targets = build.targets.length === 0 ? targetIds : build.targets.toSorted();
  if (build.installName !== null || targets[0] === ANY_TARGET) return { ...build, targets };
  return { ...build, targets, installName: defaultInstallName(build, product) };
}

/** As `go install` would name it: the last segment of the package; the product's name for the module itself. */
function defaultInstallName(build: BuildConfig, product: string): string {
  if (build.kind !== "go") return build.id;
  const name = build.package === "." ? product : build.package.slice(build.package.lastIndexOf("/") + 1);
  return FILE_NAME.pattern.test(name) ? name : build.id;
}
