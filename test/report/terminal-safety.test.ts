import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapedName } from "../../src/formats/entry-names.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { terminalProgress } from "../../src/io/progress.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Report } from "../../src/model/report.ts";
import { errorDocument, errorLines } from "../../src/report/error.ts";
import { annotationLines } from "../../src/report/github.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderJunit } from "../../src/report/junit.ts";
import { layOut } from "../../src/report/layout.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { sarifLog } from "../../src/report/sarif.ts";
import { renderText, renderVerdict } from "../../src/report/text.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { failReport, passReport } from "../support/reports.ts";
import { upgradeReport } from "../support/sample-reports.ts";

const STYLE = { widthColumns: 80, color: false, ascii: false };

/** All that moves the cursor, reorders, hides or cannot be seen; of controls only the line feed is ours. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Words of our own and of the formats: nobody else writes them. */
const OURS: ReadonlySet<string> = new Set(
  "schema word severity status kind id check purpose command what findings failOn bump".split(" "),
);

/** The report with `text` in it wherever a stranger's words can stand. */
function poisoned<T>(value: T, text: string): T {
  if (typeof value === "string") return `${value}${text}` as T;
  if (Array.isArray(value)) return value.map((item: unknown) => poisoned(item, text)) as T;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => [
    name,
    OURS.has(name) && name !== "findings" ? member : poisoned(member, text),
  ]);
  return Object.fromEntries(members) as T;
}

function talkOf(text: string): string {
  const said: string[] = [];
  const write = (words: string): void => void said.push(words);
  const progress = terminalProgress({
    stdoutStyle: STYLE,
    stderrStyle: STYLE,
    quiet: false,
    writeResult: write,
    writeTalk: write,
    note: () => undefined,
  });
  const step = progress.step(text);
  step.item(text);
  step.done(text);
  return said.join("");
}

function errorText(text: string): string {
  const details = {
    at: text,
    expected: text,
    found: text,
    hint: text,
    output: text.replaceAll(/[\r\n]/g, ""),
  };
  return layOut(errorLines(errorDocument(new Failure("input", text, details), "1.0.0", text)), STYLE);
}

const RENDERERS: Readonly<Record<string, (report: Report) => string>> = {
  text: (report) => renderText(report, STYLE),
  verdict: (report) => renderVerdict(report, STYLE),
  markdown: (report) => renderMarkdown(report, 100_000),
  junit: (report) => renderJunit(report, []),
  sarif: (report) => renderJson(sarifLog(report, [])),
  json: renderJson,
  annotations: annotationLines,
};

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "\u001b[2J",
    "\u009b31m",
    "\u202egnp.exe",
    "\u2066",
    "\u200b",
    "\u{e0041}",
    "\r",
    "\b\b",
    "\u0007",
    "\ud800",
  ),
);

describe("no text of a stranger moves, hides or reorders anything", () => {
  it.each(Object.entries(RENDERERS))("in %s", (_, render) => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(failReport, passReport, upgradeReport), (text, report) => {
        expect(render(poisoned(report, text))).not.toMatch(UNSAFE);
      }),
      { numRuns: 150 },
    );
  });

  it("in errors and progress", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(errorText(text)).not.toMatch(UNSAFE);
        expect(talkOf(text)).not.toMatch(UNSAFE);
        expect(talkOf(text).split("\n")).toHaveLength(3);
      }),
    );
  });

  it("and what would be unsafe is known as such", () => {
    for (const text of ["\u001b", "\u009b", "\u202e", "\u200b", "\ud800", "\r"]) expect(text).toMatch(UNSAFE);
    expect(renderJson(poisoned(failReport, "\u202e"))).toContain("\\u202e");
  });
});

describe("names of a hostile zip", () => {
  it("leave the grammar as printable ASCII of sane length, whatever their bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const name = Buffer.from(bytes).toString("latin1");
        expect(escapedName(bytes)).toMatch(/^[!-~]{0,130}$/);
        const reading = readZip(bufferSource(forgeZip([{ name: `t/${name}`, content: "x" }])));
        if (reading.ok) return;
        for (const { at, expected = "", actual = "" } of reading.sightings) {
          expect(`${at}${expected}${actual}`).toMatch(/^[ -~]*$/);
        }
      }),
    );
  });
});
