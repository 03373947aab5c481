import type { BinaryFacts } from "../../model/binary.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { ReproducibleBinary } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import { goFlags } from "../../model/go-flags.ts";
import type { PackageStage } from "../stages.ts";
import { binaryArtifacts, type BinaryArtifact } from "./binary-artifacts.ts";

const ASK_MAKER = "Ask the maker to build it again with the recipe that the release records";

export const binariesTracesProblems: readonly Problem[] = [
  {
    id: "binaries.build-id-left",
    severity: "error",
    title: "a binary has a build id, and its recipe says it has none",
    why: "a build id follows from the folders and flags of one machine, so nobody else could get the same bytes",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.build-path-left",
    severity: "error",
    title: "a binary names source files of the machine that built it",
    why: "its recipe says that such paths are cut off, so it was built in another way, and it shows names of users and folders",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.symbols-left",
    severity: "error",
    title: "a binary has symbols or debug information that its recipe strips",
    why: "it was linked with other flags than recorded, so building it again as recorded would give other bytes",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.packed",
    severity: "error",
    title: "a binary is packed",
    why: "what it does appears only when it runs: neither its modules nor its settings can be seen",
    remedy: "Ask the maker for the binary as the linker wrote it",
  },
];

/** Flags claim an effect, and each effect is looked for in the bytes (reference P17). */
export const binariesTraces: Check<PackageStage> = {
  id: "binaries.traces",
  title: "No binary holds what its recipe says is left out",
  needs: ["binaries.target"],
  run({ release }) {
    const { manifest, reproducibility } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const recipes = reproducibility.ok ? reproducibility.value.binaries : [];
    const recipeOf = new Map(recipes.map((recipe) => [recipe.binary, recipe]));
    const binaries = binaryArtifacts(release);
    const sightings = binaries.flatMap((binary) => [
      ...packedSightings(binary),
      ...claimSightings(binary, recipeOf.get(binary.artifact.path)),
    ]);
    return failOr(sightings, pass(manifest.at, `${binaries.length} binaries without such traces`));
  },
};

function packedSightings({ artifact, facts }: BinaryArtifact): readonly Sighting[] {
  const packer = facts?.traces.packer ?? null;
  if (packer === null) return [];
  return [{ problem: "binaries.packed", at: artifact.path, expected: "not packed", actual: packer }];
}

/** Only the builds of Go claim anything; what a prebuilt binary was told is not recorded. */
function claimSightings(
  { artifact, facts }: BinaryArtifact,
  recipe: ReproducibleBinary | undefined,
): readonly Sighting[] {
  if (facts === undefined || recipe?.builder !== "go") return [];
  const { flags, ldflags } = goFlags(recipe);
  const { buildIds, sourcePaths } = facts.traces;
  const found = [
    [
      "binaries.build-id-left",
      ldflags.findLast((word) => word.startsWith("-buildid")) === "-buildid=",
      buildIds,
      "no build id",
    ],
    ["binaries.build-path-left", flags.includes("-trimpath"), sourcePaths, "paths of modules"],
    ["binaries.symbols-left", true, symbolsLeft(facts, ldflags), "stripped"],
  ] as const;
  return found.flatMap(([problem, isClaimed, left, expected]) =>
    !isClaimed || left.length === 0
      ? []
      : [{ problem, at: artifact.path, expected, actual: left.join(", ") }],
  );
}

/** `-s` leaves out the symbol table and, as `-w`, the DWARF sections (go doc cmd/link). */
function symbolsLeft({ traces }: BinaryFacts, ldflags: readonly string[]): readonly string[] {
  const isStripped = ldflags.includes("-s");
  return [
    ...(isStripped && traces.symbolTable ? ["a symbol table"] : []),
    ...((isStripped || ldflags.includes("-w")) && traces.debugInfo ? ["debug information"] : []),
  ];
}
