import type { Change, SetChange } from "../compare/change.ts";
import type { ValuesDiff } from "../compare/binaries-diff.ts";
import type { Parsed } from "../model/parsed.ts";

/** One part of the comparison for people. Without rows nothing in it changed. */
export interface DiffSection {
  readonly title: string;
  /** In a few words what is there on both sides. */
  readonly summary: string;
  readonly rows: readonly DiffRow[];
}

export type DiffRow = ChangeRow | ElementRow | BrokenRow;

/** One fact that differs. */
export interface ChangeRow extends Change<string> {
  readonly kind: "change";
  readonly label: string;
  /** The targets that it is about; empty for all. */
  readonly targets: readonly string[];
}

/** Something that is new, gone, or the same thing with other contents. */
export interface ElementRow {
  readonly kind: "added" | "removed" | "changed";
  readonly text: string;
}

/** Why a part cannot be compared. */
export interface BrokenRow {
  readonly kind: "broken";
  readonly reason: string;
}

/** Rows of a part; one row with the reason where a document cannot be read. */
export function rowsOf<T>(part: Parsed<T>, rows: (value: T) => readonly DiffRow[]): readonly DiffRow[] {
  return part.ok ? rows(part.value) : [{ kind: "broken", reason: part.reason }];
}

/** A broken document is named once, however many parts need it. */
export function section(
  title: string,
  summary: string,
  ...parts: readonly (readonly DiffRow[])[]
): DiffSection {
  const reasons = new Set<string>();
  const rows = parts.flat().filter((row) => {
    if (row.kind !== "broken") return true;
    const isNew = !reasons.has(row.reason);
    reasons.add(row.reason);
    return isNew;
  });
  return { title, summary, rows };
}

type Fact = string | number | boolean | null;

/** A row when the fact differs. */
export function changeRow(
  label: string,
  { was, now }: Change<Fact>,
  targets: readonly string[] = [],
): readonly ChangeRow[] {
  return was === now ? [] : [{ kind: "change", label, was: words(was), now: words(now), targets }];
}

function words(fact: Fact): string {
  if (fact === null || fact === "") return "none";
  if (typeof fact === "boolean") return fact ? "yes" : "no";
  return String(fact);
}

export function setRows(
  { added, removed }: Pick<SetChange, "added" | "removed">,
  noun = "",
): readonly ElementRow[] {
  const prefix = noun === "" ? "" : `${noun} `;
  return [
    ...removed.map((element): ElementRow => ({ kind: "removed", text: prefix + element })),
    ...added.map((element): ElementRow => ({ kind: "added", text: prefix + element })),
  ];
}

/** Named values as changes from or to nothing. */
export function valueChanges({
  added,
  removed,
  changed,
}: ValuesDiff): readonly (Change<Fact> & { readonly label: string })[] {
  return [
    ...removed.map(({ name, value }) => ({ label: name, was: value, now: null })),
    ...added.map(({ name, value }) => ({ label: name, was: null, now: value })),
    ...changed.map(({ name, was, now }) => ({ label: name, was, now })),
  ];
}

export interface TargetChange extends Change<Fact> {
  readonly label: string;
  readonly target: string;
}

/** One row for each distinct change, with its targets; a change of every target names none. */
export function targetRows(changes: readonly TargetChange[], targetCount: number): readonly ChangeRow[] {
  const groups = Map.groupBy(changes, ({ label, was, now }) => JSON.stringify([label, was, now]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const targets = [...new Set(group.map(({ target }) => target))];
    return changeRow(first.label, first, targets.length === targetCount ? [] : targets);
  });
}
