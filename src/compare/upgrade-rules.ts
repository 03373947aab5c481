import type { UpgradeRule } from "./rule.ts";
import { controlRules } from "./rules/controls.ts";
import { fileContentRules } from "./rules/files-content.ts";
import { fileContractRules } from "./rules/files-contract.ts";
import { lifetimeRules } from "./rules/lifetime.ts";
import { lineageRules } from "./rules/lineage.ts";
import { provenanceRules } from "./rules/provenance.ts";
import { reproducibilityRules } from "./rules/reproducibility.ts";
import { sbomRules } from "./rules/sbom.ts";
import { sbomVulnerabilityRules } from "./rules/sbom-vulnerabilities.ts";
import { signerRules } from "./rules/signer.ts";
import { bumpTooSmall, reused, versionRules } from "./rules/version.ts";

/** Every rule, in the order of evaluation: the fatal one first, the one that weighs what the others saw last. */
export const upgradeRules: readonly UpgradeRule[] = [
  reused,
  ...versionRules,
  ...lineageRules,
  ...lifetimeRules,
  ...signerRules,
  ...provenanceRules,
  ...fileContractRules,
  ...fileContentRules,
  ...reproducibilityRules,
  ...sbomRules,
  ...sbomVulnerabilityRules,
  ...controlRules,
  bumpTooSmall,
];
