import type { EntryMode } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import { OUTPUT_PLACEHOLDER, type BuildRecipe } from "./build/build-recipe.ts";
import { goBuildArgv, goEnvironment, goRebuildCommand } from "./build/go-command.ts";
import { ANY_TARGET } from "./config/builds-section.ts";
import type {
  BuildConfig,
  CommandConfig,
  GoBuildConfig,
  PrebuiltConfig,
  ReleaseConfig,
  TargetConfig,
} from "./config/release-config.ts";
import { expandTemplate, type TemplateValues } from "./config/template.ts";
import { matchingPaths } from "./path-glob.ts";
import type { SourceFacts } from "./source.ts";

/** One build for one target (or for none): one output file. */
export type BuildStep = GoStep | PrebuiltStep | CommandStep;

interface AnyStep {
  readonly buildId: string;
  readonly target: TargetConfig | null;
  /** Path in the package. */
  readonly output: string;
  readonly mode: EntryMode;
  readonly installName: string | null;
  readonly recipe: BuildRecipe;
}

export interface GoStep extends AnyStep {
  readonly kind: "go";
  /** Module folder relative to the source root. */
  readonly dir: string;
}

export interface PrebuiltStep extends AnyStep {
  readonly kind: "prebuilt";
  /** Relative to the source root. */
  readonly path: string;
  readonly expect: string | null;
  readonly from: readonly string[];
}

export interface CommandStep extends AnyStep {
  readonly kind: "command";
  readonly tools: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Committed files that the globs of the config name, sorted. */
  readonly inputs: readonly string[];
}

/** Steps in the order of the config, targets sorted. Pure. */
export function planBuilds(
  config: ReleaseConfig,
  source: SourceFacts,
  values: TemplateValues,
): readonly BuildStep[] {
  return config.builds.flatMap((build) =>
    targetsOf(build, config.targets).map((target) =>
      planStep(build, target, source, { ...values, ...stepValues(build, target) }),
    ),
  );
}

function targetsOf(build: BuildConfig, targets: readonly TargetConfig[]): readonly (TargetConfig | null)[] {
  if (build.targets[0] === ANY_TARGET) return [null];
  return targets.filter((target) => build.targets.includes(target.id));
}

function withExtension(name: string, ext: string): string {
  return name.endsWith(ext) ? name : name + ext;
}

function stepValues(build: BuildConfig, target: TargetConfig | null): TemplateValues {
  if (target === null) return { id: build.id };
  const { os, arch, ext, id, variant } = target;
  return { id: build.id, os, arch, ext, target: id, variant: variant ?? "" };
}

function planStep(
  build: BuildConfig,
  target: TargetConfig | null,
  source: SourceFacts,
  values: TemplateValues,
): BuildStep {
  const common = {
    buildId: build.id,
    target,
    output: expandTemplate(build.output, values),
    installName: build.installName === null ? null : withExtension(build.installName, target?.ext ?? ""),
  };
  if (build.kind === "go" && target !== null)
    return { ...common, ...goStep(build, target, common.output, source, values) };
  if (build.kind === "command") return { ...common, ...commandStep(build, target, source, values) };
  if (build.kind === "prebuilt") return { ...common, ...prebuiltStep(build, values) };
  throw new RangeError("a Go build has no target");
}

function goStep(
  build: GoBuildConfig,
  target: TargetConfig,
  output: string,
  source: SourceFacts,
  values: TemplateValues,
): Pick<GoStep, "kind" | "dir" | "mode" | "recipe"> {
  const environment = goEnvironment(build, target);
  const argv = goBuildArgv(
    build,
    build.ldflags.map((flag) => expandTemplate(flag, values)),
  );
  const workingDirectory = joinPaths(source.pathInCheckout, build.dir);
  const outputName = output.slice(output.lastIndexOf("/") + 1);
  const rebuildCommand = goRebuildCommand(environment, argv, workingDirectory, outputName);
  return {
    kind: "go",
    dir: build.dir,
    mode: 0o755,
    recipe: {
      builder: "go",
      toolchain: build.toolchain,
      workingDirectory,
      environment,
      argv,
      rebuildCommand,
    },
  };
}

function prebuiltStep(
  build: PrebuiltConfig,
  values: TemplateValues,
): Pick<PrebuiltStep, "kind" | "mode" | "path" | "expect" | "from" | "recipe"> {
  return {
    kind: "prebuilt",
    mode: 0o755,
    path: expandTemplate(build.path, values),
    expect: build.expect === null ? null : expandTemplate(build.expect, values),
    from: build.from.map((path) => expandTemplate(path, values)),
    recipe: {
      builder: "prebuilt",
      toolchain: "",
      workingDirectory: ".",
      environment: new Map(),
      argv: [],
      rebuildCommand: null,
    },
  };
}

function commandStep(
  build: CommandConfig,
  target: TargetConfig | null,
  source: SourceFacts,
  values: TemplateValues,
): Pick<CommandStep, "kind" | "mode" | "tools" | "timeoutMs" | "inputs" | "recipe"> {
  // The place of the output is a path of the machine: it is filled in when the command runs, and never recorded.
  const all = { ...values, out: OUTPUT_PLACEHOLDER };
  const variables = [
    ["LC_ALL", "C"] as const,
    ["TZ", "UTC"] as const,
    ...Object.entries(build.env).map(([name, value]) => [name, expandTemplate(value, all)] as const),
    ["SOURCE_DATE_EPOCH", String(source.epoch)] as const,
  ];
  const inputs = build.inputs.flatMap((glob) => committedInputs(build.id, glob, source));
  const tools = Object.entries(build.tools).map(([name, version]) => `${name} ${version}`);
  return {
    kind: "command",
    mode: target === null ? 0o644 : 0o755,
    tools: build.tools,
    timeoutMs: build.timeoutMs,
    inputs: [...new Set(inputs)].toSorted(),
    recipe: {
      builder: "command",
      toolchain: tools.toSorted().join(", "),
      workingDirectory: source.pathInCheckout,
      environment: sortedMap(variables),
      argv: build.argv.map((word) => expandTemplate(word, all)),
      rebuildCommand: null,
    },
  };
}

/** A glob without a match is a misspelt one: the recipe would claim an input that it does not have. */
function committedInputs(buildId: string, glob: string, source: SourceFacts): readonly string[] {
  const matches = matchingPaths(source.committedFiles.keys(), glob);
  if (matches.length > 0) return matches;
  throw new Failure("source", `an input of the build ${buildId} is not in the commit`, {
    at: glob,
    hint: "commit the file, or correct builds[].inputs",
  });
}

/** A later value replaces an earlier one of the same name. */
function sortedMap(variables: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map([...new Map(variables)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function joinPaths(parent: string, child: string): string {
  if (parent === ".") return child;
  return child === "." ? parent : `${parent}/${child}`;
}
