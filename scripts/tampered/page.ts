import type { Recipe } from "./recipe.ts";

export interface TamperedCopy {
  readonly recipe: Recipe;
  /** What to type to see it found out. */
  readonly command: string;
}

const SIGNERS: Readonly<Record<Recipe["signedBy"], string>> = {
  trusted: "the trusted holders, who did not look",
  attacker: "the attacker",
  none: "nobody after the change",
};

/** README.md of a folder of tampered copies: what was done to each, and what a verification must answer. */
export function tamperedPage(copies: readonly TamperedCopy[]): string {
  const parts = copies.map(({ recipe, command }) => {
    const { verdict, exitCode, findings } = recipe.expect;
    const found = findings.length === 0 ? "no finding" : findings.map((id) => `\`${id}\``).join(", ");
    return [
      `## ${recipe.defect}`,
      "",
      `${recipe.title}. Signed by ${SIGNERS[recipe.signedBy]}.`,
      "",
      "```sh",
      command,
      "```",
      "",
      `${verdict}, exit code ${exitCode}: ${found}.`,
      "",
    ].join("\n");
  });
  const head =
    "# Tampered copies\n\nMade by `npm run tampered` from the recipes in `fixtures/tampered`. None of them may pass.\n";
  return [head, ...parts].join("\n");
}
