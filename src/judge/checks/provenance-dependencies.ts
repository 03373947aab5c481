import { dirHashOfSum } from "../../formats/dir-hash.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import { SHA256_HEX } from "../../model/digest.ts";
import type { Problem } from "../../model/finding.ts";
import type { ResolvedDependency } from "../../model/documents.ts";
import type { ReleaseDocuments } from "../../model/release.ts";
import type { PackageStage } from "../stages.ts";
import {
  binaryArtifacts,
  goVersionNumber,
  knownSum,
  linkedModules,
  moduleKey,
  type BinaryArtifact,
} from "./binary-artifacts.ts";
import { fail, memberSightings, place } from "./comparison.ts";

const ASK_MAKER = "Ask the maker for a release whose provenance names everything that went into it";

export const provenanceDependenciesProblems: readonly Problem[] = [
  {
    id: "provenance.no-dependencies",
    severity: "error",
    title: "the provenance names nothing that went into the build",
    why: "source, toolchain and modules are what makes a build; without them nothing can be traced",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.toolchain-missing",
    severity: "error",
    title: "the provenance does not name the toolchain that built a binary",
    why: "a fault or a backdoor of a compiler could not be traced to this release",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.toolchain-unpinned",
    severity: "error",
    title: "the provenance does not say which source the Go toolchain was made of",
    why: "two toolchains that call themselves the same version can compile the same program into different ones",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.module-missing",
    severity: "error",
    title: "the provenance does not name a module that is linked into a binary",
    why: "known faults in this code could not be traced to this release",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.module-differs",
    severity: "error",
    title: "the provenance names other code for a module than the binary holds",
    why: "the same version with another sum is other code: one of the two was exchanged",
    remedy: ASK_MAKER,
  },
];

export const provenanceDependencies: Check<PackageStage> = {
  id: "provenance.dependencies",
  title: "The provenance names the toolchain and every module that the binaries hold",
  needs: ["manifest.readable", "provenance.readable"],
  run({ release }) {
    const { provenance } = release.documents;
    if (!provenance.ok) return skip("the provenance cannot be read");
    const { at, value } = provenance;
    if (value.dependencies.length === 0) return fail({ problem: "provenance.no-dependencies", at });
    const binaries = binaryArtifacts(release).filter(({ go }) => go !== undefined);
    if (binaries.length === 0) return skip("no binary carries Go build info");
    const known = Map.groupBy(value.dependencies, dependencyKey);
    const sightings = [
      ...toolchainSightings(at, binaries, value.dependencies),
      ...moduleSightings(at, binaries, known, release.documents.goModules),
    ];
    return failOr(sightings, pass(at, `${value.dependencies.length} dependencies, all that were linked`));
  },
};

const NOT_RECORDED = "not recorded";

function dependencyKey({ name, uri }: ResolvedDependency): string {
  return moduleKey({ path: name, version: versionOf(uri) });
}

/** The version of a package URL (`pkg:type/name@version?qualifiers#subpath`); empty when there is none. */
function versionOf(uri: string): string {
  const bare = uri.split(/[?#]/, 1)[0] ?? "";
  const written = bare.includes("@") ? bare.slice(bare.lastIndexOf("@") + 1) : "";
  // Percent signs stand only before the two digits of an encoded byte, else nothing can be decoded.
  return /^(?:[^%]|%[0-7][0-9A-Fa-f])*$/.test(written) ? decodeURIComponent(written) : written;
}

function toolchainSightings(
  at: string,
  binaries: readonly BinaryArtifact[],
  dependencies: readonly ResolvedDependency[],
): readonly Sighting[] {
  const toolchains = dependencies.filter(({ name }) => name === "toolchain");
  const recorded = Map.groupBy(toolchains, ({ uri }) => goVersionNumber(versionOf(uri)));
  // A prebuilt binary was linked elsewhere: its toolchain is no input of this build.
  const linkedHere = binaries.filter(({ artifact }) => artifact.kind === "go-binary");
  const built = new Set(linkedHere.flatMap(({ go }) => go?.goVersion ?? []));
  return [...built].flatMap((expected) => {
    const named = recorded.get(goVersionNumber(expected));
    if (named !== undefined) return unpinnedSightings(at, named);
    const actual = toolchains.map(({ uri }) => uri).join(", ") || "none";
    return [{ problem: "provenance.toolchain-missing", at, expected, actual }];
  });
}

/** Nothing in a package tells whether the digest is right; whoever builds again finds out (docs/buildtype.md). */
function unpinnedSightings(at: string, toolchains: readonly ResolvedDependency[]): readonly Sighting[] {
  return toolchains
    .filter(({ digest }) => !SHA256_HEX.test(digest.get("dirHash") ?? ""))
    .map(({ uri, digest }) => ({
      problem: "provenance.toolchain-unpinned",
      at: place(at, uri),
      expected: "dirHash of 64 hex digits",
      actual: digest.get("dirHash") ?? NOT_RECORDED,
    }));
}

function moduleSightings(
  at: string,
  binaries: readonly BinaryArtifact[],
  known: ReadonlyMap<string, readonly ResolvedDependency[]>,
  listed: ReleaseDocuments["goModules"],
): readonly Sighting[] {
  const linked = binaries.flatMap(({ go }) => (go === undefined ? [] : linkedModules(go)));
  const unique = new Map(linked.map((module) => [`${moduleKey(module)} ${module.sum}`, module]));
  return [...unique.values()].flatMap((module) => {
    const key = moduleKey(module);
    const dependencies = known.get(key);
    if (dependencies === undefined)
      return [{ problem: "provenance.module-missing", at, expected: key, actual: "none" }];
    const sum = knownSum(module, listed);
    if (sum === undefined) return [];
    return dependencies.flatMap(({ digest }) =>
      memberSightings("provenance.module-differs", key, [
        ["dirHash", dirHashOfSum(sum) ?? NOT_RECORDED, digest.get("dirHash") ?? NOT_RECORDED],
      ]),
    );
  });
}
