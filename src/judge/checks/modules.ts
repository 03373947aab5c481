import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { LinkedModule } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import type { PackageStage } from "../stages.ts";
import { binaryArtifacts, moduleKey, type BinaryArtifact } from "./binary-artifacts.ts";
import { compareByKey, fail, membershipSightings, memberSightings, type Member } from "./comparison.ts";
import { headerSightings } from "./document-header.ts";

const ASK_MAKER = "Ask the maker for a release whose module list is that of its binaries";

export const modulesProblems: readonly Problem[] = [
  {
    id: "modules.unreadable",
    severity: "error",
    title: "the list of Go modules is missing or cannot be read",
    why: "scanners and people look there for known faults in the code of others",
    remedy: ASK_MAKER,
  },
  {
    id: "modules.release-differs",
    severity: "error",
    title: "the list of Go modules is of another release",
    why: "it says which code another release was made of",
    remedy: ASK_MAKER,
  },
  {
    id: "modules.module-missing",
    severity: "error",
    title: "a module that is linked into a binary is not in the list of Go modules",
    why: "known faults in this code would go unnoticed",
    remedy: ASK_MAKER,
  },
  {
    id: "modules.module-unknown",
    severity: "error",
    title: "the list of Go modules names a module that no binary holds",
    why: "the list describes another build than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "modules.module-repeated",
    severity: "error",
    title: "the list of Go modules names a module more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "modules.module-differs",
    severity: "error",
    title: "the list of Go modules describes a module otherwise than the binaries",
    why: "another sum means other code under the same version, or another target that holds it",
    remedy: ASK_MAKER,
  },
];

const agree: Check<PackageStage> = {
  id: "modules.agree",
  title: "The list of Go modules is what the binaries hold",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest, goModules } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const binaries = binaryArtifacts(release);
    const declared = manifest.value.artifacts.some(
      ({ kind }) => kind === "go-modules" || kind === "go-binary",
    );
    if (!declared && binaries.every(({ go }) => go === undefined)) {
      return skip("the release holds no Go binary");
    }
    const { at } = goModules;
    if (!goModules.ok) return fail({ problem: "modules.unreadable", at, actual: goModules.reason });
    const uses = Map.groupBy(binaries.flatMap(modulesOf), moduleKey);
    const comparison = compareByKey(uses.keys(), (key) => key, goModules.value.modules, moduleKey);
    const sightings = [
      ...headerSightings("modules.release-differs", at, goModules.value, manifest.value),
      ...membershipSightings(comparison, MODULE_PROBLEMS, at),
      ...goModules.value.modules.flatMap((module) => moduleSightings(module, uses.get(moduleKey(module)))),
    ];
    return failOr(sightings, pass(at, `${goModules.value.modules.length} modules, all linked`));
  },
};

const MODULE_PROBLEMS = {
  missing: "modules.module-missing",
  extra: "modules.module-unknown",
  repeated: "modules.module-repeated",
};

/** One module as one binary links it. */
interface ModuleUse {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
  readonly replaces: string | null;
  readonly target: string;
}

function modulesOf({ artifact, go }: BinaryArtifact): readonly ModuleUse[] {
  return (go?.modules ?? []).map((module) => {
    const { path, version, sum } = module.replacedBy ?? module;
    const replaces = module.replacedBy === undefined ? null : moduleKey(module);
    return { path, version, sum, replaces, target: artifact.target ?? "" };
  });
}

function moduleSightings(listed: LinkedModule, uses: readonly ModuleUse[] = []): readonly Sighting[] {
  if (uses.length === 0) return [];
  const targets = [...new Set(uses.map(({ target }) => target))].sort();
  const replaced = uses.map(({ replaces }) => replaces);
  return memberSightings("modules.module-differs", moduleKey(listed), [
    ["targets", targets.join(", "), listed.targets.join(", ")],
    [
      "replaces",
      replaced.includes(listed.replaces) ? listed.replaces : (replaced[0] ?? null),
      listed.replaces,
    ],
    // Every binary that records a sum must record this one; a vendored build records none.
    ...new Map(
      uses
        .filter(({ sum }) => sum !== "")
        .map(({ sum }): [string, Member] => [sum, ["sum", sum, listed.sum]]),
    ).values(),
  ]);
}

export const modulesChecks: readonly Check<PackageStage>[] = [agree];
