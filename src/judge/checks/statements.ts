import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { CompanionStage, CompanionStatement } from "../stages.ts";

const COPY_AGAIN =
  "Copy the .sigs folder again from the source; if it stays, do not install and tell your vendor";

export const statementProblems: readonly Problem[] = [
  {
    id: "statements.malformed",
    severity: "error",
    title: "a statement beside the package is not a well-formed envelope",
    why: "a signature that can be read in two ways could be verified in one and used in the other",
    remedy: COPY_AGAIN,
  },
  {
    id: "statements.signature-invalid",
    severity: "error",
    title: "a signature on a statement beside the package does not verify",
    why: "the statement or the signature was changed after signing",
    remedy: COPY_AGAIN,
  },
  {
    id: "statements.signature-disputed",
    severity: "error",
    title: "two implementations disagree on a signature on a statement beside the package",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: COPY_AGAIN,
  },
  {
    id: "statements.signer-not-trusted",
    severity: "error",
    title: "a statement beside the package is signed by nobody who may sign this release",
    why: "other tools would take a list of components or of artifacts from it that no holder vouched for",
    remedy: COPY_AGAIN,
  },
  {
    id: "statements.payload-type",
    severity: "error",
    title: "a statement beside the package is signed as another type",
    why: "a signature over another kind of document must not count for a statement",
    remedy: COPY_AGAIN,
  },
  {
    id: "statements.differs",
    severity: "error",
    title: "a statement beside the package says something else than the package",
    why: "whoever reads the statement alone learns of other components or artifacts than those that were verified here",
    remedy: COPY_AGAIN,
  },
];

/** SBOMs and the list of artifacts as in-toto statements (trust-spec section 3): nobody must write them; one that is there must agree. */
export const companionStatements: Check<CompanionStage> = {
  id: "statements.agree",
  title: "Statements for other tools repeat what the release says",
  needs: ["manifest.agrees", "sbom.truth"],
  run({ statements, isEndorsed }) {
    if (statements.length === 0) return skip("there are no such statements");
    const sightings = statements.flatMap((statement) => sightingsOf(statement, isEndorsed));
    const files = statements.map(({ file }) => file).join(", ");
    return failOr(sightings, pass(files, "signed, and made of this release"));
  },
};

function sightingsOf(statement: CompanionStatement, isEndorsed: boolean): readonly Sighting[] {
  const { file: at, envelope, result, expectedType, expected, actual } = statement;
  if (!envelope.ok) return [{ problem: "statements.malformed", at, actual: envelope.reason }];
  const { invalid = [], disputed = [], met = false } = result ?? {};
  const forged = [
    ...invalid.map((id) => ({ problem: "statements.signature-invalid", at, actual: `key ${id}` })),
    ...disputed.map((id) => ({ problem: "statements.signature-disputed", at, actual: `key ${id}` })),
  ];
  const { payloadType } = envelope.value;
  return [
    ...forged,
    // Holders of the root endorse the release; the keys that signed these are revoked with those that signed it.
    ...(met || isEndorsed || forged.length > 0 ? [] : [{ problem: "statements.signer-not-trusted", at }]),
    ...(payloadType === expectedType
      ? []
      : [{ problem: "statements.payload-type", at, expected: expectedType, actual: payloadType }]),
    ...(expected === actual ? [] : [{ problem: "statements.differs", at, expected, actual }]),
  ];
}
