import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keySigner } from "../../src/crypto/signer.ts";
import { createRelease } from "../../src/flows/create-release.ts";
import { rebuildRelease, type RebuildOutcome, type RebuildRequest } from "../../src/flows/rebuild-release.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import { silentProgress } from "../../src/io/progress.ts";
import type { RebuildPlan, RebuildReport } from "../../src/model/rebuild.ts";
import { testPolicy } from "./policy.ts";
import { rebuilder, withRebuilders, type Rebuilder } from "./rebuilders.ts";
import { SMALL_TOOL, smallTrust } from "./small-release.ts";
import { signedTestRoot, testKey, testTrustRoot } from "./trust.ts";

export const REBUILD_TIME = "2026-11-20T00:00:00Z";

/** A signed release, the trust root that names two rebuilders, and their keys as files. */
export interface RebuildWorld {
  readonly zip: string;
  readonly directory: string;
  readonly trust: string;
  /** Key files of Cy, Di, Ada (who signs releases) and a stranger. */
  readonly keys: Readonly<Record<"cy" | "di" | "ada" | "stranger", string>>;
}

/** Cuts v0.1.0 of a checkout into `folder` and signs it as Ada. */
export async function rebuildWorld(checkout: string, folder: string): Promise<RebuildWorld> {
  mkdirSync(folder, { recursive: true });
  const [cy, di, stranger] = [rebuilder("Cy"), rebuilder("Di"), rebuilder("Nobody")];
  const root = signedTestRoot(withRebuilders(testTrustRoot(), [cy, di], 2));
  const trust = join(folder, "trust-root.json");
  writeFileSync(trust, root);
  const dist = join(folder, "dist");
  const request = {
    folder: checkout,
    configFile: undefined,
    version: undefined,
    previous: undefined,
    firstRelease: true,
    outDir: dist,
    builderId: undefined,
  };
  const { zip, folder: directory } = await createRelease(request, "cavra 0.1.0", silentProgress);
  await signRelease({
    tool: SMALL_TOOL,
    path: zip,
    trust: smallTrust(root),
    signer: keySigner(testKey("release-ada")),
    copies: "none",
    policy: testPolicy({ expectStream: false }),
  });
  const file = (name: string, { key }: Pick<Rebuilder, "key">): string => {
    const path = join(folder, `${name}.pem`);
    writeFileSync(path, key.key.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
    return path;
  };
  const ada = file("ada", { key: testKey("release-ada") });
  const keys = { cy: file("cy", cy), di: file("di", di), ada, stranger: file("stranger", stranger) };
  return { zip, directory, trust, keys };
}

export interface Rebuilding {
  readonly outcome: RebuildOutcome;
  /** What was announced before anything ran. */
  readonly plans: readonly RebuildPlan[];
}

export async function rebuild(
  checkout: string,
  path: string,
  change: Partial<RebuildRequest> = {},
): Promise<Rebuilding> {
  const plans: RebuildPlan[] = [];
  const request: RebuildRequest = {
    tool: SMALL_TOOL,
    path,
    sourceFolder: checkout,
    configFile: undefined,
    signaturesFolder: undefined,
    trust: undefined,
    product: undefined,
    at: REBUILD_TIME,
    allowUnsigned: change.trust === undefined,
    attest: [],
    passphraseFile: undefined,
    ...change,
  };
  const announce = (plan: RebuildPlan): void => void plans.push(plan);
  const outcome = await rebuildRelease(request, { progress: silentProgress, announce });
  return { outcome, plans };
}

export function rebuiltReport({ outcome }: Rebuilding): RebuildReport {
  if (outcome.kind === "rebuilt") return outcome.report;
  throw new Error(`not rebuilt: ${outcome.report.verdict.reason}`);
}
