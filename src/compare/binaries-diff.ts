import type { BinaryFacts } from "../model/binary.ts";
import type { Release } from "../model/release.ts";
import type { Change } from "./change.ts";
import type { FilePair } from "./files-diff.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export interface NamedChange extends Change<string> {
  readonly name: string;
}

export interface ValuesDiff {
  readonly added: readonly NamedValue[];
  readonly removed: readonly NamedValue[];
  readonly changed: readonly NamedChange[];
}

/** What two executables for one target say of themselves. */
export interface BinaryDiff {
  readonly target: string;
  readonly path: string;
  readonly arch: Change<string>;
  readonly dynamic: Change<boolean>;
  /** Settings that the Go linker embedded; null unless both binaries carry build info. */
  readonly goSettings: ValuesDiff | null;
}

/** Pairs of executables for one target whose facts could be read on both sides. */
export function diffBinaries(was: Release, now: Release, pairs: readonly FilePair[]): readonly BinaryDiff[] {
  return pairs.flatMap((pair) => {
    const before = factsAt(was, pair.was.path);
    const after = factsAt(now, pair.now.path);
    const { target, path } = pair.now;
    if (before === undefined || after === undefined || target === null || target !== pair.was.target)
      return [];
    return [
      {
        target,
        path,
        arch: { was: before.arch, now: after.arch },
        dynamic: { was: before.dynamic, now: after.dynamic },
        goSettings:
          before.go === undefined || after.go === undefined
            ? null
            : diffValues(before.go.settings, after.go.settings),
      },
    ];
  });
}

export function factsAt(release: Release, path: string): BinaryFacts | undefined {
  const binary = release.files.get(path)?.binary;
  return binary?.ok === true ? binary.value : undefined;
}

export function diffValues(was: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): ValuesDiff {
  return {
    added: [...now].filter(([name]) => !was.has(name)).map(named),
    removed: [...was].filter(([name]) => !now.has(name)).map(named),
    changed: [...now].flatMap(([name, value]) => {
      const before = was.get(name);
      return before === undefined || before === value ? [] : [{ name, was: before, now: value }];
    }),
  };
}

function named([name, value]: readonly [string, string]): NamedValue {
  return { name, value };
}
