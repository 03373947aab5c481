import type { Upgrade } from "../../support/upgrade-pair.ts";

/** How one rule is set off, and the nearest thing that must leave it quiet. */
export interface RuleCase {
  readonly rule: string;
  readonly how: string;
  readonly trip: () => Upgrade;
  /** Other errors and warnings that the same alteration rightly causes. */
  readonly besides?: readonly string[];
  readonly quietWhen: string;
  readonly nearMiss: () => Upgrade;
}
