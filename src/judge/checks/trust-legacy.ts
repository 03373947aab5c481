import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { TrustRoot } from "../../model/trust-root.ts";
import type { LegacySignatureReading, LegacyStage } from "../stages.ts";

export const trustLegacyProblems: readonly Problem[] = [
  {
    id: "trust.legacy-key-in-root",
    severity: "error",
    title: "a key of the trust root also signed .sig.json files",
    why: "those sign raw files of any content, so what its holder signed there could be passed off as a signature that counts",
    remedy:
      "Tell your vendor by another way than this medium: the key must leave the trust root, or sign.legacy needs a key of its own",
  },
];

/**
 * Keys of a trust root sign only message spaces that nobody can confuse (trust-spec, preamble). The existing system signs
 * raw files of any content, so a key that does both would sign whatever a file of a package can look like.
 */
export const trustLegacy: Check<LegacyStage> = {
  id: "trust.legacy",
  title: "The key of the .sig.json files is in no role of the trust root",
  run({ signatures, trust }) {
    const [first] = signatures;
    if (trust === undefined || first === undefined)
      return skip("there is no trust root, or no .sig.json file");
    return failOr(sightings(signatures, trust), pass(first.path, "a key of its own"));
  },
};

/** One for each key, at the first file that carries it. */
function sightings(signatures: readonly LegacySignatureReading[], { keys }: TrustRoot): readonly Sighting[] {
  return keys.flatMap(({ keyId, holder }) => {
    const found = signatures.find(({ key }) => key.ok && key.value.keyId === keyId);
    return found === undefined
      ? []
      : [{ problem: "trust.legacy-key-in-root", at: found.path, actual: `key ${keyId} of ${holder}` }];
  });
}
