import type { MappedField } from "../formats/zip-byte-map.ts";
import type { Finding } from "../model/finding.ts";
import type { RaisedLimit } from "../model/report.ts";
import type { ZipProfile } from "../model/zip-profile.ts";
import { findingLines } from "./findings.ts";
import { count, formatBytes } from "./quantity.ts";
import { raisedLines } from "./verdict-line.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** What `zip check` found of one container. */
export interface ZipCheckFacts {
  readonly profile: ZipProfile;
  readonly subject: { readonly path: string; readonly sizeBytes: number; readonly sha256: string };
  /** Caps above their defaults: `--raise-limit`. */
  readonly raisedLimits: readonly RaisedLimit[];
  /** 0 when the records were refused. */
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly findings: readonly Finding[];
  /** Only when it was asked for. */
  readonly map?: ZipMap;
}

export interface ZipMap {
  readonly fields: readonly MappedField[];
  /** false: there are more fields than are listed. */
  readonly isComplete: boolean;
}

type ZipVerdict = "PASS" | "REFUSED";

function verdictOf({ findings }: ZipCheckFacts): ZipVerdict {
  return findings.some(({ severity }) => severity === "fatal") ? "REFUSED" : "PASS";
}

/** 0: exactly one reading. 5: refused. */
export function zipCheckExitCode(facts: ZipCheckFacts): number {
  return verdictOf(facts) === "PASS" ? 0 : 5;
}

export function zipCheckLines(facts: ZipCheckFacts): readonly Line[] {
  const { profile, subject, raisedLimits, fileCount, totalBytes, findings, map } = facts;
  const passes = verdictOf(facts) === "PASS";
  const meaning = passes ? "exactly one reading" : "hostile or malformed; do not unpack it";
  return [
    line([span(verdictOf(facts), passes ? "good" : "bad"), `  ${subject.path}: ${meaning}`], 0, 2),
    ...raisedLines(raisedLimits),
    row("profile", profile),
    row("SHA-256", subject.sha256),
    row("size", formatBytes(subject.sizeBytes)),
    ...(passes ? [row("contents", `${count(fileCount, "file")}, ${formatBytes(totalBytes)}`)] : []),
    row("not checked", "who made it, and what its files are"),
    ...findingLines(findings),
    ...placeLines(findings),
    ...(map === undefined ? [] : mapLines(map)),
  ];
}

/** Where in the file, for people with a hex editor. */
function placeLines(findings: readonly Finding[]): readonly Line[] {
  const placed = findings.filter(({ offset }) => offset !== undefined);
  if (placed.length === 0) return [];
  return [
    emptyLine,
    line([span("offsets", "strong")]),
    ...placed.map(({ id, offset = 0, preview }) =>
      line(
        [
          `${`${offset}`.padStart(OFFSET_COLUMNS)}  ${id}`,
          span(preview === undefined ? "" : `  ${preview}`, "faint"),
        ],
        2,
        14,
      ),
    ),
  ];
}

const OFFSET_COLUMNS = 10;
const SIZE_COLUMNS = 10;
const FIELD_COLUMNS = 27;

function mapLines({ fields, isComplete }: ZipMap): readonly Line[] {
  return [
    emptyLine,
    line([span(`${"offset".padStart(OFFSET_COLUMNS)}${"bytes".padStart(SIZE_COLUMNS)}  field`, "strong")], 2),
    ...fields.flatMap((field, place) => fieldLines(field, fields[place - 1])),
    ...(isComplete ? [] : [line([`... and more fields; the map ends after ${fields.length}`], 2)]),
  ];
}

/** A heading when a record begins, then its fields. */
function fieldLines(field: MappedField, before: MappedField | undefined): readonly Line[] {
  const { offset, sizeBytes, record, entry } = field;
  const isNew = record !== before?.record || entry !== before.entry;
  const heading = entry === undefined ? record : `${record} of ${entry}`;
  const columns = `${`${offset}`.padStart(OFFSET_COLUMNS)}${`${sizeBytes}`.padStart(SIZE_COLUMNS)}`;
  const value = line(
    [`${columns}  ${field.field.padEnd(FIELD_COLUMNS)} `, span(field.value, "faint")],
    2,
    24,
  );
  return isNew ? [line([span(heading, record === "unclaimed" ? "bad" : "strong")], 0, 2), value] : [value];
}

export function zipCheckDocument(facts: ZipCheckFacts): object {
  return {
    schema: "cavra.zip-check/1",
    verdict: verdictOf(facts),
    exitCode: zipCheckExitCode(facts),
    ...facts,
  };
}
