/**
 * Packages consecutive versions of Go programs that are not ours and asks `release validate-upgrade` about each step:
 * a finding that nobody judged yet fails the run. Slow and needs npm's registry: run by hand.
 *
 *     npm run test:third-party                  both tools
 *     npm run test:third-party -- esbuild       one of them
 *     npm run test:third-party -- --write       and writes docs/third-party-upgrades.md
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "./build.ts";
import { ROOT } from "./root.ts";
import { complaints } from "./third-party-upgrades/judgements.ts";
import { NotFetched } from "./third-party-upgrades/npm-package.ts";
import { upgradesPage } from "./third-party-upgrades/page.ts";
import { runTool, type ToolRun } from "./third-party-upgrades/tool-run.ts";
import { TOOLS } from "./third-party-upgrades/tools.ts";

const INTERRUPTED = 130;

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => TOOLS.every(({ product }) => product !== name));
// The page is about all of them.
if (unknown.length > 0 || (values.write && positionals.length > 0)) {
  console.error("usage: node scripts/third-party-upgrades.ts [--write | TOOL...]");
  process.exit(2);
}
const chosen = TOOLS.filter(({ product }) => positionals.length === 0 || positionals.includes(product));
const startedMs = performance.now();

await buildIfStale();
const scratch = await mkdtemp(join(tmpdir(), "cavra-third-party-"));
process.once("SIGINT", () => {
  rmSync(scratch, { recursive: true, force: true });
  process.exit(INTERRUPTED);
});
try {
  const runs: ToolRun[] = [];
  for (const tool of chosen) runs.push(await runTool(tool, scratch, (line) => console.error(line)));
  await report(runs);
} catch (error) {
  if (!(error instanceof NotFetched)) throw error;
  console.log(`skipped: ${error.message}`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function report(runs: readonly ToolRun[]): Promise<void> {
  const wrong = runs.flatMap(complaints);
  for (const line of wrong) console.log(line);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const steps = runs.reduce((sum, { upgrades, downgrades }) => sum + upgrades.length + downgrades.length, 0);
  console.log(`${steps} steps in ${seconds} s, ${wrong.length} not as they should be`);
  if (wrong.length > 0) process.exitCode = 1;
  if (values.write) await writeFile(join(ROOT, "docs/third-party-upgrades.md"), upgradesPage(runs, seconds));
}
