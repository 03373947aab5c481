import { quoted, type ConfigProblem } from "./config-problem.ts";
import { mismatch, type ProblemList, type Read } from "./config-reader.ts";
import { didYouMean } from "../../formats/suggestion.ts";

/** Every name that `$(name)` may hold; a field allows some of them. */
const TEMPLATE_NAMES = [
  "product",
  "version",
  "version.major",
  "commit",
  "shortCommit",
  "epoch",
  "os",
  "arch",
  "variant",
  "ext",
  "target",
  "id",
  "out",
] as const;

export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** Known once per release. */
export const RELEASE_NAMES: readonly TemplateName[] = [
  "product",
  "version",
  "version.major",
  "commit",
  "shortCommit",
  "epoch",
];
/** Known once per target. */
export const TARGET_NAMES: readonly TemplateName[] = ["os", "arch", "variant", "ext", "target"];

export type TemplateValues = Readonly<Partial<Record<TemplateName, string>>>;

const REFERENCE = /\$\(([^)]*)\)/g;

/** Whether the text refers to the name. */
export function refersTo(template: string, names: readonly TemplateName[]): boolean {
  return [...template.matchAll(REFERENCE)].some((match) => names.some((name) => name === match[1]));
}

/** Replaces every `$(name)`. Throws RangeError for a name without value: the loader has checked every template. */
export function expandTemplate(template: string, values: TemplateValues): string {
  return template.replace(REFERENCE, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as TemplateName] : undefined;
    if (value === undefined) throw new RangeError(`the template name ${quoted(name)} has no value here`);
    return value;
  });
}

/** What is wrong with a template where only `allowed` names may stand; undefined when nothing is. */
export function templateProblem(
  template: string,
  allowed: readonly TemplateName[],
): Pick<ConfigProblem, "message" | "hint"> | undefined {
  for (const match of template.matchAll(REFERENCE)) {
    const name = match[1] ?? "";
    if (allowed.some((known) => known === name)) continue;
    const known = TEMPLATE_NAMES.some((candidate) => candidate === name);
    const message = known
      ? `the name $(${name}) has no value here`
      : `${quoted(`$(${name})`)} is not a template name`;
    if (allowed.length === 0) return { message, hint: "this field is a plain text without $(...)" };
    return { message, hint: known ? `here: ${allowed.join(", ")}` : didYouMean(name, allowed) };
  }
  return template.replace(REFERENCE, "").includes("$(")
    ? { message: 'a "$(" has no closing ")"', hint: 'a text cannot hold "$(" for itself' }
    : undefined;
}

/** Reads a text with `$(name)` references; `pattern` holds for the text with every reference replaced by `x`. */
export function templateText(
  allowed: readonly TemplateName[],
  rule?: TextRule,
  maxCharacters = 1024,
): Read<string> {
  return (node, problems) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      return mismatch(node, rule?.expected ?? "a text", problems);
    }
    return checkTemplate(node.value, allowed, rule, maxCharacters, (words) => problems.add(node, words));
  };
}

export interface TextRule {
  readonly pattern: RegExp;
  readonly expected: string;
}

function checkTemplate(
  text: string,
  allowed: readonly TemplateName[],
  rule: TextRule | undefined,
  maxCharacters: number,
  report: (words: Parameters<ProblemList["add"]>[1]) => undefined,
): string | undefined {
  if (text.length > maxCharacters)
    return report({ message: "is too long", expected: `at most ${maxCharacters} characters` });
  const problem = templateProblem(text, allowed);
  if (problem !== undefined) return report(problem);
  if (rule === undefined || rule.pattern.test(text.replace(REFERENCE, "x"))) return text;
  return report({ message: "is not what it must be", expected: rule.expected, found: quoted(text) });
}
