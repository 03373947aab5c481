import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { makeCheckout } from "./checkout.ts";
import { cavra, cut, makeTrustRoot, type CutRelease, type Workshop } from "./cut.ts";
import type { Tool } from "./tools.ts";
import { validateUpgrade, type Step } from "./upgrade.ts";

export interface ToolRun {
  readonly tool: Tool;
  readonly releases: readonly CutRelease[];
  /** As published. */
  readonly upgrades: readonly Step[];
  /** The same versions, cut from newest to oldest: each claims to follow the newer one. */
  readonly downgrades: readonly Step[];
}

/** Packages every version in both directions and judges each step. Throws NotFetched. */
export async function runTool(tool: Tool, scratch: string, say: (line: string) => void): Promise<ToolRun> {
  const workshop = { tool, folder: join(scratch, tool.product) };
  await mkdir(workshop.folder);
  say(`${tool.product}: fetching ${tool.versions.length} versions for ${tool.platforms.length} platforms`);
  await makeCheckout(tool, join(workshop.folder, "source"), join(workshop.folder, "fetched"));
  await makeTrustRoot(workshop);
  const rules = await upgradeRuleIds(workshop);
  const chain = (versions: readonly string[], outDir: string): Promise<Chain> =>
    cutChain(workshop, versions, outDir, rules, say);
  const forwards = await chain(tool.versions, "dist");
  const backwards = await chain(tool.versions.toReversed(), "dist-reversed");
  return { tool, releases: forwards.releases, upgrades: forwards.steps, downgrades: backwards.steps };
}

interface Chain {
  readonly releases: readonly CutRelease[];
  readonly steps: readonly Step[];
}

async function cutChain(
  workshop: Workshop,
  versions: readonly string[],
  outDir: string,
  rules: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<Chain> {
  const releases: CutRelease[] = [];
  const steps: Step[] = [];
  for (const version of versions) {
    const previous = releases.at(-1);
    const release = await cut(workshop, version, previous?.zip, outDir);
    releases.push(release);
    if (previous === undefined) continue;
    const step = await validateUpgrade(workshop, previous, release, rules);
    steps.push(step);
    say(`${step.product} ${step.from} -> ${step.to}: ${step.verdict}, ${step.findings.length} findings`);
  }
  return { releases, steps };
}

async function upgradeRuleIds(workshop: Workshop): Promise<ReadonlySet<string>> {
  const { stdout } = await cavra(workshop, "rules --json");
  const { entries } = JSON.parse(stdout) as {
    readonly entries: readonly { readonly id: string; readonly kind: string }[];
  };
  return new Set(entries.filter(({ kind }) => kind === "rule").map(({ id }) => id));
}
