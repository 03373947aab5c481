import { IN_TOTO_STATEMENT_TYPE, type Subject } from "../model/release-statement.ts";
import { digests } from "./field-shapes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { closed, list, oneOf, shapeProblem, type Shape } from "./shape.ts";

export interface Statement<P> {
  readonly subjects: readonly Subject[];
  readonly predicate: P;
}

/**
 * in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md) with one known predicate. Narrower than the
 * specification: every subject has a SHA-256 and a SHA-512 and nothing else, and names are unique.
 */
export function statementShape<P>(
  predicateType: string,
  parts: {
    readonly subjectName: Shape<string>;
    readonly subjects: { readonly min: number; readonly max: number };
    readonly predicate: Shape<P>;
  },
): Shape<Statement<P>> {
  const envelope = closed({
    _type: oneOf(IN_TOTO_STATEMENT_TYPE),
    subject: list(closed({ name: parts.subjectName, digest: digests }), parts.subjects),
    predicateType: oneOf(predicateType),
    predicate: parts.predicate,
  });
  return (value, at) => {
    const { subject: subjects, predicate } = envelope(value, at);
    refuseTwins(subjects);
    return { subjects, predicate };
  };
}

export function statementJson(
  subjects: readonly Subject[],
  predicateType: string,
  predicate: JsonObject,
): JsonValue {
  return {
    _type: IN_TOTO_STATEMENT_TYPE,
    subject: subjects.map(({ name, digest }) => ({
      name,
      digest: { sha256: digest.sha256, sha512: digest.sha512 },
    })),
    predicateType,
    predicate,
  };
}

function refuseTwins(subjects: readonly Subject[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of subjects.entries()) {
    if (seen.has(name)) shapeProblem(`subject[${index}].name`, "names a subject that was named before");
    seen.add(name);
  }
}
