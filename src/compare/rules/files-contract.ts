import { BOOTSTRAP_FILE, MANIFEST_FILE } from "../../model/layers.ts";
import type { BinaryDiff } from "../binaries-diff.ts";
import { isBinaryKind } from "../files-diff.ts";
import { differing, over, type UpgradeRule } from "../rule.ts";

const targetRemoved: UpgradeRule = {
  id: "files.target-removed",
  severity: "error",
  needs: "major",
  waivable: "one",
  title: "a target was shipped before and is gone",
  why: "machines of this kind cannot take the upgrade, and nobody told their owners",
  remedy: "Build the target, or bump the major version and announce its end",
  example: { was: "windows/arm64", now: "no windows/arm64" },
  ...over(["targets"], ({ targets }) =>
    targets.removed.map((target) => ({
      subject: target,
      at: `${MANIFEST_FILE}: targets`,
      expected: target,
      actual: "absent",
    })),
  ),
};

const targetAdded: UpgradeRule = {
  id: "files.target-added",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a target is new",
  why: "it has no earlier binary to be compared with",
  remedy: "Nothing to do",
  example: { was: "no linux/riscv64", now: "linux/riscv64" },
  ...over(["targets"], ({ targets }) =>
    targets.added.map((target) => ({
      subject: target,
      at: `${MANIFEST_FILE}: targets`,
      expected: "absent",
      actual: target,
    })),
  ),
};

/** Their loss has rules of its own, which no bump excuses. */
const KINDS_WITH_OWN_RULE: ReadonlySet<string> = new Set(["sbom", "slsa-provenance", "file"]);

const kindRemoved: UpgradeRule = {
  id: "files.artifact-kind-removed",
  severity: "error",
  needs: "major",
  waivable: "one",
  title: "a kind of artifact is gone",
  why: "tools that read it from every release find nothing",
  remedy: "Restore it, or bump the major version and say what replaces it",
  example: { was: "installer-metadata", now: "no installer-metadata" },
  ...over(["artifactKinds"], ({ artifactKinds }) =>
    artifactKinds.removed
      .filter((kind) => !KINDS_WITH_OWN_RULE.has(kind))
      .map((kind) => ({
        subject: kind,
        at: `${MANIFEST_FILE}: artifacts`,
        expected: kind,
        actual: "absent",
      })),
  ),
};

const requiredFileRemoved: UpgradeRule = {
  id: "files.required-file-removed",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a file is no longer required of the package",
  why: "an offline site checks that these files are there; one that is not required can be taken away unseen",
  remedy: "Require the file again in the bootstrap document",
  example: { was: "requires the SBOM", now: "does not require the SBOM" },
  ...over(["bootstrap"], ({ bootstrap: { requiredFiles } }) =>
    requiredFiles.removed.map((path) => ({
      subject: path,
      at: `${BOOTSTRAP_FILE}: required_files`,
      expected: path,
      actual: "absent",
    })),
  ),
};

const targetPathChanged: UpgradeRule = {
  id: "files.target-path-changed",
  severity: "warning",
  needs: "minor",
  waivable: "one",
  title: "the binary of a target has another path or is gone",
  why: "install scripts find it by its path",
  remedy: "Keep the name; only the version in it may change",
  example: { was: "bin/agent_v1.4.0_linux_amd64", now: "bin/acme-agent_v1.4.1_linux_amd64" },
  ...over(["files", "targets"], ({ files, targets }) => [
    ...files.kept
      .filter(
        ({ was, now, changed }) =>
          isBinaryKind(now.kind) && was.target === now.target && changed.includes("path"),
      )
      .map(({ was, now }) => ({
        subject: now.target ?? now.path,
        at: now.path,
        expected: was.name,
        actual: now.name,
      })),
    ...files.removed
      .filter(({ kind, target }) => isBinaryKind(kind) && target !== null && targets.kept.includes(target))
      .map((file) => ({
        subject: file.target ?? file.path,
        at: file.path,
        expected: file.name,
        actual: "absent",
      })),
  ]),
};

const fileRemoved: UpgradeRule = {
  id: "files.file-removed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a file is gone",
  why: "somebody may look for it",
  remedy: "Name it in the release notes",
  example: { was: "config/default.yaml", now: "no config/default.yaml" },
  ...over(["files"], ({ files }) =>
    files.removed
      .filter(({ kind }) => kind === "file")
      .map(({ path, name }) => ({ subject: name, at: path, expected: name, actual: "absent" })),
  ),
};

const becameDynamic: UpgradeRule = {
  id: "files.became-dynamic",
  severity: "error",
  needs: "minor",
  waivable: "one",
  title: "a binary now needs shared libraries of the machine",
  why: "it does not start where those libraries are missing or older, for example in an empty container",
  remedy: "Build without cgo or link statically, or announce the need with a minor bump",
  example: { was: "linux/amd64 static", now: "linux/amd64 dynamic" },
  ...over(["binaries"], ({ binaries }) =>
    binaries
      .filter(({ dynamic }) => !dynamic.was && dynamic.now)
      .map(({ target, path }) => ({ subject: target, at: path, expected: "static", actual: "dynamic" })),
  ),
};

const hardeningLost: UpgradeRule = {
  id: "files.hardening-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a binary is no longer position independent",
  why: "its code lies at a known address, which makes memory errors easier to exploit",
  remedy: "Build with -buildmode=pie again",
  example: { was: "-buildmode=pie", now: "-buildmode=exe" },
  ...over(["binaries"], ({ binaries }) =>
    binaries.filter(lostPie).map(({ target, path }) => ({
      subject: target,
      at: path,
      expected: "-buildmode=pie",
      actual: "another build mode",
    })),
  ),
};

function lostPie({ goSettings }: BinaryDiff): boolean {
  const before = [
    ...(goSettings?.removed ?? []),
    ...(goSettings?.changed ?? []).map(({ name, was }) => ({ name, value: was })),
  ];
  return before.some(({ name, value }) => name === "-buildmode" && value === "pie");
}

const installPathChanged: UpgradeRule = {
  id: "files.install-path-changed",
  severity: "warning",
  needs: "minor",
  waivable: "one",
  title: "the place of installation changed",
  why: "the old file stays where it is and goes on being run",
  remedy: "Keep the path, or write a migration note and make a minor bump",
  example: { was: "/usr/local/bin/agent", now: "/opt/agent/bin/agent" },
  ...over(["installers"], ({ installers }) =>
    installers.flatMap(({ target, installPath }) =>
      differing(target, `installers ${target}: install_path`, installPath),
    ),
  ),
};

const methodChanged: UpgradeRule = {
  id: "files.method-changed",
  severity: "warning",
  needs: "minor",
  waivable: "one",
  title: "the method of installation changed",
  why: "the tools that roll it out were made for the other method",
  remedy: "Keep the method, or write a migration note and make a minor bump",
  example: { was: "manual-binary", now: "msi" },
  ...over(["installers"], ({ installers }) =>
    installers.flatMap(({ target, installMethod }) =>
      differing(target, `installers ${target}: install_method`, installMethod),
    ),
  ),
};

export const fileContractRules: readonly UpgradeRule[] = [
  targetRemoved,
  targetAdded,
  kindRemoved,
  requiredFileRemoved,
  targetPathChanged,
  fileRemoved,
  becameDynamic,
  hardeningLost,
  installPathChanged,
  methodChanged,
];
