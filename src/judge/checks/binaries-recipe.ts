import { type BinaryFacts, type GoBuildInfo, isFolder } from "../../model/binary.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { ReproducibleBinary } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import { goFlags } from "../../model/go-flags.ts";
import type { PackageStage } from "../stages.ts";
import { binaryArtifacts, type BinaryArtifact } from "./binary-artifacts.ts";
import { memberSightings, place } from "./comparison.ts";

const ASK_MAKER = "Ask the maker to build it again with the recipe that the release records";

export const binariesRecipeProblems: readonly Problem[] = [
  {
    id: "binaries.no-build-info",
    severity: "error",
    title: "a Go binary carries no readable Go build info",
    why: "its compiler and its modules cannot be compared with what the release says of them",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.toolchain-differs",
    severity: "error",
    title: "a binary was built by another Go than the recipe records",
    why: "nobody could build it again as recorded, and faults of the other compiler would go unnoticed",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.recipe-differs",
    severity: "error",
    title: "a binary was not built with the settings of a reproducible build",
    why: "it may hold traces of the machine that built it, so two people cannot get the same bytes",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.vcs-stamped",
    severity: "error",
    title: "a binary carries version control stamps",
    why: "its bytes depend on the state of a checkout, so they differ between a clone and an unpacked source",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.dynamic",
    severity: "error",
    title: "a Go binary loads libraries that its platform does not demand",
    why: "what it does depends on the machine it runs on, and not on the signed bytes alone",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.package-differs",
    severity: "error",
    title: "a binary is not the program that the recipe builds",
    why: "the recorded command builds another main package than the one inside",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.environment-differs",
    severity: "error",
    title: "a binary was built for another environment than the recipe records",
    why: "building it again as recorded would give the binary of another platform, or one with C code",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.local-replacement",
    severity: "error",
    title: "a binary holds code from a folder in place of a module",
    why: "that code has no version and no digest, so no SBOM can name it and no list of known faults can match it",
    remedy: "Ask the maker to require the module by a version, or to move its packages into the main module",
  },
  {
    id: "binaries.copies-differ",
    severity: "error",
    title: "the two copies of the module list in a Go binary do not agree",
    why: "the linker writes both alike: one was changed later, so that tools and the program itself name other code",
    remedy: "Do not run it; ask the maker how it was changed after it was linked",
  },
];

export const binariesRecipe: Check<PackageStage> = {
  id: "binaries.recipe",
  title: "Every Go binary was built as the recipe records",
  needs: ["binaries.target"],
  run({ release }) {
    const { manifest, reproducibility } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const goBinaries = binaryArtifacts(release).filter(({ artifact }) => artifact.kind === "go-binary");
    if (goBinaries.length === 0) return skip("the release holds no Go binary");
    const recipes = reproducibility.ok ? reproducibility.value.binaries : [];
    const recipeOf = new Map(recipes.map((recipe) => [recipe.binary, recipe]));
    const sightings = goBinaries.flatMap((binary) =>
      goBinarySightings(binary, recipeOf.get(binary.artifact.path)),
    );
    return failOr(sightings, pass(manifest.at, `${goBinaries.length} Go binaries built as recorded`));
  },
};

function goBinarySightings(
  { artifact, facts, go }: BinaryArtifact,
  recipe: ReproducibleBinary | undefined,
): readonly Sighting[] {
  const at = artifact.path;
  if (facts === undefined || go === undefined) {
    const problem =
      facts?.goProblem?.kind === "copies-differ" ? "binaries.copies-differ" : "binaries.no-build-info";
    return [{ problem, at, actual: facts?.goProblem?.reason ?? "none" }];
  }
  // A missing recipe is a problem of reproducibility.agree; here it leaves nothing to compare with.
  const recorded = recipe === undefined ? [] : recordedSightings(at, go, recipe);
  return [...settingSightings(at, go), ...linkSightings(at, facts, go), ...recorded];
}

function settingSightings(at: string, { settings }: GoBuildInfo): readonly Sighting[] {
  const stamps = [...settings].filter(([name]) => name === "vcs" || name.startsWith("vcs."));
  return [
    ...memberSightings("binaries.recipe-differs", at, [
      ["CGO_ENABLED", "0", settings.get("CGO_ENABLED") ?? "not recorded"],
      ["-trimpath", "true", settings.get("-trimpath") ?? "not recorded"],
    ]),
    ...stamps.map(([name, value]) => ({
      problem: "binaries.vcs-stamped",
      at,
      expected: "no vcs setting",
      actual: `${name}=${value}`,
    })),
  ];
}

function linkSightings(at: string, facts: BinaryFacts, go: GoBuildInfo): readonly Sighting[] {
  const local = go.modules.filter(({ replacedBy }) => replacedBy !== undefined && isFolder(replacedBy));
  const sightings = local.map(({ path, replacedBy }) => ({
    problem: "binaries.local-replacement",
    at,
    expected: `module ${path}`,
    actual: `folder ${replacedBy?.path ?? ""}`,
  }));
  if (!facts.dynamic) return sightings;
  return [
    ...sightings,
    { problem: "binaries.dynamic", at, expected: "statically linked", actual: "dynamically linked" },
  ];
}

function recordedSightings(at: string, go: GoBuildInfo, recipe: ReproducibleBinary): readonly Sighting[] {
  return [
    ...memberSightings("binaries.toolchain-differs", at, [["Go version", recipe.toolchain, go.goVersion]]),
    ...(recipe.builder === "go" ? environmentSightings(at, go, recipe) : []),
    ...(recipe.builder === "go" ? buildModeSightings(at, go, recipe) : []),
    ...packageSightings(at, go, recipe),
  ];
}

const BUILD_MODE = "-buildmode=";

/** What `go build` takes from its environment and the linker writes down. Left out, it would be that of the machine. */
const RECORDED_VARIABLES = [
  "CGO_ENABLED",
  "GO386",
  "GOAMD64",
  "GOARCH",
  "GOARM",
  "GOARM64",
  "GOEXPERIMENT",
  "GOMIPS",
  "GOMIPS64",
  "GOOS",
  "GOPPC64",
  "GORISCV64",
] as const;

function environmentSightings(
  at: string,
  { settings }: GoBuildInfo,
  { environment }: ReproducibleBinary,
): readonly Sighting[] {
  return RECORDED_VARIABLES.flatMap((name) => {
    const used = settings.get(name);
    const recorded = environment.get(name) ?? "not recorded";
    return used === undefined
      ? []
      : memberSightings("binaries.environment-differs", at, [[name, used, recorded]]);
  });
}

/** Before Go 1.18 no mode is recorded. */
function buildModeSightings(
  at: string,
  { settings }: GoBuildInfo,
  recipe: ReproducibleBinary,
): readonly Sighting[] {
  const flag = goFlags(recipe).flags.findLast((word) => word.startsWith(BUILD_MODE));
  const expected = flag?.slice(BUILD_MODE.length) ?? "exe";
  const used = settings.get("-buildmode") ?? expected;
  return memberSightings("binaries.recipe-differs", at, [["-buildmode", expected, used]]);
}

/** `go build` names its package last: a folder below the folder of the build, or an import path. */
function packageSightings(
  at: string,
  { main, path }: GoBuildInfo,
  { argv }: ReproducibleBinary,
): readonly Sighting[] {
  const named = argv.at(-1) ?? "";
  const problem = "binaries.package-differs";
  if (named !== "." && !named.startsWith("./")) {
    const isImportPath = /^[a-z0-9-]+(\.[a-z0-9-]+)+\//.test(named);
    return isImportPath ? memberSightings(problem, at, [["main package", named, path]]) : [];
  }
  const folder = named.slice("./".length).replace(/\/$/, "");
  const inModule = path === main.path || path.startsWith(`${main.path}/`);
  if (inModule && (folder === "" || path.endsWith(`/${folder}`))) return [];
  const expected = folder === "" ? `a package of ${main.path}` : `${folder} in ${main.path}`;
  return [{ problem, at: place(at, "main package"), expected, actual: path }];
}
