import type { UpgradeRule } from "./rule.ts";

/** A rule without its functions: what `cavra rules --json`, the documentation and SARIF show of it. */
export type RuleJson = Omit<UpgradeRule, "unavailable" | "detect"> & { readonly family: string };

export function ruleAsJson(rule: UpgradeRule): RuleJson {
  const { id, severity, needs, waivable, title, why, remedy, example } = rule;
  return { id, family: id.slice(0, id.indexOf(".")), severity, needs, waivable, title, why, remedy, example };
}
