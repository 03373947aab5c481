import { visibleText } from "../formats/visible-text.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import type { ExplainedEntry } from "./glossary-lines.ts";
import { notCheckedOf } from "./not-checked.ts";
import { isBlocking, isOfPrevious } from "./reported-findings.ts";

interface Case {
  readonly id: string;
  readonly title: string;
  readonly outcome: "pass" | "fail" | "skip";
  /** What was found, or why it was skipped. */
  readonly details: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * A report as JUnit XML: one test for the verdict, and one for each check and rule, passed ones too; skipped is what was
 * not checked. A test fails exactly when its findings keep the verdict from PASS. No times: the same report, the same bytes.
 * @param entries What the glossary knows; the rules among it are the tests of an upgrade.
 */
export function renderJunit(report: Report, entries: readonly ExplainedEntry[]): string {
  const suites = suitesOf(report, entries).filter(({ cases }) => cases.length > 0);
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(report.tool.name)}"${counts(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escaped(`${report.command}: ${name}`)}"${counts(cases)}>`,
      ...cases.flatMap((test) => caseLines(name, test)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function suitesOf(report: Report, entries: readonly ExplainedEntry[]): readonly Suite[] {
  const { checks, findings, upgrade } = report;
  const skipped = new Map(notCheckedOf(report).map(({ id, reason }) => [id, reason]));
  const rules = upgrade === undefined ? [] : entries.filter(({ kind }) => kind === "rule");
  const own = Map.groupBy(
    findings.filter((finding) => !isOfPrevious(finding)),
    ({ check }) => check,
  );
  const earlier = Map.groupBy(findings.filter(isOfPrevious), ({ check }) => check);
  const named = new Set([...checks, ...rules].map(({ id }) => id));
  const ruleSkipped = (id: string): string | undefined =>
    upgrade?.rulesEvaluated === 0 ? (skipped.get("upgrade") ?? "not compared") : skipped.get(id);
  return [
    { name: "verdict", cases: [verdictCase(report)] },
    { name: "previous release", cases: foundCases(report, earlier) },
    {
      name: "checks",
      cases: checks.map(({ id, title, status, reason }) =>
        caseOf(report, id, title, own.get(id) ?? [], status === "skip" ? (reason ?? "skipped") : undefined),
      ),
    },
    {
      name: "rules",
      cases: rules.map(({ id, title }) => caseOf(report, id, title, own.get(id) ?? [], ruleSkipped(id))),
    },
    // A finding never gets lost, whatever found it.
    { name: "others", cases: foundCases(report, new Map([...own].filter(([check]) => !named.has(check)))) },
    {
      name: "not checked",
      cases: [...skipped].flatMap(([id, reason]) =>
        named.has(id) ? [] : [{ id, title: reason, outcome: "skip" as const, details: [reason] }],
      ),
    },
  ];
}

function verdictCase({ verdict, subject }: Report): Case {
  const outcome = verdict.word === "PASS" ? "pass" : "fail";
  return { id: "verdict", title: subject.path, outcome, details: [`${verdict.word}: ${verdict.reason}`] };
}

function foundCases(report: Report, found: ReadonlyMap<string, readonly Finding[]>): readonly Case[] {
  return [...found].map(([id, findings]) =>
    caseOf(report, id, findings[0]?.title ?? id, findings, undefined),
  );
}

function caseOf(
  report: Report,
  id: string,
  title: string,
  findings: readonly Finding[],
  skipped: string | undefined,
): Case {
  if (skipped !== undefined && findings.length === 0)
    return { id, title, outcome: "skip", details: [skipped] };
  const outcome = findings.some((finding) => isBlocking(finding, report)) ? "fail" : "pass";
  return { id, title, outcome, details: findings.map(findingText) };
}

function findingText({ id, severity, title, at, expected, actual, remedy }: Finding): string {
  return [
    `${severity}[${id}]: ${title} --> ${at}`,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(actual === undefined ? [] : [`found ${actual}`]),
    `help: ${remedy}`,
  ].join("; ");
}

function counts(cases: readonly Case[]): string {
  const number = (outcome: Case["outcome"]): number =>
    cases.filter((test) => test.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${number("fail")}" errors="0" skipped="${number("skip")}" time="0"`;
}

function caseLines(suite: string, { id, title, outcome, details }: Case): readonly string[] {
  const family = id.split(".", 1)[0] ?? id;
  const open = `    <testcase classname="${escaped(`cavra.${suite}.${family}`)}" name="${escaped(`${id}: ${title}`)}" time="0"`;
  const [first = "", ...others] = details;
  if (outcome === "skip")
    return [`${open}>`, `      <skipped message="${escaped(first)}"/>`, "    </testcase>"];
  if (outcome === "fail") {
    const body = [first, ...others].map(escaped).join("\n");
    return [`${open}>`, `      <failure message="${escaped(first)}">${body}</failure>`, "    </testcase>"];
  }
  if (details.length === 0) return [`${open}/>`];
  return [`${open}>`, `      <system-out>${details.map(escaped).join("\n")}</system-out>`, "    </testcase>"];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Without what no XML document may hold (XML 1.0, 2.2), and without what hides or reorders. */
function escaped(text: string): string {
  return visibleText(text)
    .replaceAll(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
