import { MANIFEST_FILE } from "../../model/layers.ts";
import type { BinaryDiff } from "../binaries-diff.ts";
import { compareGoToolchains } from "../../formats/go-version.ts";
import { prebuiltPaths, type RecipeDiff } from "../recipes-diff.ts";
import { rebuildRules } from "./reproducibility-rebuild.ts";
import { differing, isSame, over, type RuleEvidence, sameLine, type UpgradeRule } from "../rule.ts";

const rebuildCommandLost: UpgradeRule = {
  id: "reproducibility.rebuild-command-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a binary can no longer be rebuilt",
  why: "nobody outside can check that it comes from the source it names",
  remedy: "Build it from source again, or record the command that does",
  example: { was: "go build -trimpath ./cmd/agent", now: "a prebuilt file" },
  ...over(["recipes"], ({ recipes }) =>
    recipes
      .filter(({ rebuildCommand }) => rebuildCommand.was !== null && rebuildCommand.now === null)
      .map(({ target, rebuildCommand }) => ({
        subject: target,
        at: `reproducibility ${target}: rebuild_command`,
        expected: rebuildCommand.was ?? "",
        actual: "none",
      })),
  ),
};

const rebuildCommandChanged: UpgradeRule = {
  id: "reproducibility.rebuild-command-changed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a binary is rebuilt by another command",
  why: "who rebuilds releases has to follow",
  remedy: "Nothing to do, if the change is meant",
  example: { was: "go build ./cmd/agent", now: "go build -tags netgo ./cmd/agent" },
  ...over(["recipes"], ({ recipes }) =>
    recipes.flatMap(({ target, rebuildCommand: { was, now } }) =>
      was === null || now === null
        ? []
        : differing(target, `reproducibility ${target}: rebuild_command`, { was, now }),
    ),
  ),
};

const reproFlagDropped: UpgradeRule = {
  id: "reproducibility.repro-flag-dropped",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a build setting that makes builds reproducible was dropped",
  why: "the binary now depends on the machine, folder or checkout that it was built in",
  remedy: "Restore the setting in the release config",
  example: { was: "-trimpath", now: "no -trimpath" },
  ...over(["recipes", "binaries"], ({ recipes, binaries }, { candidate }) => {
    // Nobody rebuilds what somebody else built, and no release config sets its flags.
    const prebuilt = prebuiltPaths(candidate.release);
    const built = binaries.filter(({ path }) => !prebuilt.has(path));
    const dropped = [...recipes.flatMap(droppedPins), ...built.flatMap(droppedSettings)];
    // Recipe and binary tell of the same loss.
    const distinct = new Map(dropped.map((evidence) => [`${evidence.at} ${evidence.subject}`, evidence]));
    return [...distinct.values()];
  }),
};

function droppedPins({ target, builder, pins }: RecipeDiff): readonly RuleEvidence[] {
  if (builder.was !== "go" || builder.now !== "go") return [];
  return pins.was.filter((pin) => !pins.now.includes(pin)).map((pin) => dropEvidence(target, pin));
}

/** Settings as the Go linker records them, by the pin that they prove. */
const SETTING_PINS: readonly { readonly name: string; readonly value: string; readonly pin: string }[] = [
  { name: "-trimpath", value: "true", pin: "-trimpath" },
  { name: "CGO_ENABLED", value: "0", pin: "CGO_ENABLED=0" },
];

function droppedSettings({ target, goSettings }: BinaryDiff): readonly RuleEvidence[] {
  if (goSettings === null) return [];
  const gone = [...goSettings.removed, ...goSettings.changed.map(({ name, was }) => ({ name, value: was }))];
  const pins = SETTING_PINS.filter(({ name, value }) =>
    gone.some((setting) => setting.name === name && setting.value === value),
  ).map(({ pin }) => pin);
  const stamped = goSettings.added.some(({ name }) => name === "vcs.revision");
  return [...pins, ...(stamped ? ["-buildvcs=false"] : [])].map((pin) => dropEvidence(target, pin));
}

function dropEvidence(target: string, pin: string): RuleEvidence {
  return { subject: `${target} ${pin}`, at: `build of ${target}`, expected: pin, actual: "absent" };
}

const toolchainDowngraded: UpgradeRule = {
  id: "reproducibility.toolchain-downgraded",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "an older toolchain built the candidate",
  why: "the security fixes of the newer compiler and standard library are gone from the binary",
  remedy: "Build with the toolchain of the earlier release, or a newer one",
  example: { was: "go1.26.8", now: "go1.26.3" },
  ...over(
    ["toolchains"],
    ({ toolchains }) =>
      toolchains
        .filter(({ was, now }) => (compareGoToolchains(now, was) ?? 0) < 0)
        .flatMap(({ target, was, now }) => differing(target, `build of ${target}: toolchain`, { was, now })),
    sameLine,
  ),
};

const toolchainChanged: UpgradeRule = {
  id: "reproducibility.toolchain-changed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "another toolchain built the candidate",
  why: "who rebuilds releases needs this one",
  remedy: "Nothing to do, if the change is meant",
  example: { was: "go1.26.8", now: "go1.27.0" },
  ...over(["toolchains"], ({ toolchains }) =>
    toolchains
      .filter(({ was, now }) => (compareGoToolchains(now, was) ?? 1) >= 0)
      .flatMap(({ target, was, now }) => differing(target, `build of ${target}: toolchain`, { was, now })),
  ),
};

const originLost: UpgradeRule = {
  id: "reproducibility.origin-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the origin of a binary was verified before and is not now",
  why: "a file that somebody put there is shipped under your name",
  remedy: "Give the digest or the provenance of the prebuilt file in the release config",
  example: { was: "prebuilt, origin verified", now: "prebuilt, origin not verified" },
  ...over(["recipes"], ({ recipes }) =>
    recipes
      .filter(({ originVerified }) => originVerified.was && !originVerified.now)
      .map(({ target }) => ({
        subject: target,
        at: `reproducibility ${target}: origin_verified`,
        expected: "verified",
        actual: "not verified",
      })),
  ),
};

const zipProfileChanged: UpgradeRule = {
  id: "reproducibility.zip-profile-changed",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the zip is made in another way",
  why: "who rebuilds the zip with the earlier settings gets other bytes",
  remedy: "Keep the profile, or announce the change to those who rebuild",
  example: { was: "deflate, level 6", now: "store" },
  ...over(["zip", "maker"], ({ zip: { was, now }, maker: { tool } }) => {
    // A new version of the maker brings its own compressor; its bytes are the same by the profile.
    const members = [
      "profile",
      "method",
      "codec",
      "level",
      ...(isSame(tool) ? ["codecSha256" as const] : []),
    ] as const;
    return members.flatMap((member) =>
      differing(`zip ${member}`, `${MANIFEST_FILE}: zip`, { was: was[member], now: now[member] }),
    );
  }),
};

/** Each makes the result of a rebuild depend on the day or the machine. */
const UNPINNED: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "@latest", pattern: /@latest\b/ },
  { what: "a download", pattern: /(?:^|[\s;&|(])(?:curl|wget)\s/ },
  { what: "a path of one machine", pattern: /(?:^|[\s="'])(?:\/home\/|\/Users\/|\/root\/|[A-Za-z]:\\)/ },
];

const rebuildUnpinned: UpgradeRule = {
  id: "reproducibility.rebuild-unpinned",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the rebuild command depends on something that is not pinned",
  why: "it gives another result tomorrow, or works only on one machine",
  remedy: "Pin the version, vendor the input, use paths inside the source",
  example: { was: "go run ./tools/gen", now: "go run example.com/gen@latest" },
  ...over(["recipes"], ({ recipes }) =>
    recipes.flatMap(({ target, rebuildCommand: { was, now } }) =>
      UNPINNED.filter(({ pattern }) => pattern.test(now ?? "") && !pattern.test(was ?? "")).map(
        ({ what }) => ({
          subject: `${target} ${what}`,
          at: `reproducibility ${target}: rebuild_command`,
          expected: "pinned inputs",
          actual: what,
        }),
      ),
    ),
  ),
};

export const reproducibilityRules: readonly UpgradeRule[] = [
  rebuildCommandLost,
  rebuildCommandChanged,
  reproFlagDropped,
  toolchainDowngraded,
  toolchainChanged,
  originLost,
  zipProfileChanged,
  rebuildUnpinned,
  ...rebuildRules,
];
