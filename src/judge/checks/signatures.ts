import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { CopiesStage } from "../stages.ts";

export const signatureProblems: readonly Problem[] = [
  {
    id: "signatures.copy-invalid",
    severity: "error",
    title: "a copy of a trusted holder's signature does not verify",
    why: "copies for stock tools never count here, but people rely on them; a wrong one was changed or is of another release",
    remedy: "Copy the .sigs folder again from the source; if it stays, do not install and tell your vendor",
  },
  {
    id: "signatures.copy-disputed",
    severity: "error",
    title: "two implementations disagree on a copy of a trusted holder's signature",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: "Do not install, and ask your vendor by another way which keys sign this product",
  },
];

/** trust-spec section 3: stock copies never count, but one that names a key of the root must verify. */
export const signatureCopies: Check<CopiesStage> = {
  id: "signatures.copies",
  title: "Every stock copy of a trusted signature verifies",
  run({ copies }) {
    const judged = copies.filter(({ keyId }) => keyId !== undefined);
    if (judged.length === 0) return skip("there is no stock copy of a trusted key");
    const sightings: Sighting[] = judged
      .filter(({ verdict }) => verdict !== "valid")
      .map(({ file, verdict }) => ({ problem: `signatures.copy-${verdict}`, at: file }));
    return failOr(sightings, pass(judged.map(({ file }) => file).join(", "), "verifies"));
  },
};
