import type { Bootstrap } from "../../model/documents.ts";
import { headerFrom, type PackageInput } from "./package-input.ts";

/** Stands for a file that came by another way than the package; never a path inside it. */
const TRUST_ROOT = "TRUST-ROOT";

const NOTES = [
  "This file holds no key and no fingerprint: trust that travels with a package proves nothing.",
  `${TRUST_ROOT} is the trust root that your vendor gave you by another way than this medium; compare its SHA-256 in full.`,
  "The verifier comes by that other way too. cavra verifies without a network.",
  "Install nothing unless the first word of the answer is PASS.",
];

export function bootstrapOf(input: PackageInput, requiredFiles: readonly string[]): Bootstrap {
  return {
    ...headerFrom(input),
    releasePackage: input.zipName,
    requiredFiles,
    verificationCommands: [
      `cavra release verify-airgap-bundle ${input.zipName} --trust ${TRUST_ROOT}`,
      `cavra release verify-go-package ${input.topFolder} --trust ${TRUST_ROOT}`,
    ],
    operatorNotes: NOTES,
  };
}
