import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildTypePage } from "./build-type-page.ts";
import { checksPage, sbomRulesPage, upgradeRulesPage } from "./glossary-pages.ts";
import { commandsPage } from "./commands-page.ts";
import { readFuzzCounts, readHostileData } from "./interop/hostile-data.ts";
import { hostileInputPage } from "./interop/hostile-page.ts";
import { ROOT } from "./root.ts";

/** Pages that are made of the code, so that they cannot say anything else. `--check` only compares. */
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/checks.md": checksPage,
  "docs/upgrade-rules.md": upgradeRulesPage,
  "docs/sbom-rules.md": sbomRulesPage,
  "docs/commands.md": commandsPage,
  "docs/buildtype.md": buildTypePage,
  "docs/hostile-input.md": () => hostileInputPage(readHostileData(), readFuzzCounts()),
};

const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [path, render] of Object.entries(PAGES)) {
  const file = join(ROOT, path);
  const text = await render();
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  stale.push(path);
  if (isCheck) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
if (isCheck && stale.length > 0) {
  console.error(`error: not what the code says: ${stale.join(", ")}\nhint: npm run generate`);
  process.exitCode = 1;
}
