import type { Defect } from "../alter-release.ts";
import { binaryTraceDefects } from "./binary-traces.ts";
import { binariesDefects } from "./binaries.ts";
import {
  bootstrapDefects,
  controlsDefects,
  installersDefects,
  modulesDefects,
  reproducibilityDefects,
} from "./documents.ts";
import { filesDefects } from "./files.ts";
import { manifestDefects } from "./manifest.ts";
import { provenanceDefects } from "./provenance.ts";
import { sbomDefects } from "./sbom.ts";
import { vulnerabilitiesDefects } from "./vulnerabilities.ts";

export const ALL_DEFECTS: readonly Defect[] = [
  ...filesDefects,
  ...manifestDefects,
  ...sbomDefects,
  ...provenanceDefects,
  ...binariesDefects,
  ...binaryTraceDefects,
  ...installersDefects,
  ...reproducibilityDefects,
  ...bootstrapDefects,
  ...modulesDefects,
  ...controlsDefects,
  ...vulnerabilitiesDefects,
];
