import { NOASSERTION } from "../../formats/spdx-unstated.ts";
import type { BinaryFacts } from "../../model/binary.ts";
import type { EntryMode } from "../../model/container.ts";
import type { FileDigests } from "../../model/digest.ts";
import type { DocumentHeader } from "../../model/documents.ts";
import type { ArtifactKind, Manifest } from "../../model/manifest.ts";
import type { BuildRecipe, Material } from "../build/build-recipe.ts";

/** Everything that the documents of a package are a function of. Nothing here may depend on the machine or the clock. */
export interface PackageInput extends Omit<Manifest, "artifacts" | "controls"> {
  /** Git tree of the commit; as many lowercase hex digits as the commit. */
  readonly sourceTree: string;
  /** By release: `dirHash` of the source of each Go that built a file. */
  readonly goSources: ReadonlyMap<string, string>;
  readonly vendor: string | null;
  /** How to reach the vendor: an e-mail address or a URL. */
  readonly contact: string;
  readonly license: StatedLicense;
  /** The one top folder of the zip. */
  readonly topFolder: string;
  /** What was built or copied; the documents are not among them. */
  readonly files: readonly PackageFile[];
  /** `h1:...` of go.sum for a module whose linker recorded none (vendored builds); undefined when go.sum has none. */
  readonly goSum: (path: string, version: string) => string | undefined;
  readonly moduleLicense: (path: string, version: string) => StatedLicense;
}

/** SPDX expressions; NOASSERTION where nothing is known. */
export interface StatedLicense {
  /** What the authors say, in their licence files. */
  readonly declared: string;
  /** What whoever makes the release holds true. */
  readonly concluded: string;
}

export const NO_LICENSE: StatedLicense = { declared: NOASSERTION, concluded: NOASSERTION };

export interface PackageFile extends FileDigests {
  readonly path: string;
  readonly kind: "go-binary" | "binary" | "file";
  readonly mode: EntryMode;
  readonly sizeBytes: number;
  /** `os/arch`; null for what belongs to no target. */
  readonly target: string | null;
  /** Name of the binary once installed; null when it is not installed. */
  readonly installName: string | null;
  /** What the bytes say of themselves; null for files that are no executable. */
  readonly binary: BinaryFacts | null;
  /** null for copied files. */
  readonly recipe: BuildRecipe | null;
  readonly materials: readonly Material[];
  readonly originVerified: boolean;
}

/** A file of a package as the documents above it list it. */
export interface ListedFile extends FileDigests {
  readonly path: string;
  readonly kind: ArtifactKind;
  readonly mode: EntryMode;
  readonly sizeBytes: number;
  readonly target: string | null;
  /** null for files that are no executable. */
  readonly binary: BinaryFacts | null;
}

export function headerFrom(input: PackageInput): DocumentHeader {
  return {
    product: input.product,
    component: input.component,
    version: input.version,
    commit: input.source.commit,
    ref: input.source.ref,
    repository: input.source.repository,
    sourceDateEpoch: input.sourceDateEpoch,
  };
}
