import type { ReleaseDiff } from "../compare/release-diff.ts";
import type { Finding } from "../model/finding.ts";
import { valueOf } from "../model/parsed.ts";
import type { SubjectFacts, TrustFacts } from "../model/report.ts";
import { diffSections } from "./diff-sections.ts";
import type { ChangeRow, DiffRow, DiffSection, ElementRow } from "./diff-section.ts";
import { findingLines } from "./findings.ts";
import { count, formatBytes } from "./quantity.ts";
import { emptyLine, line, row, span, type Line, type Tone } from "./span.ts";

/** One package of a comparison. */
export interface DiffSide {
  readonly subject: SubjectFacts;
  /** `hostile` and `unreadable`: there is nothing to compare. */
  readonly state: "read" | "hostile" | "unreadable";
  /** Why it could not be read; null when it was. */
  readonly reason: string | null;
  /** Errors and worse, found while it was read. They do not end a comparison. */
  readonly findings: readonly Finding[];
}

/** What `release diff` found out. It informs; whether the step is good is for `validate-upgrade` to say. */
export interface DiffFacts {
  readonly tool: { readonly name: string; readonly version: string };
  readonly previous: DiffSide;
  readonly candidate: DiffSide;
  /** null: none was given, or it cannot be used. */
  readonly trust: TrustFacts | null;
  readonly signaturesJudged: boolean;
  /** null unless both packages were read. */
  readonly diff: ReleaseDiff | null;
}

/** 0: both could be read. 5: one is hostile or malformed. 3: one cannot be read. */
export function diffExitCode({ previous, candidate }: DiffFacts): number {
  const states = new Set([previous.state, candidate.state]);
  return states.has("hostile") ? 5 : states.has("unreadable") ? 3 : 0;
}

export function diffDocument({ diff, ...facts }: DiffFacts): object {
  return { schema: "cavra.diff/1", ...facts, sections: diff };
}

export function diffLines(facts: DiffFacts): readonly Line[] {
  const { previous, candidate, diff } = facts;
  const sections = diff === null ? [] : diffSections(diff);
  return [
    line([span("diff ", "strong"), diff === null ? "was not possible" : titleOf(diff)], 0, 5),
    sideRow("old", previous),
    sideRow("new", candidate),
    row("signatures", signatureWords(facts)),
    ...sections.flatMap(sectionLines),
    ...sideFindings("old", previous),
    ...sideFindings("new", candidate),
    emptyLine,
    line([span("next: ", "strong"), nextStep(diff)], 0, 6),
  ];
}

function titleOf(diff: ReleaseDiff): string {
  const identity = valueOf(diff.identity);
  const version = valueOf(diff.version);
  if (identity === undefined || version === undefined) return "of two packages; nothing was judged";
  return `${identity.package.now} v${version.from} -> v${version.to}; nothing was judged`;
}

function sideRow(label: string, { subject, state, reason, findings }: DiffSide): Line {
  const size = subject.sizeBytes === null ? "" : `, ${formatBytes(subject.sizeBytes)}`;
  const notes = [
    ...(state === "read" ? [] : [`${state}: ${reason ?? "it could not be read"}`]),
    ...(findings.length === 0 ? [] : [`${count(findings.length, "problem")}, below`]),
  ];
  const note = notes.length === 0 ? [] : [span(`  ${notes.join("; ")}`, "doubt")];
  return row(label, `${subject.path}  (${subject.kind}${size})`, ...note);
}

function signatureWords({ trust, signaturesJudged }: DiffFacts): string {
  if (signaturesJudged && trust !== null)
    return `counted by the root of ${trust.source}; whether they suffice: validate-upgrade`;
  return trust === null ? "not judged: no usable trust was given (--trust FILE)" : "not judged on both sides";
}

/** What is the same, or cannot be compared at all, takes one line; changes stand in a block of their own. */
function sectionLines(
  { title, summary, rows }: DiffSection,
  index: number,
  all: readonly DiffSection[],
): readonly Line[] {
  const before = all[index - 1];
  const isApart = before === undefined || isBlock(before.rows) || isBlock(rows);
  const [first] = rows;
  const words =
    first === undefined
      ? span(summary === "" ? "unchanged" : `unchanged: ${summary}`, "faint")
      : first.kind === "broken" && !isBlock(rows)
        ? span(`cannot be compared: ${first.reason}`, "doubt")
        : span(summary);
  return [
    ...(isApart ? [emptyLine] : []),
    line([span(title.padEnd(TITLE_COLUMNS), "strong"), words], 0, TITLE_COLUMNS),
    ...(isBlock(rows) ? rows.flatMap(rowLines) : []),
  ];
}

function isBlock(rows: readonly DiffRow[]): boolean {
  const [first, second] = rows;
  return second !== undefined || (first !== undefined && first.kind !== "broken");
}

/** So that a summary stands in the column of the values below it. */
const TITLE_COLUMNS = 15;

function rowLines(item: DiffRow): readonly Line[] {
  switch (item.kind) {
    case "change":
      return changeLines(item);
    case "broken":
      return [row("", span("cannot be compared: ", "doubt"), item.reason)];
    case "added":
    case "removed":
    case "changed":
      return [elementLine(item)];
  }
}

const MARKS: Readonly<Record<ElementRow["kind"], readonly [string, Tone]>> = {
  added: ["+ ", "good"],
  removed: ["- ", "bad"],
  changed: ["~ ", "doubt"],
};

function elementLine({ kind, text }: ElementRow): Line {
  const [mark, tone] = MARKS[kind];
  return line([span(mark, tone), text], 2, 8);
}

/** Longer values stand under one another, where an eye can compare them. */
const ONE_ROW_COLUMNS = 44;

function changeLines({ label, was, now, targets }: ChangeRow): readonly Line[] {
  const suffix = targets.length === 0 ? [] : [span(`  (${targets.join(", ")})`, "faint")];
  if (was.length + now.length <= ONE_ROW_COLUMNS) return [row(label, `${was} -> ${now}`, ...suffix)];
  return [
    line([span(label, "faint"), ...suffix], 2, 6),
    line([span("was  ", "faint"), was], 6, 11),
    line([span("now  ", "faint"), now], 6, 11),
  ];
}

function sideFindings(label: string, { findings }: DiffSide): readonly Line[] {
  return findingLines(findings.map((finding) => ({ ...finding, at: `${label}: ${finding.at}` })));
}

/** Never holds data of a package: what is printed here gets pasted into shells. */
function nextStep(diff: ReleaseDiff | null): string {
  return diff === null
    ? "see what is wrong with it: cavra release inspect PACKAGE"
    : "judge the step: cavra release validate-upgrade OLD NEW --trust FILE";
}
