import type { Problem, Severity } from "../../model/finding.ts";

const ASK_MAKER =
  "Do not install it; ask the maker for a release whose documents agree with each other, and best for one that cavra made";

type Words = readonly [name: string, title: string, why: string, remedy?: string];

function problems(severity: Severity, words: readonly Words[]): readonly Problem[] {
  return words.map(([name, title, why, remedy = ASK_MAKER]) => ({
    id: `legacy.${name}`,
    severity,
    title,
    why,
    remedy,
  }));
}

/** What can be wrong with a package of the existing system beyond its files and its zip. */
export const legacyProblems: readonly Problem[] = [
  ...problems("unknown", [
    [
      "proves-nothing",
      "the package is of the system before cavra, whose signatures prove nothing",
      "the keys that verify its .sig.json files travel with them, so anyone can change all of it and sign it again",
      "Ask your vendor for a release made with cavra and for its trust root, each by its own way",
    ],
  ]),
  ...problems("error", [
    [
      "manifest-unreadable",
      "the manifest of the system before cavra cannot be read",
      "nothing says what this release is, so nothing about it can be judged",
    ],
    [
      "dry-run",
      "the release is a dry run",
      "a dry run is made to try things out and was never meant to be installed",
    ],
    [
      "top-differs",
      "the top folder is not named after the version of the release",
      "people and scripts read the version from the folder, and would take it for another release",
    ],
    [
      "control-false",
      "the manifest claims a control that the package does not have",
      "people rely on such claims without looking, and nothing in the package bears this one out",
    ],
    [
      "signatures-differ",
      "the manifest and the .sig.json files contradict each other",
      "signatures were added, taken away or exchanged after the manifest was written",
    ],
    [
      "artifact-missing",
      "a listed file of the package is not in the manifest",
      "the manifest says which files must be listed and signed, and it does not know this one",
    ],
    [
      "artifact-unknown",
      "the manifest lists a file that checksums.txt does not list",
      "the manifest describes another set of files than the one you have",
    ],
    [
      "artifact-repeated",
      "the manifest lists a file more than once",
      "two readers may take different entries for the truth",
    ],
    [
      "artifact-differs",
      "the manifest describes a file otherwise than it is",
      "digest and size of every artifact must be those of the file, or the manifest is about other bytes",
    ],
    [
      "document-missing",
      "a document that every release has is not in the package",
      "what it says about the release cannot be compared with anything, and readers would not miss it",
    ],
    [
      "document-unreadable",
      "a document of the package cannot be read",
      "installers and tools act on it, and two of them may read it differently",
    ],
    [
      "document-differs",
      "a document is about another release, or of another kind",
      "it was left over or brought in from elsewhere, and people would act on it",
    ],
    [
      "claim-differs",
      "a document names a file that is another one, or is not there",
      "whoever follows the document installs or compares the wrong bytes",
    ],
    [
      "target-lost",
      "a target that was to be built has no binary, or the other way round",
      "the release does not hold what its documents promise for this platform",
    ],
    [
      "provenance-differs",
      "the provenance is about another release",
      "it says where another package came from, and nothing about this one",
    ],
    [
      "subject-missing",
      "the provenance leaves out a file of the package",
      "nobody says where this file came from; it may have been added to the release",
    ],
    [
      "subject-unknown",
      "the provenance is about a file that is not in the package",
      "the provenance belongs to another set of files than the one you have",
    ],
    [
      "subject-repeated",
      "the provenance names a file more than once",
      "two readers may take different entries for the truth",
    ],
    [
      "subject-differs",
      "the provenance is about other bytes than the file has",
      "the file is not the one whose origin is described",
    ],
    [
      "builder-not-shown",
      "the provenance names a hosted builder, and a run that was none",
      "a build on somebody's own machine claims to come from a hosted runner",
    ],
    [
      "sbom-differs",
      "the SBOM is about another release",
      "the list of components belongs to other files than those you have",
    ],
    [
      "sbom-incomplete",
      "a module that is linked into a binary is not in the SBOM",
      "known vulnerabilities of it would not be found",
    ],
  ]),
  ...problems("note", [
    [
      "not-covered",
      "no list of the package covers a file",
      "the system before cavra neither lists nor signs it: whoever passed the package on may have written it",
      "Do not rely on what it says",
    ],
  ]),
];
