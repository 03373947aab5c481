import { recordedBinaryJson, recordedFacts } from "../../formats/recorded-binary.ts";
import type { Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { BinaryArtifact } from "./binary-artifacts.ts";
import { memberSightings } from "./comparison.ts";

export const binariesFactsProblems: readonly Problem[] = [
  {
    id: "binaries.facts-missing",
    severity: "error",
    title: "the manifest records no facts of a binary",
    why: "readers without a parser of executables cannot tell what the file is, and nothing can be computed again",
    remedy: "Ask the maker for a release whose manifest records what each binary is",
  },
  {
    id: "binaries.facts-differ",
    severity: "error",
    title: "the manifest records other facts of a binary than its bytes say",
    why: "whoever decides by the manifest alone, for example whether a binary is static, decides about another file",
    remedy: "Ask the maker for a release whose manifest was written for these binaries",
  },
];

/** Facts are recorded for readers without a parser of executables; every one is computed again. */
export function factSightings({ artifact, facts }: BinaryArtifact): readonly Sighting[] {
  if (facts === undefined) return [];
  if (artifact.binary === undefined) {
    return [{ problem: "binaries.facts-missing", at: artifact.path, expected: "facts", actual: "none" }];
  }
  const recorded = recordedBinaryJson(artifact.binary);
  const found = Object.entries(recordedBinaryJson(recordedFacts(facts)));
  return memberSightings(
    "binaries.facts-differ",
    artifact.path,
    found.map(([name, value]) => [name, JSON.stringify(value), JSON.stringify(recorded[name])] as const),
  );
}
