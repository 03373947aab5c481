import { RELEASE_CONTROLS } from "../model/controls.ts";
import type { LegacyEvidence } from "../model/legacy-package.ts";
import { ARTIFACT_KINDS, type Artifact, type Manifest } from "../model/manifest.ts";
import { parseTargetId } from "../model/target.ts";

/** What is compared of every package, also of one of the existing system. */
export interface PackageFacts extends Pick<Manifest, "version" | "targets" | "controls"> {
  readonly artifacts: readonly Pick<Artifact, "path" | "kind" | "target">[];
}

/** `NAME_VERSION_OS_ARCH`, with `.exe` on Windows. */
const BINARY_ENDING = /_([a-z0-9]+)_([a-z0-9]+)(?:\.exe)?$/;
const CONTROL_IDS: ReadonlySet<string> = new Set(RELEASE_CONTROLS.map(({ id }) => id));

/**
 * A manifest of the existing system in the words that both systems have. Kinds and controls that only it knows are left
 * out: every release of ours would have lost them.
 */
export function legacyFacts({ version, artifacts, controls }: LegacyEvidence): PackageFacts {
  const known = artifacts.flatMap(({ path, kind: word }) => {
    const kind = ARTIFACT_KINDS.find((candidate) => candidate === word);
    if (kind === undefined) return [];
    const target = kind === "go-binary" ? targetOf(path) : undefined;
    return [target === undefined ? { path, kind } : { path, kind, target }];
  });
  const targets = new Set(known.flatMap(({ target }) => target ?? []));
  return {
    version: version.replace(/^v/, ""),
    targets: [...targets].toSorted(),
    controls: controls.filter((id) => CONTROL_IDS.has(id)),
    artifacts: known,
  };
}

function targetOf(path: string): string | undefined {
  const [, os = "", arch = ""] = BINARY_ENDING.exec(path) ?? [];
  const target = `${os}/${arch}`;
  return parseTargetId(target) === undefined ? undefined : target;
}
