import type { PackageStage } from "../../../src/judge/stages.ts";
import type { DocumentHeader, InstallerTarget, ReproducibleBinary } from "../../../src/model/documents.ts";
import { type Defect, withBrokenDocument, withDocument, withManifest } from "../alter-release.ts";
import { SYS_MODULE } from "../release-binaries.ts";

const OTHER = "9".repeat(64);
const LINUX = "bin/agent_linux_amd64";
const HELPER = "bin/helper_linux_amd64";

const FOREIGN_HEADER: DocumentHeader = {
  product: "other",
  component: "other",
  version: "1.2.2",
  commit: "b".repeat(40),
  ref: "refs/heads/main",
  repository: "https://example.com/fork/agent",
  sourceDateEpoch: 1_767_225_602,
};

type HeadedDocument = "installers" | "reproducibility" | "goModules" | "bootstrap";

/** Each member of the header that a document repeats, altered in turn. */
function headerDefects(problem: string, name: HeadedDocument): readonly Defect[] {
  return Object.entries(FOREIGN_HEADER).map(([member, value]: [string, unknown]) => ({
    problem,
    how: `the document has another ${member}`,
    alter: (stage) => withDocument(stage, name, () => ({ [member]: value })),
  }));
}

function brokenDefect(problem: string, name: HeadedDocument, besides: readonly string[] = []): Defect {
  return {
    problem,
    how: "the document cannot be parsed",
    alter: (stage) => withBrokenDocument(stage, name),
    besides,
  };
}

function withInstaller(
  stage: PackageStage,
  change: (entry: InstallerTarget) => readonly InstallerTarget[],
): PackageStage {
  return withDocument(stage, "installers", ({ targets }) => ({
    targets: targets.flatMap((entry) => (entry.binary === LINUX ? change(entry) : [entry])),
  }));
}

function installerDefect(how: string, change: Partial<InstallerTarget>): Defect {
  return {
    problem: "installers.entry-differs",
    how,
    alter: (stage) => withInstaller(stage, (entry) => [{ ...entry, ...change }]),
  };
}

export const installersDefects: readonly Defect[] = [
  ...headerDefects("installers.release-differs", "installers"),
  brokenDefect("installers.unreadable", "installers"),
  {
    problem: "installers.none",
    how: "nothing is named",
    alter: (stage) => withDocument(stage, "installers", () => ({ targets: [] })),
  },
  {
    problem: "installers.entry-missing",
    how: "a binary is not named",
    alter: (stage) => withInstaller(stage, () => []),
  },
  {
    problem: "installers.entry-unknown",
    how: "a script is named as a binary",
    alter: (stage) => withInstaller(stage, (entry) => [entry, { ...entry, binary: "bin/install.sh" }]),
  },
  {
    problem: "installers.entry-repeated",
    how: "a binary is named twice",
    alter: (stage) => withInstaller(stage, (entry) => [entry, entry]),
  },
  installerDefect("the digest is another", { binarySha256: OTHER }),
  installerDefect("the size is another", { sizeBytes: 1 }),
  installerDefect("the target is another", { target: "linux/arm64", arch: "arm64" }),
  installerDefect("the halves of the target are others", { os: "darwin" }),
];

function withRecipe(
  stage: PackageStage,
  binary: string,
  change: (recipe: ReproducibleBinary) => readonly ReproducibleBinary[],
): PackageStage {
  return withDocument(stage, "reproducibility", ({ binaries }) => ({
    binaries: binaries.flatMap((recipe) => (recipe.binary === binary ? change(recipe) : [recipe])),
  }));
}

function recipeDefect(
  problem: string,
  how: string,
  change: Partial<ReproducibleBinary>,
  besides: readonly string[] = [],
  binary = HELPER,
): Defect {
  return {
    problem,
    how,
    alter: (stage) => withRecipe(stage, binary, (recipe) => [{ ...recipe, ...change }]),
    besides,
  };
}

const CLAIMED_WITHOUT_PROOF = ["controls.control-unproven"];

export const reproducibilityDefects: readonly Defect[] = [
  ...headerDefects("reproducibility.release-differs", "reproducibility"),
  brokenDefect("reproducibility.unreadable", "reproducibility", CLAIMED_WITHOUT_PROOF),
  {
    problem: "reproducibility.targets-differ",
    how: "a target is missing in the record",
    alter: (stage) =>
      withDocument(stage, "reproducibility", ({ targets }) => ({ targets: targets.slice(1) })),
  },
  {
    problem: "reproducibility.none",
    how: "no binary is recorded",
    alter: (stage) => withDocument(stage, "reproducibility", () => ({ binaries: [] })),
    besides: CLAIMED_WITHOUT_PROOF,
  },
  {
    problem: "reproducibility.entry-missing",
    how: "a binary is not recorded",
    alter: (stage) => withRecipe(stage, HELPER, () => []),
  },
  {
    problem: "reproducibility.entry-unknown",
    how: "a file is recorded that is no binary",
    alter: (stage) => withRecipe(stage, HELPER, (recipe) => [recipe, { ...recipe, binary: "bin/other" }]),
  },
  {
    problem: "reproducibility.entry-repeated",
    how: "a binary is recorded twice",
    alter: (stage) => withRecipe(stage, HELPER, (recipe) => [recipe, recipe]),
  },
  recipeDefect("reproducibility.entry-differs", "the digest is another", { sha256: OTHER }),
  recipeDefect("reproducibility.entry-differs", "the size is another", { sizeBytes: 1 }),
  recipeDefect("reproducibility.entry-differs", "the target is another", { target: "windows/amd64" }),
  recipeDefect(
    "reproducibility.entry-differs",
    "a Go binary passes as prebuilt",
    { builder: "prebuilt" },
    [],
    LINUX,
  ),
  recipeDefect(
    "reproducibility.recipe-missing",
    "a Go binary has no argv",
    { argv: [] },
    CLAIMED_WITHOUT_PROOF,
    LINUX,
  ),
  recipeDefect(
    "reproducibility.recipe-missing",
    "a Go binary has no rebuild command",
    { rebuildCommand: null },
    [],
    LINUX,
  ),
  recipeDefect(
    "reproducibility.recipe-missing",
    "a Go binary has no toolchain",
    { toolchain: "" },
    ["binaries.toolchain-differs"],
    LINUX,
  ),
  {
    ...recipeDefect("reproducibility.recipe-missing", "a binary was made by no command", {
      builder: "command",
    }),
    besides: ["sbom.relationship-missing"],
  },
  recipeDefect("reproducibility.origin-unverified", "nobody vouches for a prebuilt binary", {
    originVerified: false,
  }),
];

export const bootstrapDefects: readonly Defect[] = [
  ...headerDefects("bootstrap.release-differs", "bootstrap"),
  brokenDefect("bootstrap.unreadable", "bootstrap"),
  {
    problem: "bootstrap.release-differs",
    how: "another zip is named",
    alter: (stage) => withDocument(stage, "bootstrap", () => ({ releasePackage: "other.zip" })),
  },
  ...[
    "checksums.txt",
    "release-evidence.json",
    "acme-agent.sbom.spdx.json",
    "acme-agent.provenance.intoto.json",
  ].map((file): Defect => ({
    problem: "bootstrap.requires-too-little",
    how: `${file} is not required`,
    alter: (stage) =>
      withDocument(stage, "bootstrap", ({ requiredFiles }) => ({
        requiredFiles: requiredFiles.filter((path) => path !== file),
      })),
  })),
  {
    problem: "bootstrap.file-absent",
    how: "a file is required that is not there",
    alter: (stage) =>
      withDocument(stage, "bootstrap", ({ requiredFiles }) => ({
        requiredFiles: [...requiredFiles, "NOTICE"],
      })),
  },
];

function modulesDefect(
  problem: string,
  how: string,
  change: { readonly sum?: string; readonly replaces?: string | null; readonly targets?: readonly string[] },
): Defect {
  return {
    problem,
    how,
    alter: (stage) =>
      withDocument(stage, "goModules", ({ modules }) => ({
        modules: modules.map((module) =>
          module.path === SYS_MODULE.path ? { ...module, ...change } : module,
        ),
      })),
  };
}

export const modulesDefects: readonly Defect[] = [
  ...headerDefects("modules.release-differs", "goModules"),
  brokenDefect("modules.unreadable", "goModules"),
  {
    problem: "modules.module-missing",
    how: "a linked module is not listed",
    alter: (stage) =>
      withDocument(stage, "goModules", ({ modules }) => ({
        modules: modules.filter(({ path }) => path !== SYS_MODULE.path),
      })),
  },
  {
    problem: "modules.module-unknown",
    how: "a module is listed that nothing links",
    alter: (stage) =>
      withDocument(stage, "goModules", ({ modules }) => ({
        modules: modules.flatMap((module) =>
          module.path === SYS_MODULE.path ? [module, { ...module, path: "example.com/other" }] : [module],
        ),
      })),
  },
  {
    problem: "modules.module-repeated",
    how: "a module is listed twice",
    alter: (stage) =>
      withDocument(stage, "goModules", ({ modules }) => ({ modules: [...modules, ...modules.slice(0, 1)] })),
  },
  modulesDefect("modules.module-differs", "a module has another sum", { sum: `h1:${"A".repeat(43)}=` }),
  modulesDefect("modules.module-differs", "a module is in fewer targets", { targets: ["linux/amd64"] }),
  modulesDefect("modules.module-differs", "a module replaces another", {
    replaces: "example.com/other@v1.0.0",
  }),
];

export const controlsDefects: readonly Defect[] = [
  {
    problem: "controls.none",
    how: "no control is claimed",
    alter: (stage) => withManifest(stage, { controls: [] }),
  },
  ...["ed25519-detached-signatures", "managed-workstation-updater-policy", "trimpath-enabled"].map(
    (control): Defect => ({
      problem: "controls.control-unproven",
      how: `the manifest claims ${control}`,
      alter: (stage) => withManifest(stage, { controls: ["sha256-checksums", control] }),
    }),
  ),
  {
    problem: "controls.control-unproven",
    how: "the build record claims a control of the manifest",
    alter: (stage) => withDocument(stage, "reproducibility", () => ({ controls: ["sha256-checksums"] })),
  },
];
