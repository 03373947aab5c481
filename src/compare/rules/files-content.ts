import { parseTargetId } from "../../model/target.ts";
import type { Release } from "../../model/release.ts";
import { prebuiltPaths } from "../recipes-diff.ts";
import { factsAt } from "../binaries-diff.ts";
import { type ComparedFile, type FilePair, type FilesDiff, isBinaryKind } from "../files-diff.ts";
import { over, type RuleEvidence, type UpgradeRule } from "../rule.ts";
import { bumpSuffices, type NeededBump } from "../version-change.ts";
import { isPromotion } from "./lineage.ts";

const sameDigest: UpgradeRule = {
  id: "files.same-digest-two-targets",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "two targets have the same executable",
  why: "an executable runs on one kind of machine: one of the two targets got the wrong file",
  remedy: "Check the build matrix and build again",
  example: { was: "linux/amd64 and linux/arm64 differ", now: "linux/arm64 holds the file of linux/amd64" },
  ...over(["files"], ({ files }) => {
    const executables = filesOf(files).filter(({ type, target }) => target !== null && type !== "data");
    return [...Map.groupBy(executables, ({ sha256 }) => sha256).values()].flatMap((same) => {
      const targets = [...new Set(same.map(({ target }) => target ?? ""))].sort();
      const [first] = same;
      return first === undefined || targets.length < 2
        ? []
        : [
            {
              subject: targets.join(" "),
              at: first.path,
              expected: "one file for each target",
              actual: `sha256 ${first.sha256}`,
            },
          ];
    });
  }),
};

const archMismatch: UpgradeRule = {
  id: "files.arch-mismatch",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "an executable is made for another machine than its target says",
  why: "it will not start where it is installed",
  remedy: "Check the build matrix and build again",
  example: { was: "linux/arm64 holds an arm64 file", now: "linux/arm64 holds an amd64 file" },
  ...over(["files"], ({ files }, { candidate }) =>
    filesOf(files).flatMap((file) => mismatch(file, candidate.release)),
  ),
};

function mismatch({ path, target }: ComparedFile, release: Release): readonly RuleEvidence[] {
  const declared = target === null ? undefined : parseTargetId(target);
  const facts = factsAt(release, path);
  if (declared === undefined || target === null || facts === undefined) return [];
  const os = facts.os ?? declared.os;
  return facts.arch === declared.arch && os === declared.os
    ? []
    : [{ subject: target, at: path, expected: target, actual: `${os}/${facts.arch}` }];
}

const binaryUnchanged: UpgradeRule = {
  id: "files.binary-unchanged",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a binary has the same bytes in both versions",
  why: "either the version is not stamped into it, or a file of the earlier release was packed again",
  remedy: "Build it again from a clean folder",
  example: { was: "1.4.0 with linux/amd64 41aa0c9e...", now: "1.4.1 with linux/amd64 41aa0c9e..." },
  ...over(["files", "version"], ({ files, version }, pair) => {
    if (version.from === version.to || isPromotion(pair)) return [];
    // What is not built for this release has no reason to change with it.
    const prebuilt = prebuiltPaths(pair.candidate.release);
    return files.kept
      .filter(
        ({ was, now }) => isBinaryKind(now.kind) && was.sha256 === now.sha256 && !prebuilt.has(now.path),
      )
      .map(({ now }) => ({
        subject: now.target ?? now.path,
        at: now.path,
        expected: "other bytes",
        actual: `sha256 ${now.sha256}`,
      }));
  }),
};

const MIN_GROWTH_BYTES = 512 * 1024;
const PATCH_GROWTH_PERCENT = 10;
const FEATURE_GROWTH_PERCENT = 25;
const DOUBLED_PERCENT = 100;
/** Below this a file may well shrink to half by losing a paragraph. */
const MIN_SHRINK_BYTES = 64 * 1024;

const sizeGrowth: UpgradeRule = {
  id: "files.size-growth",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a file grew a lot",
  why: "debug data, a second copy of something or code that nobody asked for may have come in",
  remedy: "Find out what it is made of: cavra release diff",
  example: { was: "6.35 MB", now: "7.40 MB in a patch release" },
  ...over(["files", "version"], ({ files, version }) => {
    const limit = ordinaryGrowthPercent(version.allows);
    return growths(files)
      .filter(({ percent }) => percent > limit && percent <= DOUBLED_PERCENT)
      .map(growthEvidence);
  }),
};

const sizeDoubled: UpgradeRule = {
  id: "files.size-doubled",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a file is more than twice as large",
  why: "whatever came in is larger than all that was there before; it should not go out unseen",
  remedy: "Find out what it is made of: cavra release diff. If it is meant, have it waived",
  example: { was: "6.35 MB", now: "14.90 MB" },
  ...over(["files"], ({ files }) =>
    growths(files)
      .filter(({ percent }) => percent > DOUBLED_PERCENT)
      .map(growthEvidence),
  ),
};

interface Growth {
  readonly pair: FilePair;
  readonly percent: number;
}

/** A release with new features may grow more than one that only mends. */
function ordinaryGrowthPercent(allows: NeededBump | null): number {
  return bumpSuffices("minor", allows) ? FEATURE_GROWTH_PERCENT : PATCH_GROWTH_PERCENT;
}

function growths({ kept }: FilesDiff): readonly Growth[] {
  return kept
    .filter(({ was, now }) => now.sizeBytes - was.sizeBytes > MIN_GROWTH_BYTES)
    .map((pair) => ({
      pair,
      percent: ((pair.now.sizeBytes - pair.was.sizeBytes) / pair.was.sizeBytes) * 100,
    }));
}

function growthEvidence({ pair: { was, now } }: Growth): RuleEvidence {
  return sizeEvidence(was, now);
}

function sizeEvidence(was: ComparedFile, now: ComparedFile): RuleEvidence {
  return {
    subject: now.target ?? now.name,
    at: now.path,
    expected: `about ${was.sizeBytes} bytes`,
    actual: `${now.sizeBytes} bytes`,
  };
}

const sizeShrink: UpgradeRule = {
  id: "files.size-shrink",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a file lost more than half of its size",
  why: "embedded data may be missing, or the copy was cut off",
  remedy: "Start the binary and look for what is missing",
  example: { was: "6.35 MB", now: "2.10 MB" },
  ...over(["files"], ({ files }) =>
    files.kept
      .filter(
        ({ was, now }) =>
          (isBinaryKind(now.kind) || now.kind === "file") && shrank(was.sizeBytes, now.sizeBytes),
      )
      .map(({ was, now }) => sizeEvidence(was, now)),
  ),
};

function shrank(was: number, now: number): boolean {
  return (was > 0 && now === 0) || (was >= MIN_SHRINK_BYTES && now * 2 < was);
}

const modeWidened: UpgradeRule = {
  id: "files.mode-widened",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a file became executable",
  why: "what was data can now be run, on every machine that unpacks the release",
  remedy: "Take the bit away: chmod 0644",
  example: { was: "0644 docs/README", now: "0755 docs/README" },
  ...over(["files"], ({ files }) =>
    files.kept
      // An executable that gains the bit it needs is a mistake that was mended.
      .filter(({ was, now }) => was.mode !== now.mode && now.mode === 0o755 && !isBinaryKind(now.kind))
      .map(({ was, now }) => modeEvidence(now, was)),
  ),
};

const execBitLost: UpgradeRule = {
  id: "files.exec-bit-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a binary cannot be executed",
  why: "it does not start after unpacking",
  remedy: "Set the bit: chmod 0755, and look for the step that lost it",
  example: { was: "0755 bin/agent", now: "0644 bin/agent" },
  ...over(["files"], ({ files }) => [
    ...files.kept
      .filter(({ was, now }) => needsExecBit(now) && was.mode === 0o755)
      .map(({ was, now }) => modeEvidence(now, was)),
    ...files.added.filter(needsExecBit).map((file) => modeEvidence(file, { mode: 0o755 })),
  ]),
};

/** Windows does not look at the bit. */
function needsExecBit({ kind, mode, target, type }: ComparedFile): boolean {
  const windows = type === "pe" || target?.startsWith("windows/") === true;
  return isBinaryKind(kind) && mode !== 0o755 && !windows;
}

function modeEvidence(file: ComparedFile, expected: Pick<ComparedFile, "mode">): RuleEvidence {
  return { subject: file.name, at: file.path, expected: octal(expected), actual: octal(file) };
}

function octal({ mode }: Pick<ComparedFile, "mode">): string {
  return `0${mode.toString(8)}`;
}

const newExecutable: UpgradeRule = {
  id: "files.new-executable",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "an executable came in that is no target's binary",
  why: "nobody declared it, so no check knows what it must be",
  remedy: "Declare it as a binary of a target, or take it out",
  example: { was: "no share/helper", now: "share/helper, an ELF file" },
  ...over(["files"], ({ files }) =>
    files.added
      .filter(({ kind, type, mode }) => !isBinaryKind(kind) && (type !== "data" || mode === 0o755))
      .map(({ path, name, type }) => ({
        subject: name,
        at: path,
        expected: "absent",
        actual: type === "data" ? "mode 0755" : type,
      })),
  ),
};

const typeChanged: UpgradeRule = {
  id: "files.file-type-changed",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a file is of another type under the same name",
  why: "whatever reads or runs it expects the earlier type",
  remedy: "Give the new thing a new name, or restore the type",
  example: { was: "lib/plugin, data", now: "lib/plugin, an ELF file" },
  ...over(["files"], ({ files }) =>
    files.kept
      .filter(({ was, now, changed }) => changed.includes("type") && was.target === now.target)
      .map(({ was, now }) => ({ subject: now.name, at: now.path, expected: was.type, actual: now.type })),
  ),
};

function filesOf({ added, kept }: FilesDiff): readonly ComparedFile[] {
  return [...kept.map(({ now }) => now), ...added];
}

export const fileContentRules: readonly UpgradeRule[] = [
  sameDigest,
  archMismatch,
  binaryUnchanged,
  sizeGrowth,
  sizeDoubled,
  sizeShrink,
  modeWidened,
  execBitLost,
  newExecutable,
  typeChanged,
];
