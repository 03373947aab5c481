import type { PackageStage } from "../../../src/judge/stages.ts";
import type { GoModule } from "../../../src/model/binary.ts";
import { parsed } from "../../../src/model/parsed.ts";
import {
  withArtifact,
  withBuildInfo,
  withDocument,
  withFacts,
  withFile,
  withManifest,
  withRelease,
} from "../../support/alter-release.ts";
import {
  ADA,
  GRACE,
  inCandidate,
  inPrevious,
  manifestOf,
  type Upgrade,
  withTrust,
} from "../../support/upgrade-pair.ts";
import { binaryFacts } from "../../support/binary-facts.ts";

/** Something that a sound release may do; `needs` is the smallest step in which a careful maker would do it. */
export interface LegitimateChange {
  readonly name: string;
  readonly needs: "patch" | "minor" | "major";
  readonly apply: (upgrade: Upgrade) => Upgrade;
}

const LINUX = "bin/agent_linux_amd64";
const WINDOWS = "bin/agent_windows_amd64.exe";
const GO_BINARIES = ["bin/agent_darwin_arm64", LINUX];
const MIB = 1024 * 1024;

const candidate = (alter: (stage: PackageStage) => PackageStage) => (upgrade: Upgrade) =>
  inCandidate(upgrade, alter);

const modules = (change: (known: readonly GoModule[]) => readonly GoModule[]) =>
  candidate((stage) =>
    GO_BINARIES.reduce(
      (sum, path) => withBuildInfo(sum, path, (go) => ({ modules: change(go.modules) })),
      stage,
    ),
  );

const manifest = (change: Parameters<typeof withManifest>[1]) =>
  candidate((stage) => withManifest(stage, change));

const size = (was: number, now: number) => (upgrade: Upgrade) =>
  inCandidate(
    inPrevious(upgrade, (stage) => withFile(stage, LINUX, (file) => ({ ...file, sizeBytes: was }))),
    (stage) => withFile(stage, LINUX, (file) => ({ ...file, sizeBytes: now })),
  );

/** A copy of a file under another name, listed like the original. */
function copied(stage: PackageStage, from: string, to: string, target?: string): PackageStage {
  const file = stage.release.files.get(from);
  if (file === undefined) throw new Error(`there is no file ${from}`);
  const copy = { ...file, path: to, sha256: "8".repeat(63) + String(to.length % 10) };
  const listed = withArtifact(stage, from, (artifact) => [
    artifact,
    { ...artifact, path: to, ...(target === undefined ? {} : { target }) },
  ]);
  return withRelease(listed, { files: new Map([...stage.release.files, [to, copy]]) });
}

function withoutFile(stage: PackageStage, path: string): PackageStage {
  return withArtifact(
    withFile(stage, path, () => undefined),
    path,
    () => [],
  );
}

function withNewTarget(stage: PackageStage): PackageStage {
  const path = "bin/agent_linux_riscv64";
  const listed = withManifest(copied(stage, LINUX, path, "linux/riscv64"), {
    targets: [...manifestOf(stage).targets, "linux/riscv64"],
  });
  return withFacts(listed, path, () => ({ arch: "riscv64" }));
}

function withoutWindows(stage: PackageStage): PackageStage {
  return withManifest(withoutFile(stage, WINDOWS), {
    targets: manifestOf(stage).targets.filter((target) => target !== "windows/amd64"),
  });
}

function renamedBinary(stage: PackageStage): PackageStage {
  return withoutFile(copied(stage, LINUX, "bin/acme-agent_linux_amd64"), LINUX);
}

/** The step leaves two releases out that were made in between. */
function skipped(stage: PackageStage): PackageStage {
  const { previous, releaseCounter } = manifestOf(stage);
  return withManifest(stage, {
    releaseCounter: releaseCounter + 2,
    previous: { version: versionAfter(previous?.version ?? ""), manifestSha256: "d".repeat(64) },
  });
}

/** The very next version in SemVer's order that a maker could have released. */
function versionAfter(version: string): string {
  const [text = ""] = version.split("+", 1);
  if (text.includes("-")) return `${text}.1`;
  const [major = "", minor = "", patch = ""] = text.split(".");
  return `${major}.${minor}.${Number(patch) + 1}-0`;
}

export const LEGITIMATE_CHANGES: readonly LegitimateChange[] = [
  {
    name: "a module more",
    needs: "patch",
    apply: modules((known) => [...known, { path: "example.com/new", version: "v1.0.0", sum: "h1:n" }]),
  },
  { name: "a module fewer", needs: "patch", apply: modules((known) => known.slice(1)) },
  {
    name: "modules updated",
    needs: "patch",
    apply: modules((known) =>
      known.map((item) =>
        item.replacedBy === undefined
          ? { ...item, version: "v0.31.1-0.20260901120000-0123456789ab", sum: "h1:u" }
          : item,
      ),
    ),
  },
  { name: "a tenth larger", needs: "patch", apply: size(10 * MIB, 11 * MIB) },
  { name: "a third smaller", needs: "patch", apply: size(9 * MIB, 6 * MIB) },
  { name: "a quarter larger", needs: "minor", apply: size(8 * MIB, 10 * MIB) },
  {
    name: "a page of documentation",
    needs: "patch",
    apply: candidate((stage) => copied(stage, "LICENSE", "docs/guide.md")),
  },
  { name: "a target more", needs: "patch", apply: candidate(withNewTarget) },
  { name: "a target fewer", needs: "major", apply: candidate(withoutWindows) },
  {
    name: "no go-modules.json",
    needs: "major",
    apply: candidate((stage) => withoutFile(stage, "go-modules.json")),
  },
  {
    name: "a control more",
    needs: "patch",
    apply: candidate((stage) =>
      withManifest(stage, { controls: [...manifestOf(stage).controls, "zz-new-control"] }),
    ),
  },
  {
    name: "a newer toolchain",
    needs: "patch",
    apply: candidate((stage) =>
      GO_BINARIES.reduce((sum, path) => withBuildInfo(sum, path, () => ({ goVersion: "go1.27.0" })), stage),
    ),
  },
  {
    name: "a newer maker",
    needs: "patch",
    apply: candidate((stage) =>
      withManifest(stage, {
        tool: "cavra 0.3.0",
        zip: { ...manifestOf(stage).zip, codecSha256: "4".repeat(64) },
      }),
    ),
  },
  { name: "another config", needs: "patch", apply: manifest({ configSha256: "3".repeat(64) }) },
  {
    name: "a signer more",
    needs: "patch",
    apply: (upgrade) =>
      withTrust(upgrade, {}, { signers: [ADA, GRACE], threshold: { needed: 2, holders: 2 } }),
  },
  {
    name: "another holder",
    needs: "patch",
    apply: (upgrade) => withTrust(upgrade, {}, { signers: [GRACE] }),
  },
  {
    name: "a newer trust root and a stronger builder",
    needs: "patch",
    apply: (upgrade) => withTrust(upgrade, {}, { rootVersion: 3, buildLevel: 3 }),
  },
  {
    name: "a stranger's signature beside it",
    needs: "patch",
    apply: (upgrade) => withTrust(upgrade, {}, { unknownKeyIds: ["9".repeat(64)] }),
  },
  { name: "an expiry where there was none", needs: "patch", apply: manifest({ expires: 1_900_000_000 }) },
  { name: "releases in between", needs: "patch", apply: candidate(skipped) },
  {
    name: "another spelling of the repository",
    needs: "patch",
    apply: candidate((stage) =>
      withManifest(stage, {
        source: { ...manifestOf(stage).source, repository: "https://example.com/acme/agent.git" },
      }),
    ),
  },
  {
    name: "a further required file",
    needs: "patch",
    apply: candidate((stage) =>
      withDocument(stage, "bootstrap", ({ requiredFiles }) => ({
        requiredFiles: [...requiredFiles, "LICENSE"],
      })),
    ),
  },
  {
    name: "another place of installation",
    needs: "minor",
    apply: candidate((stage) =>
      withDocument(stage, "installers", ({ targets }) => ({
        targets: targets.map((target) => ({ ...target, installPath: "/opt/agent/bin/agent" })),
      })),
    ),
  },
  {
    name: "a broken executable bit mended",
    needs: "patch",
    apply: (upgrade) =>
      inPrevious(upgrade, (stage) => withFile(stage, LINUX, (file) => ({ ...file, mode: 0o644 }))),
  },
  {
    name: "a replaced module given back",
    needs: "patch",
    apply: modules((known) =>
      known.map(({ path, version, sum }) => ({ path, version, sum: sum === "" ? "h1:orig" : sum })),
    ),
  },
  {
    name: "other bytes of the prebuilt helper",
    needs: "patch",
    apply: candidate((stage) =>
      withFile(stage, "bin/helper_linux_amd64", (file) => ({
        ...file,
        sha256: "2".repeat(64),
        binary: file.binary ?? parsed(file.path, binaryFacts({ dynamic: true })),
      })),
    ),
  },
  // Last, because the changes above find the binary by its name.
  { name: "a renamed binary", needs: "minor", apply: candidate(renamedBinary) },
];
