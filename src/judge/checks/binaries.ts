import type { BinaryFacts } from "../../model/binary.ts";
import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { MANIFEST_FILE } from "../../model/layers.ts";
import { parseTargetId, type Target } from "../../model/target.ts";
import type { InspectedFile } from "../../model/release.ts";
import type { PackageStage } from "../stages.ts";
import { binariesFactsProblems, factSightings } from "./binaries-facts.ts";
import { binariesRecipe, binariesRecipeProblems } from "./binaries-recipe.ts";
import { binariesTraces, binariesTracesProblems } from "./binaries-traces.ts";
import { binaryArtifacts, isBinary, type BinaryArtifact } from "./binary-artifacts.ts";
import { fail, memberSightings } from "./comparison.ts";

const ASK_MAKER = "Do not install it; ask the maker for a release whose binaries are what it says they are";

export const binariesProblems: readonly Problem[] = [
  {
    id: "binaries.none",
    severity: "error",
    title: "the release holds no binary",
    why: "there is nothing to install, and nothing was proven about what would run",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.unreadable",
    severity: "error",
    title: "a listed binary cannot be read as an executable",
    why: "what it would do on your machine cannot be told, not even for which machine it is",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.target-missing",
    severity: "error",
    title: "a binary is listed without a target",
    why: "nobody says for which platform it is, so it cannot be compared with its bytes",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.target-differs",
    severity: "error",
    title: "a binary is for another platform than the manifest says",
    why: "it would not start where it is installed, or was exchanged for the binary of another target",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.go-target-differs",
    severity: "error",
    title: "the Go build info in a binary names another platform",
    why: "the file was changed after it was linked, or was built for something else",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.same-bytes",
    severity: "error",
    title: "two targets share the same bytes",
    why: "one executable cannot be right for two platforms: one of them is missing",
    remedy: ASK_MAKER,
  },
  {
    id: "binaries.unlisted-executable",
    severity: "error",
    title: "a file that is not listed as a binary is an executable",
    why: "it would escape every check that binaries must pass, and still run",
    remedy: "Do not run it; ask the maker why it is in the package and not listed as a binary",
  },
  ...binariesRecipeProblems,
  ...binariesTracesProblems,
  ...binariesFactsProblems,
];

const target: Check<PackageStage> = {
  id: "binaries.target",
  title: "Every binary is an executable for its target",
  needs: ["manifest.readable"],
  run({ release }) {
    if (!release.documents.manifest.ok) return skip("the manifest cannot be read");
    const binaries = binaryArtifacts(release);
    if (binaries.length === 0) return fail({ problem: "binaries.none", at: MANIFEST_FILE });
    const sightings = [...binaries.flatMap(binarySightings), ...sameBytesSightings(binaries)];
    return failOr(sightings, pass(MANIFEST_FILE, `${binaries.length} executables, each for its target`));
  },
};

function binarySightings({ artifact, file, facts }: BinaryArtifact): readonly Sighting[] {
  const at = artifact.path;
  const parsedTarget = parseTargetId(artifact.target ?? "");
  if (parsedTarget === undefined) {
    return [{ problem: "binaries.target-missing", at, actual: artifact.target ?? "none" }];
  }
  if (facts === undefined) return [{ problem: "binaries.unreadable", at, actual: reasonOf(file) }];
  return [
    ...platformSightings(at, parsedTarget, facts),
    ...goSightings(at, parsedTarget, facts),
    ...factSightings({ artifact, file, facts, go: facts.go }),
  ];
}

function reasonOf(file: BinaryArtifact["file"]): string {
  if (file === undefined) return "not in the package";
  return file.binary?.ok === false ? file.binary.reason : "not an executable format";
}

function platformSightings(at: string, { os, arch }: Target, facts: BinaryFacts): readonly Sighting[] {
  return memberSightings("binaries.target-differs", at, [
    ["file format", formatOf(os), facts.format],
    // An ELF file does not name its system; its Go build info, when there is one, does.
    ["os", os, facts.os ?? os],
    ["machine", arch, facts.arch],
  ]);
}

const FORMATS: ReadonlyMap<string, BinaryFacts["format"]> = new Map([
  ["aix", "xcoff"],
  ["darwin", "macho"],
  ["ios", "macho"],
  ["js", "wasm"],
  ["plan9", "plan9"],
  ["wasip1", "wasm"],
  ["windows", "pe"],
]);

function formatOf(os: string): BinaryFacts["format"] {
  return FORMATS.get(os) ?? "elf";
}

function goSightings(at: string, { os, arch }: Target, { go }: BinaryFacts): readonly Sighting[] {
  if (go === undefined) return [];
  return memberSightings("binaries.go-target-differs", at, [
    ["GOOS", os, go.settings.get("GOOS") ?? "not recorded"],
    ["GOARCH", arch, go.settings.get("GOARCH") ?? "not recorded"],
  ]);
}

function sameBytesSightings(binaries: readonly BinaryArtifact[]): readonly Sighting[] {
  const firstOf = new Map<string, BinaryArtifact["artifact"]>();
  return binaries.flatMap(({ artifact, file }) => {
    const digest = file?.sha256 ?? artifact.sha256;
    const first = firstOf.get(digest);
    firstOf.set(digest, first ?? artifact);
    if (first === undefined || first.target === artifact.target) return [];
    return [
      {
        problem: "binaries.same-bytes",
        at: artifact.path,
        expected: `other bytes than ${first.path}`,
        actual: digest,
      },
    ];
  });
}

const listed: Check<PackageStage> = {
  id: "binaries.listed",
  title: "Every executable is listed as a binary",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const known = new Set(manifest.value.artifacts.filter(isBinary).map(({ path }) => path));
    const executables = [...release.files.values()].filter(({ binary }) => startsByItself(binary));
    const unlisted = executables.filter(({ path }) => !known.has(path));
    return failOr(
      unlisted.map(({ path, binary }) => {
        const actual = binary?.ok === true ? `${binary.value.format} executable` : "looks like an executable";
        return { problem: "binaries.unlisted-executable", at: path, expected: "no executable", actual };
      }),
      pass(MANIFEST_FILE, `${executables.length} of ${release.files.size} files are executables, all listed`),
    );
  },
};

/** No system starts a WebAssembly module: programs bring them along as data. */
function startsByItself(binary: InspectedFile["binary"]): boolean {
  return binary !== undefined && !(binary.ok && binary.value.format === "wasm");
}

export const binariesChecks: readonly Check<PackageStage>[] = [
  target,
  listed,
  binariesRecipe,
  binariesTraces,
];
