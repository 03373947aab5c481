import type { ReproducibleBinary } from "./documents.ts";
import { goFlags } from "./go-flags.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  installersFile,
  MANIFEST_FILE,
  provenanceFile,
  reproducibilityFile,
  sbomFile,
} from "./layers.ts";

/** What a control's claim is measured against: things that are in the package, never a wish. */
export interface ControlFacts {
  readonly product: string;
  /** Every path of the package, those of the manifest and of checksums.txt too. */
  readonly paths: ReadonlySet<string>;
  /** The targets that the config declares. */
  readonly targets: readonly string[];
  readonly binaries: readonly ReproducibleBinary[];
}

/** A label that a document may claim, and what proves it. */
export interface Control {
  readonly id: string;
  /** What must be there, as a sentence without a final stop. */
  readonly proof: string;
  readonly holds: (facts: ControlFacts) => boolean;
}

/** `controls` of release-evidence.json. */
export const RELEASE_CONTROLS: readonly Control[] = [
  file("installer-metadata", installersFile),
  file("offline-trust-bootstrap", () => BOOTSTRAP_FILE),
  file("release-evidence-manifest", () => MANIFEST_FILE),
  file("reproducibility-manifest", reproducibilityFile),
  {
    id: "reproducible-go-build-flags",
    proof:
      "There is a Go binary, and each was built with -trimpath, -buildvcs=false, an empty build id and without cgo",
    holds: ({ binaries }) => everyGoBuild(binaries, isReproducibleBuild),
  },
  file("sha256-checksums", () => CHECKSUMS_FILE),
  file("slsa-provenance", provenanceFile),
  file("spdx-sbom", sbomFile),
];

/** `controls` of the reproducibility document. */
export const BUILD_CONTROLS: readonly Control[] = [
  {
    id: "airgap-rebuild-guidance",
    proof: "Every binary has a command that builds it again",
    holds: ({ binaries }) =>
      binaries.length > 0 && binaries.every((binary) => binary.rebuildCommand !== null),
  },
  {
    id: "binary-digests-declared",
    proof: "At least one binary is listed; each has a SHA-256",
    holds: ({ binaries }) => binaries.length > 0,
  },
  goControl("buildvcs-disabled", "-buildvcs=false", (build) => hasFlag(build, "-buildvcs=false")),
  goControl("cgo-disabled", "CGO_ENABLED=0", (build) => build.environment.get("CGO_ENABLED") === "0"),
  goControl("empty-go-buildid", "-buildid= for the linker", hasEmptyBuildId),
  goControl(
    "readonly-module-resolution",
    "-mod=readonly or -mod=vendor",
    (build) => hasFlag(build, "-mod=readonly") || hasFlag(build, "-mod=vendor"),
  ),
  {
    id: "target-matrix-declared",
    proof: "At least one target is declared, and every declared target has a binary",
    holds: ({ targets, binaries }) =>
      targets.length > 0 && targets.every((target) => binaries.some((binary) => binary.target === target)),
  },
  goControl("trimpath-enabled", "-trimpath", (build) => hasFlag(build, "-trimpath")),
];

/** Labels of existing packages that no document can prove of itself; cavra never claims them. */
export const UNPROVABLE_CONTROLS: ReadonlyMap<string, string> = new Map([
  ["ed25519-detached-signatures", "only the signatures themselves prove that a package is signed"],
  ["signed-ci-runner-bundles", "only the signatures themselves prove that a package is signed"],
  ["signed-installer-metadata", "only the signatures themselves prove that a package is signed"],
]);

/** Ids of the controls that hold, ascending. */
export function provenControls(controls: readonly Control[], facts: ControlFacts): readonly string[] {
  return controls
    .filter((control) => control.holds(facts))
    .map((control) => control.id)
    .sort();
}

function file(id: string, path: (product: string) => string): Control {
  const shown = path("<product>");
  return { id, proof: `The package has ${shown}`, holds: ({ product, paths }) => paths.has(path(product)) };
}

function goControl(id: string, what: string, holds: (build: ReproducibleBinary) => boolean): Control {
  return {
    id,
    proof: `There is a Go binary, and each was built with ${what}`,
    holds: ({ binaries }) => everyGoBuild(binaries, holds),
  };
}

/** Without a Go binary nothing is claimed: a for-all over nothing proves nothing. */
function everyGoBuild(
  binaries: readonly ReproducibleBinary[],
  holds: (build: ReproducibleBinary) => boolean,
): boolean {
  const builds = binaries.filter((binary) => binary.builder === "go");
  return builds.length > 0 && builds.every(holds);
}

function isReproducibleBuild(build: ReproducibleBinary): boolean {
  return (
    build.environment.get("CGO_ENABLED") === "0" &&
    hasFlag(build, "-trimpath") &&
    hasFlag(build, "-buildvcs=false") &&
    hasEmptyBuildId(build)
  );
}

function hasEmptyBuildId(build: ReproducibleBinary): boolean {
  return lastOf(goFlags(build).ldflags, "-buildid") === "-buildid=";
}

function hasFlag(build: ReproducibleBinary, flag: string): boolean {
  const [name = ""] = flag.split("=");
  return lastOf(goFlags(build).flags, name) === flag;
}

/** A flag that is given twice has its last value. */
function lastOf(words: readonly string[], name: string): string | undefined {
  return words.findLast((word) => word === name || word.startsWith(`${name}=`));
}
