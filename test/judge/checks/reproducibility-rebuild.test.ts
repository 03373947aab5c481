import { describe, expect, it } from "vitest";
import { rebuildFileName } from "../../../src/formats/rebuild-statement.ts";
import { writeReleaseStatement } from "../../../src/formats/release-statement.ts";
import { rebuildChecks } from "../../../src/judge/checks/reproducibility-rebuild.ts";
import { judgeRebuilds, rebuildFacts } from "../../../src/judge/judge-rebuilds.ts";
import { problemsById } from "../../../src/judge/problems.ts";
import { runChecks, type CheckRun } from "../../../src/judge/run-checks.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { DEFAULT_REQUIRED } from "../../../src/model/policy.ts";
import type { RebuildPredicate } from "../../../src/model/rebuild-statement.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { testPolicy } from "../../support/policy.ts";
import { rebuilder, rebuildOf, signedRebuild, withRebuilders } from "../../support/rebuilders.ts";
import { testStatement } from "../../support/statement.ts";
import { testKey, testTrustRoot } from "../../support/trust.ts";

const RELEASE = testStatement();
const HONEST = rebuildOf(RELEASE);
const [cy, di, stranger] = [rebuilder("Cy"), rebuilder("Di"), rebuilder("Nobody")];
const cyTwice = rebuilder("Cy");
const ROOT = withRebuilders(testTrustRoot(), [cy, di, cyTwice], 2);
const REBUILD = "reproducibility.rebuild";

type File = readonly [name: string, bytes: Uint8Array];

interface Given {
  readonly root?: TrustRoot;
  readonly required?: boolean;
}

function judge(files: readonly File[], { root = ROOT, required = false }: Given = {}): CheckRun {
  const require = required ? [...DEFAULT_REQUIRED, REBUILD] : DEFAULT_REQUIRED;
  return runChecks(rebuildChecks, stageOf(files, root, require), problemsById);
}

function stageOf(files: readonly File[], root: TrustRoot, require = DEFAULT_REQUIRED) {
  const set = new Map(files.map(([name, bytes]) => [name, parsed(name, bytes)]));
  return judgeRebuilds(root, set, RELEASE, testPolicy({ require }));
}

const said = (change: Partial<RebuildPredicate>): File =>
  signedRebuild(cy.key, { ...HONEST, predicate: { ...HONEST.predicate, ...change } });

const status = ({ results }: CheckRun): string | undefined =>
  results.find(({ id }) => id === REBUILD)?.status;
const ids = ({ findings }: CheckRun): readonly string[] => findings.map(({ id }) => id);

const twoHolders = [signedRebuild(cy.key, HONEST), signedRebuild(di.key, HONEST)];
const otherDigest = { ...HONEST.zip, digest: { ...HONEST.zip.digest, sha512: "9".repeat(128) } };

describe("statements of rebuilders", () => {
  it("of enough independent holders pass, and are named", () => {
    const run = judge(twoHolders);
    expect(run.findings).toEqual([]);
    expect(run.results.map((result) => result.status)).toEqual(["pass", "pass"]);
    expect(run.results[1]?.evidence[0]?.actual).toBe("rebuilt by 2 independent holders: Cy, Di");
    expect(rebuildFacts(stageOf(twoHolders, ROOT))).toEqual({ needed: 2, holders: ["Cy", "Di"] });
  });

  it.each<[string, string, File]>([
    ["rebuild-failed", "DIFFERENT counts for nothing, it is a refusal", said({ verdict: "DIFFERENT" })],
    ["rebuild-wrong-product", "another product", said({ product: "cavra-other" })],
    ["rebuild-wrong-product", "another version", said({ version: "0.1.1" })],
    ["rebuild-other-release", "another manifest", said({ manifestSha256: "8".repeat(64) })],
    [
      "rebuild-other-release",
      "one other digest of the zip",
      signedRebuild(cy.key, { ...HONEST, zip: otherDigest }),
    ],
    [
      "rebuild-other-release",
      "the zip under another name",
      signedRebuild(cy.key, { ...HONEST, zip: { ...HONEST.zip, name: "other.zip" } }),
    ],
    [
      "rebuild-other-release",
      "another list",
      signedRebuild(cy.key, {
        ...HONEST,
        checksums: { ...HONEST.checksums, digest: { ...HONEST.checksums.digest, sha256: "9".repeat(64) } },
      }),
    ],
    [
      "rebuild-statement-malformed",
      "a release statement",
      signedRebuild(cy.key, HONEST, { payload: writeReleaseStatement(RELEASE) }),
    ],
    [
      "rebuild-statement-malformed",
      "another payload type",
      signedRebuild(cy.key, HONEST, { payloadType: "text/plain" }),
    ],
    ["rebuild-malformed", "no envelope", [rebuildFileName("0".repeat(16)), Buffer.from("{}\n")]],
    [
      "rebuild-malformed",
      "somebody's statement under another name",
      [rebuildFileName("0".repeat(16)), signedRebuild(cy.key, HONEST)[1]],
    ],
    [
      "rebuild-signature-invalid",
      "signed by another key than it says",
      signedRebuild({ publicKey: cy.key.publicKey, key: stranger.key.key }, HONEST),
    ],
  ])("%s: %s; good ones beside it do not make up for it", (name, _what, file) => {
    const run = judge([file, signedRebuild(di.key, HONEST)]);
    expect(ids(run)).toEqual([`reproducibility.${name}`]);
    expect(run.findings[0]?.severity).toBe("error");
    expect(status(run)).toBe("skip");
  });

  it.each<[string, File, TrustRoot]>([
    ["rebuild-signer-unknown", signedRebuild(stranger.key, HONEST), ROOT],
    ["rebuild-by-release-signer", signedRebuild(testKey("release-ada"), HONEST), ROOT],
    ["rebuild-holder-counts-once", signedRebuild(cyTwice.key, HONEST), ROOT],
    [
      "rebuild-not-counted",
      signedRebuild(di.key, HONEST),
      { ...ROOT, revoked: { members: [di.key.publicKey.keyId], manifests: [] } },
    ],
  ])("%s: does not count, and takes nothing away", (name, file, root) => {
    const run = judge([signedRebuild(cy.key, HONEST), file], { root });
    expect(ids(run)).toEqual([`reproducibility.${name}`]);
    expect(["warning", "note"]).toContain(run.findings[0]?.severity);
    expect(status(run)).toBe("skip");
    const demanded = judge([signedRebuild(cy.key, HONEST), file], { root, required: true });
    expect(ids(demanded)).toEqual([`reproducibility.${name}`, `${REBUILD}-threshold-not-met`]);
    const enough = judge([...twoHolders, ...(name === "rebuild-not-counted" ? [] : [file])]);
    expect(status(enough)).toBe("pass");
  });

  it("rebuild-signature-disputed: two implementations do not agree", () => {
    const stage = stageOf([signedRebuild(cy.key, HONEST)], ROOT);
    const [first] = stage.rebuilds;
    if (first?.result === undefined) throw new Error("no statement was judged");
    const disputed = [cy.key.publicKey.keyId];
    const rebuilds = [{ ...first, result: { ...first.result, holders: [], met: false, disputed } }];
    const run = runChecks(rebuildChecks, { ...stage, rebuilds }, problemsById);
    expect(ids(run)).toEqual([`${REBUILD}-signature-disputed`]);
    expect(run.findings[0]?.severity).toBe("error");
  });

  it("are demanded only where the policy says so, and then a root without rebuilders leaves it open", () => {
    expect(judge([]).results.map((result) => result.status)).toEqual(["skip", "skip"]);
    expect(ids(judge([], { required: true }))).toEqual([`${REBUILD}-threshold-not-met`]);
    expect(ids(judge(twoHolders, { required: true }))).toEqual([]);
    const without = judge(twoHolders, { root: testTrustRoot(), required: true });
    expect(new Set(ids(without))).toEqual(new Set([`${REBUILD}-signer-unknown`]));
    expect(status(without)).toBe("skip");
  });
});
