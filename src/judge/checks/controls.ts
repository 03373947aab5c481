import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import {
  BUILD_CONTROLS,
  RELEASE_CONTROLS,
  UNPROVABLE_CONTROLS,
  type Control,
  type ControlFacts,
} from "../../model/controls.ts";
import type { Problem } from "../../model/finding.ts";
import type { PackageStage } from "../stages.ts";
import { fail, place } from "./comparison.ts";

export const controlsProblems: readonly Problem[] = [
  {
    id: "controls.none",
    severity: "error",
    title: "the manifest claims no control",
    why: "every release of this kind has at least its manifest and its list of checksums: this list was emptied",
    remedy: "Ask the maker for a release whose manifest says what was done",
  },
  {
    id: "controls.control-unproven",
    severity: "error",
    title: "a control is claimed and nothing in the package proves it",
    why: "a claim that nothing proves makes people trust what nobody did",
    remedy: "Ask the maker for a release that claims only what it can prove",
  },
];

const proven: Check<PackageStage> = {
  id: "controls.proven",
  title: "Every control that is claimed is proven by what is in the package",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest, reproducibility } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const { product, targets, controls } = manifest.value;
    if (controls.length === 0) return fail({ problem: "controls.none", at: place(manifest.at, "controls") });
    const paths = new Set(release.files.keys());
    const binaries = reproducibility.ok ? reproducibility.value.binaries : [];
    const facts = { product, paths, targets, binaries };
    const built = reproducibility.ok ? reproducibility.value.controls : [];
    const sightings = [
      ...unprovenSightings(manifest.at, controls, RELEASE_CONTROLS, facts),
      ...unprovenSightings(reproducibility.at, built, BUILD_CONTROLS, facts),
    ];
    return failOr(sightings, pass(manifest.at, `${controls.length + built.length} controls, each proven`));
  },
};

function unprovenSightings(
  document: string,
  claimed: readonly string[],
  table: readonly Control[],
  facts: ControlFacts,
): readonly Sighting[] {
  const at = place(document, "controls");
  return claimed.flatMap((id) => {
    const control = table.find((known) => known.id === id);
    if (control?.holds(facts) === true) return [];
    const expected = control?.proof ?? UNPROVABLE_CONTROLS.get(id) ?? "a control that is known";
    return [{ problem: "controls.control-unproven", at, expected, actual: id }];
  });
}

export const controlsChecks: readonly Check<PackageStage>[] = [proven];
