import { MAX_BUNDLE_BYTES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import {
  RELEASE_PREDICATE_TYPE,
  ZIP_PROFILE,
  type ReleasePredicate,
  type ReleaseStatement,
} from "../model/release-statement.ts";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.ts";
import {
  channelName,
  epochSeconds,
  lineName,
  packagePath,
  packageStem,
  productName,
  sha256,
  timeSeconds,
  version,
} from "./field-shapes.ts";
import { statementJson, statementShape, type Statement } from "./in-toto.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { readDocument, type DocumentFormat } from "./packaged-document.ts";
import { closed, integer, nullable, oneOf, type Shape } from "./shape.ts";
import { zipAndChecksums } from "./two-subjects.ts";

const predicate: Shape<ReleasePredicate> = closed({
  product: productName,
  package: packageStem,
  line: lineName,
  channel: channelName,
  version,
  releaseCounter: integer(1),
  previous: nullable(closed({ version, manifestSha256: sha256 })),
  manifestSha256: sha256,
  zipProfile: oneOf(ZIP_PROFILE),
  zipSizeBytes: integer(1, MAX_BUNDLE_BYTES),
  sourceDateEpoch: epochSeconds,
  expires: nullable(timeSeconds),
  rootVersion: integer(1),
});

const statement = statementShape(RELEASE_PREDICATE_TYPE, {
  subjectName: packagePath,
  subjects: { min: 2, max: 2 },
  predicate,
});

const format: DocumentFormat<ReleaseStatement> = {
  shape: (value, at) => releaseOf(statement(value, at)),
  toJson: statementOf,
};

/** The payload of `release.dsse.json`: RFC 8785, no newline (trust-spec sections 2 and 3). */
export function writeReleaseStatement(release: ReleaseStatement): Uint8Array {
  return canonicalJson(statementOf(release));
}

/** Read only after the threshold over exactly these bytes is met (trust-spec section 6, step 4). */
export function parseReleaseStatement(at: string, payload: Uint8Array): Parsed<ReleaseStatement> {
  return readDocument(format, parseCanonicalJson(at, payload));
}

function releaseOf({ subjects, predicate: fields }: Statement<ReleasePredicate>): ReleaseStatement {
  return { ...zipAndChecksums(subjects), predicate: fields };
}

function statementOf(release: ReleaseStatement): JsonValue {
  const { previous } = release.predicate;
  const fields: JsonObject = {
    product: release.predicate.product,
    package: release.predicate.package,
    line: release.predicate.line,
    channel: release.predicate.channel,
    version: release.predicate.version,
    releaseCounter: release.predicate.releaseCounter,
    previous:
      previous === null ? null : { version: previous.version, manifestSha256: previous.manifestSha256 },
    manifestSha256: release.predicate.manifestSha256,
    zipProfile: release.predicate.zipProfile,
    zipSizeBytes: release.predicate.zipSizeBytes,
    sourceDateEpoch: release.predicate.sourceDateEpoch,
    expires: release.predicate.expires,
    rootVersion: release.predicate.rootVersion,
  };
  return statementJson([release.zip, release.checksums], RELEASE_PREDICATE_TYPE, fields);
}
