import type {
  Bootstrap,
  Installers,
  InstallerTarget,
  Provenance,
  ResolvedDependency,
} from "../model/documents.ts";
import type { Change, SetChange } from "./change.ts";
import { changeOf, setChange } from "./change.ts";
import { pairBinaries } from "./pairing.ts";
import { unversioned } from "./unversioned.ts";

/** How one target is installed, before and now; versions replaced. */
export interface InstallerDiff {
  readonly target: string;
  readonly installPath: Change<string>;
  readonly installMethod: Change<string>;
  readonly installCommand: Change<string>;
  readonly verificationCommand: Change<string>;
}

export function diffInstallers(was: Installers, now: Installers): readonly InstallerDiff[] {
  return pairBinaries(was.targets, was.version, now.targets, now.version).map((pair) => {
    const change = (read: (side: InstallerTarget) => string): Change<string> => ({
      was: unversioned(read(pair.was), was.version),
      now: unversioned(read(pair.now), now.version),
    });
    return {
      target: pair.now.target,
      installPath: change(({ installPath }) => installPath),
      installMethod: change(({ installMethod }) => installMethod),
      installCommand: change(({ installCommand }) => installCommand),
      verificationCommand: change(({ verificationCommand }) => verificationCommand),
    };
  });
}

export interface BootstrapDiff {
  readonly requiredFiles: SetChange;
  readonly verificationCommands: SetChange;
}

export function diffBootstrap(was: Bootstrap, now: Bootstrap): BootstrapDiff {
  const stable = (read: (side: Bootstrap) => readonly string[]): SetChange =>
    setChange(
      read(was).map((text) => unversioned(text, was.version)),
      read(now).map((text) => unversioned(text, now.version)),
    );
  return {
    requiredFiles: stable(({ requiredFiles }) => requiredFiles),
    verificationCommands: stable(({ verificationCommands }) => verificationCommands),
  };
}

export interface ProvenanceDiff {
  readonly builderId: Change<string>;
  readonly buildType: Change<string>;
  readonly subjects: Change<number>;
  readonly configSha256: Change<string>;
  readonly dependencies: SetChange;
  /** Dependencies that were pinned by a digest and are not any more: names, and of tools the URI without a version. */
  readonly unpinned: readonly string[];
  /** Tools of one name and version that both pin, and not to the same bytes; the digests as `name:value`. */
  readonly exchangedTools: readonly ToolChange[];
}

export interface ToolChange extends Change<string> {
  readonly uri: string;
}

export function diffProvenance(was: Provenance, now: Provenance): ProvenanceDiff {
  const pinned = new Set(was.dependencies.filter(hasDigest).map(pinOf));
  return {
    builderId: changeOf(was, now, ({ builderId }) => builderId),
    buildType: changeOf(was, now, ({ buildType }) => buildType),
    subjects: changeOf(was, now, ({ subjects }) => subjects.length),
    configSha256: changeOf(was, now, ({ configSha256 }) => configSha256),
    dependencies: setChange(namesOf(was), namesOf(now)),
    unpinned: now.dependencies
      .filter((dependency) => !hasDigest(dependency))
      .map(pinOf)
      .filter((pin) => pinned.has(pin)),
    exchangedTools: exchangedTools(was, now),
  };
}

function exchangedTools(was: Provenance, now: Provenance): readonly ToolChange[] {
  const before = new Map(pinnedTools(was).map((tool) => [tool.uri, digestText(tool)]));
  return pinnedTools(now).flatMap((tool) => {
    const [uri, digest] = [tool.uri, digestText(tool)];
    const known = before.get(uri) ?? digest;
    return known === digest ? [] : [{ uri, was: known, now: digest }];
  });
}

function pinnedTools({ dependencies }: Provenance): readonly ResolvedDependency[] {
  return dependencies.filter((dependency) => dependency.name === "toolchain" && hasDigest(dependency));
}

function digestText({ digest }: ResolvedDependency): string {
  return [...digest].map((pair) => pair.join(":")).join(", ");
}

function hasDigest({ digest }: ResolvedDependency): boolean {
  return digest.size > 0;
}

/** All tools have one name, and only Go a digest. */
function pinOf({ name, uri }: ResolvedDependency): string {
  return name === "toolchain" ? uri.replace(/@[^@]*$/, "") : name;
}

function namesOf({ dependencies }: Provenance): readonly string[] {
  return dependencies.map(({ name }) => name);
}
