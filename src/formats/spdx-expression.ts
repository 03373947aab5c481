import { DEPRECATED_LICENSE_IDS, LICENSE_EXCEPTION_IDS, LICENSE_IDS } from "./spdx-license-list.ts";

const MAX_EXPRESSION_CHARACTERS = 4096;
const MAX_EXPRESSION_DEPTH = 32;
const TOKEN = /[()]|[^\s()]+/g;
const LICENSE_REF = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/;
const ADDITION_REF = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?AdditionRef-[A-Za-z0-9.-]+$/;
const LOWER_CASE_IDS = new Set([...LICENSE_IDS, ...DEPRECATED_LICENSE_IDS].map((id) => id.toLowerCase()));
const LOWER_CASE_EXCEPTIONS = new Set([...LICENSE_EXCEPTION_IDS].map((id) => id.toLowerCase()));

export interface LicenseExpression {
  /** Lower case; undefined when the expression is well formed. */
  readonly problem: string | undefined;
  /** `LicenseRef-...` of this document that the expression uses, in order, without repetition. */
  readonly references: readonly string[];
}

/**
 * An SPDX licence expression (SPDX 2.3, Annex D). Operators are upper or lower case, never mixed; identifiers are
 * compared without case. `NONE` and `NOASSERTION` are no expressions: the caller knows where they may stand.
 */
export function readLicenseExpression(text: string): LicenseExpression {
  if (text.length > MAX_EXPRESSION_CHARACTERS) {
    return { problem: `is longer than ${MAX_EXPRESSION_CHARACTERS} characters`, references: [] };
  }
  const reader = new ExpressionReader(text.match(TOKEN) ?? []);
  return { problem: reader.read(), references: [...reader.references] };
}

/** Grammar: term = "(" or ")" | simple [WITH addition]; terms are joined by AND and OR. */
class ExpressionReader {
  readonly references = new Set<string>();
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  read(): string | undefined {
    if (this.#tokens.length === 0) return "is empty";
    const problem = this.#readTerms(0);
    if (problem !== undefined) return problem;
    const rest = this.#tokens[this.#next];
    return rest === undefined ? undefined : `has ${quoted(rest)} where AND, OR or the end was expected`;
  }

  #readTerms(depth: number): string | undefined {
    for (;;) {
      const problem = this.#readTerm(depth);
      if (problem !== undefined) return problem;
      if (!this.#take(["AND", "and", "OR", "or"])) return undefined;
    }
  }

  #readTerm(depth: number): string | undefined {
    if (depth > MAX_EXPRESSION_DEPTH) return `is nested deeper than ${MAX_EXPRESSION_DEPTH}`;
    if (this.#take(["("])) {
      const problem = this.#readTerms(depth + 1);
      if (problem !== undefined) return problem;
      return this.#take([")"]) ? undefined : "has a bracket without its end";
    }
    const problem = this.#readLicense();
    if (problem !== undefined || !this.#take(["WITH", "with"])) return problem;
    return this.#readAddition();
  }

  #readLicense(): string | undefined {
    const id = this.#tokens[this.#next];
    if (id === undefined) return "ends where a licence was expected";
    this.#next += 1;
    if (LICENSE_REF.test(id)) {
      if (id.startsWith("LicenseRef-")) this.references.add(id);
      return undefined;
    }
    const isListed = LOWER_CASE_IDS.has(id.replace(/\+$/, "").toLowerCase());
    return isListed
      ? undefined
      : `has ${quoted(id)}, which is no licence of the SPDX list and no LicenseRef-`;
  }

  #readAddition(): string | undefined {
    const id = this.#tokens[this.#next];
    if (id === undefined) return "ends where an exception was expected";
    this.#next += 1;
    const isKnown = LOWER_CASE_EXCEPTIONS.has(id.toLowerCase()) || ADDITION_REF.test(id);
    return isKnown ? undefined : `has ${quoted(id)}, which is no exception of the SPDX list`;
  }

  #take(words: readonly string[]): boolean {
    const isNext = words.includes(this.#tokens[this.#next] ?? "");
    if (isNext) this.#next += 1;
    return isNext;
  }
}

function quoted(token: string): string {
  return JSON.stringify(token.slice(0, 80));
}
