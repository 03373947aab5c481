import { goVariantOf } from "../config/go-variants.ts";
import type { GoBuildConfig, TargetConfig } from "../config/release-config.ts";
import { OUTPUT_PLACEHOLDER } from "./build-recipe.ts";
import { shellAssignment, shellWord } from "./shell-words.ts";

/**
 * Every variable that can change what `go build` writes, stated even where it repeats a default: neither the user's
 * settings (GOENV=off) nor a variable of the shell can then make another binary (`go help environment`).
 */
export function goEnvironment(build: GoBuildConfig, target: TargetConfig): ReadonlyMap<string, string> {
  const variant = goVariantOf(target.arch);
  const variables: readonly (readonly [string, string])[] = [
    ["CGO_ENABLED", "0"],
    ["GO111MODULE", "on"],
    ["GOARCH", target.arch],
    ["GODEBUG", ""],
    ["GOENV", "off"],
    ["GOEXPERIMENT", ""],
    ["GOFIPS140", "off"],
    ["GOFLAGS", ""],
    ["GOOS", target.os],
    ["GOTOOLCHAIN", build.toolchain],
    ["GOWORK", "off"],
    ...(variant === undefined ? [] : [[variant.variable, target.variant ?? variant.defaultValue] as const]),
    ...Object.entries(build.env),
  ];
  return new Map([...new Map(variables)].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `go build` with its fixed flags. `-buildid=` comes last among the linker flags, where it wins. */
export function goBuildArgv(
  build: GoBuildConfig,
  ldflags: readonly string[],
): readonly [string, ...string[]] {
  return [
    "go",
    "build",
    "-trimpath",
    "-buildvcs=false",
    `-mod=${build.mod}`,
    ...(build.tags.length === 0 ? [] : [`-tags=${build.tags.join(",")}`]),
    `-ldflags=${[...ldflags, "-buildid="].join(" ")}`,
    `-o=${OUTPUT_PLACEHOLDER}`,
    build.package,
  ];
}

/** The line of BuildRecipe.rebuildCommand for a Go binary. */
export function goRebuildCommand(
  environment: ReadonlyMap<string, string>,
  argv: readonly string[],
  workingDirectory: string,
  outputName: string,
): string {
  const isRoot = workingDirectory === ".";
  const up = isRoot ? "./" : "../".repeat(workingDirectory.split("/").length);
  const words = argv.map((word) => shellWord(word.replace(OUTPUT_PLACEHOLDER, () => up + outputName)));
  const assignments = [...environment].map(([name, value]) => shellAssignment(name, value));
  const command = [...assignments, ...words].join(" ");
  return isRoot ? command : `(cd ${shellWord(`./${workingDirectory}`)} && ${command})`;
}
