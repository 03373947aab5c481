import { contentDigest } from "./content-digest.ts";
import { canonicalJson, packagedJson } from "./canonical-json.ts";
import type { JsonObject } from "./json.ts";

const CONTEXT = "https://openvex.dev/ns/v0.2.0";
const ID_BASE = "https://cavra.dev/vex/";

/** OpenVEX 0.2.0, as far as it is written: one product and one part of it for each statement. */
export interface VexDocument {
  /** Whose word it is. */
  readonly author: string;
  readonly role: string;
  readonly tooling: string;
  /** `YYYY-MM-DDThh:mm:ssZ`. */
  readonly timestamp: string;
  /** Never empty: OpenVEX has no document that says nothing. */
  readonly statements: readonly [VexStatement, ...VexStatement[]];
}

export interface VexStatement {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  /** Package URL of the program, and of the module that the record is about. */
  readonly product: string;
  readonly productSha256: string;
  readonly subcomponent: string;
  readonly status: VexStatus;
  readonly notes: string;
}

/** not_affected without a justification, and affected without an action, are no statements (OpenVEX, "Status labels"). */
export type VexStatus =
  | { readonly name: "not_affected"; readonly justification: "vulnerable_code_not_present" }
  | { readonly name: "affected"; readonly action: string }
  | { readonly name: "under_investigation" };

/** Packaged JSON; the id ends with the SHA-256 of the rest, so the same statements have the same one. */
export function writeOpenVex(document: VexDocument): Uint8Array {
  const { author, role, tooling, timestamp, statements } = document;
  const body: JsonObject = {
    "@context": CONTEXT,
    author,
    role,
    tooling,
    timestamp,
    version: 1,
    statements: statements.map(statementJson),
  };
  const digest = contentDigest(canonicalJson(body));
  return packagedJson({ ...body, "@id": `${ID_BASE}${digest}` });
}

function statementJson(statement: VexStatement): JsonObject {
  const { vulnerability, aliases, product, productSha256, subcomponent, status, notes } = statement;
  return {
    vulnerability: {
      "@id": `https://pkg.go.dev/vuln/${vulnerability}`,
      name: vulnerability,
      ...(aliases.length === 0 ? {} : { aliases: [...new Set(aliases)].sort() }),
    },
    products: [
      {
        "@id": product,
        identifiers: { purl: product },
        hashes: { "sha-256": productSha256 },
        subcomponents: [{ "@id": subcomponent, identifiers: { purl: subcomponent } }],
      },
    ],
    status: status.name,
    status_notes: notes,
    ...(status.name === "not_affected" ? { justification: status.justification } : {}),
    ...(status.name === "affected" ? { action_statement: status.action } : {}),
  };
}
