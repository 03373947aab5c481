import type { NotChecked, Report } from "../model/report.ts";

/** Everything that was not looked at: what the report names, and each skipped check that it does not name. */
export function notCheckedOf({ notChecked, checks }: Report): readonly NotChecked[] {
  const named = new Set(notChecked.map(({ id }) => id));
  const skipped = checks.flatMap(({ id, status, reason }) =>
    status === "skip" && !named.has(id) ? [{ id, reason: reason ?? "skipped" }] : [],
  );
  return [...notChecked, ...skipped];
}
