import type { DocumentHeader } from "../model/documents.ts";
import { commit, productName, sentence, utcTime, version, word } from "./field-shapes.ts";
import type { JsonObject } from "./json.ts";
import type { Shape } from "./shape.ts";
import { formatUtcTime } from "./utc-time.ts";

/** The members that installers, reproducibility, go-modules and bootstrap share, by their names in the file. */
export const headerMembers = {
  product: productName,
  component: sentence,
  version,
  commit,
  ref: word,
  repository: word,
  generated_at: utcTime,
};

type HeaderFields = {
  readonly [K in keyof typeof headerMembers]: (typeof headerMembers)[K] extends Shape<infer T> ? T : never;
};

export function headerOf(fields: HeaderFields): DocumentHeader {
  const { product, component, version: releaseVersion, commit: sourceCommit, ref, repository } = fields;
  return {
    product,
    component,
    version: releaseVersion,
    commit: sourceCommit,
    ref,
    repository,
    sourceDateEpoch: fields.generated_at,
  };
}

export function headerJson(schemaVersion: string, header: DocumentHeader): JsonObject {
  const { product, component, version: releaseVersion, commit: sourceCommit, ref, repository } = header;
  return {
    schema_version: schemaVersion,
    product,
    component,
    version: releaseVersion,
    commit: sourceCommit,
    ref,
    repository,
    generated_at: formatUtcTime(header.sourceDateEpoch),
  };
}
