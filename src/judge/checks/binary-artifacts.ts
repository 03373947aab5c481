import type { BinaryFacts, GoBuildInfo, GoModule } from "../../model/binary.ts";
import type { Artifact, ArtifactKind } from "../../model/manifest.ts";
import type { InspectedFile, Release, ReleaseDocuments } from "../../model/release.ts";

export function isBinary({ kind }: { readonly kind: ArtifactKind }): boolean {
  return kind === "go-binary" || kind === "binary";
}

/** One artifact that the manifest calls a binary, with what its own bytes say. */
export interface BinaryArtifact {
  readonly artifact: Artifact;
  /** undefined: the file is not in the package. */
  readonly file: InspectedFile | undefined;
  readonly facts: BinaryFacts | undefined;
  readonly go: GoBuildInfo | undefined;
}

/** Empty when the manifest is broken or lists no binary: callers must not take that for a pass. */
export function binaryArtifacts({ documents, files }: Release): readonly BinaryArtifact[] {
  if (!documents.manifest.ok) return [];
  return documents.manifest.value.artifacts.filter(isBinary).map((artifact) => {
    const file = files.get(artifact.path);
    const facts = file?.binary?.ok === true ? file.binary.value : undefined;
    return { artifact, file, facts, go: facts?.go };
  });
}

/** What was really linked in: a replaced module is not in the binary, its replacement is. */
export function linkedModules(go: GoBuildInfo): readonly GoModule[] {
  return go.modules.map((module) => module.replacedBy ?? module);
}

/**
 * The `h1:` sum of a linked module: as the binary records it, else (a vendored build records none) as go-modules.json
 * lists it, so that all documents name the same code. Empty: no sum is known. undefined: nothing says.
 */
export function knownSum(module: GoModule, listed: ReleaseDocuments["goModules"]): string | undefined {
  if (module.sum !== "" || !listed.ok) return module.sum === "" ? undefined : module.sum;
  return listed.value.modules.find((item) => moduleKey(item) === moduleKey(module))?.sum;
}

/** `path@version`; a module that came from a folder has no version. */
export function moduleKey({ path, version }: { readonly path: string; readonly version: string }): string {
  return version === "" ? path : `${path}@${version}`;
}

/** `go1.26.8 X:aliastypeparams` and `1.26.8` name one compiler; experiments stand behind a blank. */
export function goVersionNumber(version: string): string {
  return (version.split(" ", 1)[0] ?? "").replace(/^go/, "");
}
