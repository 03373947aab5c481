import { dirHashOfSum } from "../../formats/dir-hash.ts";
import { genericPurl, golangPurl } from "../../formats/purl.ts";
import {
  BUILD_TYPE,
  type LinkedModule,
  type Provenance,
  type ResolvedDependency,
} from "../../model/documents.ts";
import { unionOf } from "../package/linked-modules.ts";
import type { ListedFile, PackageInput } from "../package/package-input.ts";

/** SLSA v1 provenance of a release. `subjects` are exactly L0 + L1 (trust-spec section 1). */
export function provenanceOf(input: PackageInput, subjects: readonly ListedFile[]): Provenance {
  return {
    subjects: subjects.map(({ path, sha256, sha512 }) => ({ name: path, digest: { sha256, sha512 } })),
    buildType: BUILD_TYPE,
    builderId: input.builderId,
    version: input.version,
    configSha256: input.configSha256,
    source: { repository: input.source.repository, ref: input.source.ref },
    sourceDateEpoch: input.sourceDateEpoch,
    targets: input.targets,
    dependencies: dependenciesOf(input),
  };
}

function dependenciesOf(input: PackageInput): readonly ResolvedDependency[] {
  const source = `git+${input.source.repository}@${input.source.ref}`;
  const all = [
    dependency(source, "source", { gitCommit: input.source.commit, gitTree: input.sourceTree }),
    dependency("urn:cavra:resolved-config", "config", { sha256: input.configSha256 }),
    ...input.files.flatMap((file) => toolchainsOf(file.recipe?.toolchain ?? "", input.goSources)),
    ...unionOf(input.files, input.goSum).map(moduleDependency),
    ...input.files.flatMap((file) =>
      file.materials.map(({ path, sha256 }) =>
        dependency(`${source}#${encodeURI(path)}`, "material", { sha256 }),
      ),
    ),
  ];
  return [...new Map(all.map((item) => [item.uri, item])).values()];
}

/**
 * `go1.26.8`, or `make 4.3, tar 1.34`. Tools other than Go have no digest: their bytes are others on each host, and the
 * same package must come out of all of them.
 */
function toolchainsOf(
  toolchain: string,
  goSources: PackageInput["goSources"],
): readonly ResolvedDependency[] {
  const dirHash = goSources.get(toolchain);
  const digest = dirHash === undefined ? {} : { dirHash };
  return toolchain.split(", ").flatMap((tool) => {
    const match = /^(?:(go)(1[^ ]*)|([^ ]+) (.+))$/.exec(tool);
    const name = match?.[1] ?? match?.[3];
    const version = match?.[2] ?? match?.[4];
    return name === undefined || version === undefined
      ? []
      : [dependency(genericPurl(name, version), "toolchain", digest)];
  });
}

function moduleDependency(module: LinkedModule): ResolvedDependency {
  const uri = golangPurl(module.path, module.version);
  const dirHash = dirHashOfSum(module.sum);
  return dependency(uri, module.path, dirHash === undefined ? {} : { dirHash });
}

function dependency(
  uri: string,
  name: string,
  digest: { readonly [algorithm: string]: string },
): ResolvedDependency {
  return { uri, name, digest: new Map(Object.entries(digest)) };
}
