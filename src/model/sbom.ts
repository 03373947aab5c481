/** Lists of minimum elements that authorities ask for. */
export const SBOM_PROFILES = ["ntia", "cisa-2025", "bsi-2.1"] as const;
export type SbomProfile = (typeof SBOM_PROFILES)[number];

/** An SBOM of any format, seen as the list of what something is made of. What a document does not state is empty. */
export interface Sbom {
  readonly format: "SPDX-2.3" | "SPDX-3.0.1";
  readonly name: string;
  readonly namespace: string;
  readonly created: string;
  /** People and organisations that wrote it, without their prefix. */
  readonly authors: readonly string[];
  readonly tools: readonly string[];
  /** Where in the life of the software it was made: `build`, `source` ... */
  readonly context: string;
  /** Ids of the components that the document is about. */
  readonly described: readonly string[];
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly SbomDependency[];
}

export interface SbomComponent {
  /** RFC 6901 place in the document. */
  readonly pointer: string;
  readonly id: string;
  readonly kind: "package" | "file";
  readonly name: string;
  readonly version: string;
  readonly supplier: string;
  /** Package URLs, CPE names, SWHIDs, OmniBOR ids. */
  readonly identifiers: readonly string[];
  readonly purl: string;
  /** By the name that SPDX 2.3 gives the algorithm; a go.sum sum stands under `h1`. */
  readonly digests: ReadonlyMap<string, string>;
  readonly licenseDeclared: string;
  readonly licenseConcluded: string;
  /** What the document says it is for: `APPLICATION`, `executable` ... */
  readonly purposes: readonly string[];
  readonly downloadLocation: string;
}

export interface SbomDependency {
  readonly from: string;
  readonly to: string;
  /** Whether the document says that this list of dependencies is complete. */
  readonly isComplete: boolean;
}
