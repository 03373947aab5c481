import { BUILD_CONTROLS, provenControls } from "../../model/controls.ts";
import type { Reproducibility, ReproducibleBinary } from "../../model/documents.ts";
import { headerFrom, type PackageFile, type PackageInput } from "./package-input.ts";

const GUIDANCE = [
  "Check out the commit, then run a rebuild command at its root with the toolchain that the binary names.",
  "The rebuilt file must have the SHA-256 that is listed here.",
];

const NOTHING_TO_REBUILD = [
  "No binary of this release has a rebuild command: they were built elsewhere or by a command of the release config.",
  "The provenance lists what they were made from or compared with, by digest.",
];

export function reproducibilityOf(input: PackageInput): Reproducibility {
  const binaries = input.files.flatMap(reproducibleBinary);
  const facts = { product: input.product, paths: new Set<string>(), targets: input.targets, binaries };
  return {
    ...headerFrom(input),
    targets: input.targets,
    binaries,
    controls: provenControls(BUILD_CONTROLS, facts),
    operatorGuidance: binaries.some(({ rebuildCommand }) => rebuildCommand !== null)
      ? GUIDANCE
      : NOTHING_TO_REBUILD,
  };
}

function reproducibleBinary(file: PackageFile): readonly ReproducibleBinary[] {
  const { recipe, target } = file;
  if (file.kind === "file" || recipe === null || target === null) return [];
  return [
    {
      target,
      binary: file.path,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      builder: recipe.builder,
      toolchain: recipe.toolchain,
      moduleDir: recipe.workingDirectory,
      environment: recipe.environment,
      argv: recipe.argv,
      rebuildCommand: recipe.rebuildCommand,
      originVerified: file.originVerified,
    },
  ];
}
