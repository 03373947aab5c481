import { SBOM_PROFILES, type Sbom, type SbomComponent, type SbomProfile } from "../../model/sbom.ts";
import type { Defect, LintRule } from "./lint-rule.ts";

/** One minimum element: what is missing where. `actual` is left to the caller: it is always nothing. */
interface Element {
  readonly name: string;
  readonly clause: string;
  readonly title: string;
  readonly remedy: string;
  missing(sbom: Sbom): readonly string[];
}

const DOCUMENT = [""];
const NOWHERE: readonly string[] = [];

const author: Element = {
  name: "author",
  clause: "Author of SBOM data",
  title: "the document does not say who wrote it",
  remedy: "Name a person or an organisation among the creators: a tool is no author",
  missing: ({ authors }) => (authors.length > 0 ? NOWHERE : DOCUMENT),
};
const timestamp: Element = {
  name: "timestamp",
  clause: "Timestamp",
  title: "the document does not say when it was made",
  remedy: "Add the time of creation",
  missing: ({ created }) => (created === "" ? DOCUMENT : NOWHERE),
};
const supplier = perPackage(
  "supplier",
  "Supplier name",
  "a component does not say who supplies it",
  "Name the organisation or person that it comes from; NOASSERTION is no name",
  (item) => item.supplier !== "",
);
const name = perPackage(
  "name",
  "Component name",
  "a component has no name",
  "Name it as its supplier does",
  (item) => item.name !== "",
);
const version = perPackage(
  "version",
  "Version of the component",
  "a component has no version",
  "Add the version; of a source tree, the commit",
  (item) => item.version !== "",
);
const identifier = perPackage(
  "identifier",
  "Other unique identifiers",
  "a component has no identifier that databases know",
  "Add a package URL, a CPE name, a SWHID or an OmniBOR id",
  (item) => item.identifiers.length > 0,
);
const dependencies: Element = {
  name: "dependencies",
  clause: "Dependency relationship",
  title: "the document does not say what what it describes is made of",
  remedy: "Add relationships from the described element to its parts",
  missing: ({ described, dependencies: edges }) => {
    const from = new Set(edges.map((edge) => edge.from));
    return described.length > 0 && described.every((id) => from.has(id)) ? NOWHERE : DOCUMENT;
  },
};
const tool: Element = {
  name: "tool",
  clause: "Tool name",
  title: "the document does not say with which tool it was made",
  remedy: "Name the tool and its version among the creators",
  missing: ({ tools }) => (tools.length > 0 ? NOWHERE : DOCUMENT),
};
const context: Element = {
  name: "context",
  clause: "Generation context",
  title: "the document does not say whether it was made from source, at build time or from the result",
  remedy:
    'State it: software_sbomType in SPDX 3, "Generation context: build" in the creation comment of SPDX 2.3',
  missing: (sbom) => (sbom.context === "" ? DOCUMENT : NOWHERE),
};
const hash: Element = {
  name: "hash",
  clause: "Component hash",
  title: "a deployable file has no digest of at least 256 bits",
  remedy: "Add SHA-256 or SHA-512",
  missing: ({ components }) =>
    components
      .filter((item) => item.kind === "file" && !hasDigest(item, ["SHA256", "SHA384", "SHA512"]))
      .map(({ pointer }) => pointer),
};
const license = perPackage(
  "license",
  "License",
  "a component has no licence",
  "State what its licence files say; LicenseRef- for texts that the SPDX list does not have",
  (item) => item.licenseDeclared !== "" || item.licenseConcluded !== "",
);

const CONTACT = /[^\s@]+@[^\s@]+|https?:\/\//;
const bsiFormat: Element = {
  name: "format",
  clause: "section 4: formats",
  title: "the document is of a format that is too old",
  remedy: "Use the SPDX 3 document: SPDX 3.0.1 or later is asked for",
  missing: ({ format }) => (format === "SPDX-3.0.1" ? NOWHERE : DOCUMENT),
};
const bsiAuthor: Element = {
  name: "author",
  clause: "section 5.2.1: creator of the SBOM",
  title: "the document does not say how to reach whoever wrote it",
  remedy: "Add an e-mail address, or else a URL, to the author",
  missing: ({ authors }) => (authors.some((text) => CONTACT.test(text)) ? NOWHERE : DOCUMENT),
};
const bsiCreator = perPackage(
  "creator",
  "section 5.2.2: component creator",
  "a component does not say how to reach who made it",
  "Add an e-mail address, or else a URL, to the supplier",
  (item) => CONTACT.test(item.supplier),
);
const bsiLicense = perPackage(
  "license",
  "section 5.2.2: distribution licences",
  "a component has no concluded licence",
  "State under which licence you pass it on",
  (item) => item.licenseConcluded !== "",
);
const bsiHash: Element = {
  name: "hash",
  clause: "section 5.2.2: hash value of the deployable component",
  title: "a deployable file has no SHA-512",
  remedy: "Add SHA-512: no other digest counts",
  missing: ({ components }) =>
    components
      .filter((item) => item.kind === "file" && !hasDigest(item, ["SHA512"]))
      .map(({ pointer }) => pointer),
};
const bsiCompleteness: Element = {
  name: "completeness",
  clause: "section 5.2.2: dependencies",
  title: "the document does not say that its list of dependencies is complete",
  remedy: 'Write "completeness": "complete" (or incomplete) on the relationships',
  missing: ({ dependencies: edges }) =>
    edges.length > 0 && edges.every(({ isComplete }) => isComplete) ? NOWHERE : DOCUMENT,
};

const ELEMENTS: Readonly<Record<SbomProfile, readonly Element[]>> = {
  ntia: [author, timestamp, supplier, name, version, identifier, dependencies],
  "cisa-2025": [
    author,
    timestamp,
    tool,
    context,
    supplier,
    name,
    version,
    identifier,
    hash,
    license,
    dependencies,
  ],
  "bsi-2.1": [
    bsiFormat,
    bsiAuthor,
    timestamp,
    bsiCreator,
    name,
    version,
    identifier,
    bsiLicense,
    bsiHash,
    dependencies,
    bsiCompleteness,
  ],
};
const SOURCES: Readonly<Record<SbomProfile, string>> = {
  ntia: "NTIA minimum elements 2021",
  "cisa-2025": "CISA minimum elements 2025 (draft)",
  "bsi-2.1": "BSI TR-03183-2 2.1.0",
};

export const profileRules: readonly LintRule[] = SBOM_PROFILES.flatMap((profile) =>
  ELEMENTS[profile].map((element) => ({
    id: `${profile}.${element.name}`,
    severity: "error" as const,
    clause: `${SOURCES[profile]}, ${element.clause}`,
    title: element.title,
    remedy: element.remedy,
  })),
);

/** The minimum elements of a profile that an SBOM lacks. */
export function lintProfile(sbom: Sbom, profile: SbomProfile): readonly Defect[] {
  return ELEMENTS[profile].flatMap((element) =>
    element.missing(sbom).map((pointer) => ({ rule: `${profile}.${element.name}`, pointer, actual: "none" })),
  );
}

function perPackage(
  elementName: string,
  clause: string,
  title: string,
  remedy: string,
  holds: (item: SbomComponent) => boolean,
): Element {
  return {
    name: elementName,
    clause,
    title,
    remedy,
    missing: ({ components }) =>
      components.filter((item) => item.kind === "package" && !holds(item)).map(({ pointer }) => pointer),
  };
}

function hasDigest({ digests }: SbomComponent, algorithms: readonly string[]): boolean {
  return algorithms.some((algorithm) => digests.has(algorithm));
}
