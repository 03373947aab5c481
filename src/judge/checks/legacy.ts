import { failOr, pass, type Check } from "../../model/check.ts";
import { MANIFEST_FILE } from "../../model/layers.ts";
import type { LegacyPackageStage } from "../stages.ts";
import { fail } from "./comparison.ts";
import { legacyDocuments } from "./legacy-documents.ts";
import {
  legacyArtifacts,
  legacyControls,
  legacyListedSignatures,
  legacyManifest,
} from "./legacy-manifest.ts";
import { legacyProvenance, legacySbom } from "./legacy-provenance.ts";

/** What that system leaves open to whoever passes a package on. */
const legacyCoverage: Check<LegacyPackageStage> = {
  id: "legacy.coverage",
  title: "Every file of the package is in a list of it",
  run({ files, uncovered }) {
    const open = uncovered.filter((path) => files.has(path));
    return failOr(
      open.map((at) => ({ problem: "legacy.not-covered", at })),
      pass(MANIFEST_FILE, "no file besides"),
    );
  },
};

/** The one thing that no package of that system can have. */
const legacyTrust: Check<LegacyPackageStage> = {
  id: "legacy.trust",
  title: "Somebody outside of the package vouches for it",
  run({ evidence, signatures }) {
    const version = evidence.ok ? evidence.value.version : "unread";
    const count = signatures.length;
    const found =
      count === 0 ? "no .sig.json file" : `${count} .sig.json files, each with its own key inside`;
    const actual = `${version}, ${found}`;
    return fail({ problem: "legacy.proves-nothing", at: MANIFEST_FILE, actual });
  },
};

/** Asked of a package of the existing system after the checks of its files, in place of those of ours. */
export const legacyPackageChecks: readonly Check<LegacyPackageStage>[] = [
  legacyManifest,
  legacyControls,
  legacyArtifacts,
  legacyListedSignatures,
  legacyDocuments,
  legacyProvenance,
  legacySbom,
  legacyCoverage,
  legacyTrust,
];
