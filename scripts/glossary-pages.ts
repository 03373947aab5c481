import { familyOf } from "../src/model/check.ts";
import {
  glossary,
  sbomGlossary,
  type CheckEntry,
  type ProblemEntry,
  type RuleEntry,
} from "../src/flows/glossary.ts";
import { DEFAULT_REQUIRED } from "../src/model/policy.ts";

const MADE_BY = "<!-- Made by `npm run generate` from the code. Do not edit. -->";
const WAIVERS: Readonly<Record<string, string>> = {
  one: "one signature",
  two: "two holders",
  never: "never",
};

/** Of `verify-bundle`, which judges signatures of others over anything. */
const BUNDLE_FAMILY = "bundle";
const ENTRIES = glossary();
const CHECKS = ENTRIES.filter((entry): entry is CheckEntry => entry.kind === "check");
const PROBLEMS = ENTRIES.filter((entry): entry is ProblemEntry => entry.kind === "problem");
const RULES = ENTRIES.filter((entry): entry is RuleEntry => entry.kind === "rule");

/** docs/checks.md: every check in run order, then every problem by family. */
export function checksPage(): string {
  const required = new Set([...DEFAULT_REQUIRED, "container.tree"]);
  return page([
    "# Checks and problems",
    MADE_BY,
    `A verification of a release runs ${ofReleases(CHECKS).length} checks in this order and can find ${ofReleases(PROBLEMS).length} problems; those of the family ${code(BUNDLE_FAMILY)} belong to ${code("cavra verify-bundle")}. A check whose needs did not pass is skipped, and the report says so. Each id works with \`cavra explain ID\`.`,
    "## Checks",
    table(
      ["check", "holds when it passes", "needs", "required for PASS"],
      CHECKS.map(({ id, title, needs }) => [
        code(id),
        title,
        needs.map(code).join(", "),
        required.has(id) ? "yes" : "",
      ]),
    ),
    "## Problems",
    ...families(PROBLEMS).flatMap(([family, problems]) => [
      `### ${family}`,
      ...problems.flatMap(({ id, severity, title, why, remedy }) => [
        `#### ${id}`,
        `**${severity}**: ${title}.`,
        `- Why: ${why}.\n- What to do: ${remedy}.`,
      ]),
    ]),
  ]);
}

function ofReleases<Named extends { readonly id: string }>(entries: readonly Named[]): readonly Named[] {
  return entries.filter(({ id }) => familyOf(id) !== BUNDLE_FAMILY);
}

/** docs/upgrade-rules.md: every rule by family, in the order of evaluation. */
export function upgradeRulesPage(): string {
  return page([
    "# Upgrade rules",
    MADE_BY,
    `\`cavra release validate-upgrade PREVIOUS CANDIDATE\` judges the step between two releases by ${RULES.length} rules. "Allowed by" names the version bump that makes the change legitimate (in 0.x a minor bump counts as major); matters of trust are excused by no bump. "Waivable" says how many waiver holders must accept one finding, by name, for one candidate.`,
    ...families(RULES).flatMap(([family, rules]) => [
      `## ${family}`,
      table(
        ["rule", "severity", "allowed by", "waivable", "what it finds"],
        rules.map(({ id, severity, needs, waivable, title }) => [
          `[${code(id)}](#${anchor(id)})`,
          severity,
          needs ?? "no bump",
          WAIVERS[waivable] ?? waivable,
          title,
        ]),
      ),
      ...rules.flatMap(({ id, why, remedy, example }) => [
        `### ${id}`,
        `For example: was ${code(example.was)}, now ${code(example.now)}.`,
        `- Why: ${why}.\n- What to do: ${remedy}.`,
      ]),
    ]),
  ]);
}

/** docs/sbom-rules.md: what `cavra sbom lint` finds, by format and profile. */
export function sbomRulesPage(): string {
  const rules = sbomGlossary();
  return page([
    "# SBOM rules",
    MADE_BY,
    `\`cavra sbom lint FILE\` judges an SBOM of anybody by ${rules.length} rules: SPDX 2.3 and SPDX 3.0.1 in JSON, and with \`--profile\` the minimum elements that an authority asks for. Each defect is one message with its JSON pointer. \`cavra explain ID\` shows a rule.`,
    ...families(rules).flatMap(([family, group]) => [
      `## ${family}`,
      table(
        ["rule", "what it finds", "asked for by", "what to do"],
        group.map(({ id, title, clause, remedy }) => [code(id), title, clause, remedy]),
      ),
    ]),
  ]);
}

function families<T extends { readonly id: string }>(
  entries: readonly T[],
): readonly (readonly [string, readonly T[]])[] {
  return Object.entries(Object.groupBy(entries, ({ id }) => familyOf(id))).map(([family, group = []]) => [
    family,
    group,
  ]);
}

/** As GitHub makes them of headings. */
function anchor(id: string): string {
  return id.replaceAll(".", "");
}

export function page(paragraphs: readonly string[]): string {
  return `${paragraphs.join("\n\n")}\n`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(head), tableRow(head.map(() => "---")), ...rows.map(tableRow)].join("\n");
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
