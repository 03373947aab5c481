import type { BinaryFacts } from "./binary.ts";
import type { ContainerEntry } from "./container.ts";
import type { FileDigests } from "./digest.ts";
import type {
  Bootstrap,
  ChecksumLine,
  GoModules,
  Installers,
  Provenance,
  Reproducibility,
  SpdxDocument,
} from "./documents.ts";
import type { Manifest, ZipRecipe } from "./manifest.ts";
import type { Parsed } from "./parsed.ts";

/** One file of a package after its bytes were hashed. Only these bytes are parsed on. */
export interface InspectedFile extends ContainerEntry, FileDigests {
  /** Facts of an executable; a reason when the bytes look like one and cannot be read; undefined for other files. */
  readonly binary?: Parsed<BinaryFacts>;
}

/** The documents of a package, each read or with the reason why not. A missing file is a broken document. */
export interface ReleaseDocuments {
  readonly checksums: Parsed<readonly ChecksumLine[]>;
  readonly manifest: Parsed<Manifest>;
  readonly sbom: Parsed<SpdxDocument>;
  readonly provenance: Parsed<Provenance>;
  readonly installers: Parsed<Installers>;
  readonly reproducibility: Parsed<Reproducibility>;
  readonly goModules: Parsed<GoModules>;
  readonly bootstrap: Parsed<Bootstrap>;
}

/** What a zip says of its own making; both are one and the same for all entries (`cavra-zip/1`). */
export interface ZipFacts {
  /** Of every entry that is not empty; null when all are empty. */
  readonly method: ZipRecipe["method"] | null;
  /** The one time of all entries, seconds since 1970 UTC, even. */
  readonly modifiedEpochSeconds: number;
}

/** An inspected package: what every check, diff and rule looks at. */
export interface Release {
  readonly kind: "directory" | "zip";
  /** Name of the top folder. */
  readonly top: string;
  /** null for a directory. */
  readonly zip: ZipFacts | null;
  /** Every file, bytewise by path. */
  readonly files: ReadonlyMap<string, InspectedFile>;
  readonly documents: ReleaseDocuments;
  /** SHA-256 of the manifest's bytes: the release id. Empty when there is no manifest. */
  readonly manifestSha256: string;
  /** The bytes of release-evidence.md, compared with the rendering of the manifest. */
  readonly evidenceMarkdown: Parsed<string>;
}
