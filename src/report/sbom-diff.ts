import type {
  ComponentChange,
  ComponentChangeKind,
  ComponentDiff,
  FactChange,
} from "../compare/component-diff.ts";
import { count } from "./quantity.ts";
import { emptyLine, line, row, span, type Line, type Tone } from "./span.ts";

export interface SbomSide {
  readonly path: string;
  readonly format: string;
  readonly name: string;
}

/** What `sbom diff` found. It informs; nothing is judged. */
export interface SbomDiffFacts {
  readonly previous: SbomSide;
  readonly candidate: SbomSide;
  readonly diff: ComponentDiff;
}

const MARKS: Readonly<Record<ComponentChangeKind, readonly [string, Tone]>> = {
  added: ["+", "good"],
  removed: ["-", "bad"],
  upgraded: ["^", "good"],
  downgraded: ["v", "bad"],
  changed: ["~", "doubt"],
  altered: ["!", "bad"],
  replaced: [">", "doubt"],
};

export function sbomDiffLines({ previous, candidate, diff }: SbomDiffFacts): readonly Line[] {
  const { changes, files, licenses, suppliers } = diff;
  const isSame = [changes, files, licenses, suppliers].every((list) => list.length === 0);
  return [
    line([
      span("diff ", "strong"),
      isSame ? "of two SBOMs that list the same" : "of two SBOMs; nothing was judged",
    ]),
    row("old", `${previous.path}  (${previous.format}, ${count(diff.count.was, "component")})`),
    row("new", `${candidate.path}  (${candidate.format}, ${count(diff.count.now, "component")})`),
    ...block("components", changes, changeLine),
    ...block("files", files, changeLine),
    ...block("licences", licenses, factLine),
    ...block("suppliers", suppliers, factLine),
  ];
}

function block<T>(title: string, items: readonly T[], render: (item: T) => Line): readonly Line[] {
  return items.length === 0 ? [] : [emptyLine, line([span(title, "strong")]), ...items.map(render)];
}

function changeLine({ kind, name, was, now }: ComponentChange): Line {
  const [mark, tone] = MARKS[kind];
  const words = kind === "replaced" ? `${was ?? ""} -> ${now ?? ""}` : `${name}  ${stepWords(was, now)}`;
  return line([span(`${mark} ${kind.padEnd(11)}`, tone), words], 2, 15);
}

function stepWords(was: string | null, now: string | null): string {
  if (was === null || now === null) return was ?? now ?? "";
  return `${was} -> ${now}`;
}

function factLine({ name, was, now }: FactChange): Line {
  return line([`${name}  ${was || "(not stated)"} -> ${now || "(not stated)"}`], 2, 4);
}

export function sbomDiffDocument(facts: SbomDiffFacts): object {
  return { schema: "cavra.sbom-diff/1", ...facts };
}
