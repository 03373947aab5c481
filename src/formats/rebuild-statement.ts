import type { Parsed } from "../model/parsed.ts";
import {
  REBUILD_PREDICATE_TYPE,
  REBUILD_VERDICTS,
  type RebuildPredicate,
  type RebuildStatement,
} from "../model/rebuild-statement.ts";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.ts";
import { commit, packagePath, productName, sentence, sha256, version } from "./field-shapes.ts";
import { statementJson, statementShape } from "./in-toto.ts";
import type { JsonValue } from "./json.ts";
import { readDocument, type DocumentFormat } from "./packaged-document.ts";
import { closed, oneOf, type Shape } from "./shape.ts";
import { zipAndChecksums } from "./two-subjects.ts";

const predicate: Shape<RebuildPredicate> = closed({
  product: productName,
  version,
  manifestSha256: sha256,
  commit,
  verdict: oneOf(...REBUILD_VERDICTS),
  tool: sentence,
});

const statement = statementShape(REBUILD_PREDICATE_TYPE, {
  subjectName: packagePath,
  subjects: { min: 2, max: 2 },
  predicate,
});

const format: DocumentFormat<RebuildStatement> = {
  shape: (value, at) => {
    const { subjects, predicate: fields } = statement(value, at);
    return { ...zipAndChecksums(subjects), predicate: fields };
  },
  toJson: statementOf,
};

/** The payload of `rebuild.<k>.dsse.json`: RFC 8785, no newline. */
export function writeRebuildStatement(rebuild: RebuildStatement): Uint8Array {
  return canonicalJson(statementOf(rebuild));
}

/** Read only after a signature of a rebuilder over exactly these bytes counted. */
export function parseRebuildStatement(at: string, payload: Uint8Array): Parsed<RebuildStatement> {
  return readDocument(format, parseCanonicalJson(at, payload));
}

function statementOf({ zip, checksums, predicate: fields }: RebuildStatement): JsonValue {
  return statementJson([zip, checksums], REBUILD_PREDICATE_TYPE, {
    product: fields.product,
    version: fields.version,
    manifestSha256: fields.manifestSha256,
    commit: fields.commit,
    verdict: fields.verdict,
    tool: fields.tool,
  });
}

const FILE_NAME = /^rebuild\.([0-9a-f]{16})\.dsse\.json$/;

/** The first 16 hex of the key id in `rebuild.<k>.dsse.json` (trust-spec section 3); undefined: another file. */
export function rebuildFileKey(name: string): string | undefined {
  return FILE_NAME.exec(name)?.[1];
}

export function rebuildFileName(shortKeyId: string): string {
  return `rebuild.${shortKeyId}.dsse.json`;
}
