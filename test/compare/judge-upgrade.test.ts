import { describe, expect, it } from "vitest";
import { judgeUpgrade } from "../../src/compare/judge-upgrade.ts";
import { upgradeRules } from "../../src/compare/upgrade-rules.ts";
import { withBrokenDocument, withManifest, withRelease } from "../support/alter-release.ts";
import {
  inBoth,
  inCandidate,
  judged,
  manifestOf,
  pairOf,
  patchUpgrade,
  type Upgrade,
  upgradeFrom,
  withTrust,
} from "../support/upgrade-pair.ts";

const TARGETS = ["darwin/arm64", "linux/amd64"];
const withoutWindows = (from: string, to: string): Upgrade =>
  inCandidate(upgradeFrom(from, to), (stage) => withManifest(stage, { targets: TARGETS }));
const ids = (findings: readonly { readonly id: string }[]): readonly string[] => findings.map(({ id }) => id);

describe("judging an upgrade", () => {
  it("names what changed, what was there, and the bump that it needs", () => {
    const { findings, failing } = judged(withoutWindows("1.2.3", "1.2.4"));
    expect(findings).toMatchObject([
      {
        id: "files.target-removed",
        subject: "windows/amd64",
        severity: "error",
        needs: "major",
        bumpMade: false,
        waivable: "one",
      },
      {
        id: "version.bump-too-small",
        subject: "1.2.4",
        expected: "major bump from 1.2.3: files.target-removed windows/amd64",
        actual: "patch bump to 1.2.4",
      },
    ]);
    expect(failing).toEqual(findings);
  });

  it.each([
    ["1.2.3", "2.0.0"],
    ["0.2.3", "0.3.0"],
    ["2.0.0-rc.1", "2.0.0-rc.2"],
    ["2.0.0-rc.1", "2.0.0"],
  ])("takes a change for legitimate whose bump was made: %s to %s", (from, to) => {
    const { findings, failing } = judged(withoutWindows(from, to));
    expect(findings).toMatchObject([{ id: "files.target-removed", severity: "note", bumpMade: true }]);
    expect(failing).toEqual([]);
  });

  it("does not count an accepted change towards the bump, and still shows it", () => {
    const { findings, failing } = judgeUpgrade(pairOf(withoutWindows("1.2.3", "1.2.4")), {
      failOn: "error",
      accepted: ({ id, subject }) => id === "files.target-removed" && subject === "windows/amd64",
    });
    expect(ids(findings)).toEqual(["files.target-removed"]);
    expect(failing).toEqual([]);
  });

  it("accepts nothing that no waiver may touch", () => {
    const { failing } = judgeUpgrade(pairOf(upgradeFrom("1.3.0", "1.2.9")), {
      failOn: "error",
      accepted: () => true,
    });
    expect(ids(failing)).toEqual(["version.not-newer"]);
  });

  it("fails on warnings only when told to", () => {
    const pair = pairOf(inCandidate(patchUpgrade(), (stage) => withManifest(stage, { previous: null })));
    expect(ids(judgeUpgrade(pair, { failOn: "warning" }).failing)).toEqual(["version.lineage-missing"]);
    expect(judgeUpgrade(pair, { failOn: "error" }).failing).toEqual([]);
  });

  it("ends with a reused version and names every rule that was not reached", () => {
    const reused = inCandidate(upgradeFrom("1.2.3", "1.2.3"), (stage) =>
      withRelease(stage, { manifestSha256: "9".repeat(64) }),
    );
    const { findings, evaluated, notEvaluated } = judged(reused);
    expect(ids(findings)).toEqual(["version.reused"]);
    expect(evaluated).toEqual(["version.reused"]);
    expect(notEvaluated).toHaveLength(upgradeRules.length - 1);
    expect(new Set(notEvaluated.map(({ reason }) => reason))).toEqual(
      new Set(["version.reused ends the comparison"]),
    );
  });

  it("says which rules could not look, and why", () => {
    const { notEvaluated, findings } = judged(
      inCandidate(patchUpgrade(), (stage) => withBrokenDocument(stage, "bootstrap")),
    );
    expect(findings).toEqual([]);
    expect(notEvaluated.map(({ id }) => id)).toEqual([
      "files.required-file-removed",
      "controls.guidance-shrank",
      "controls.guidance-changed",
    ]);
    expect(notEvaluated[0]?.reason).toContain("offline-trust-root-bootstrap.json: is missing");
  });

  it("concludes nothing from signatures that were not judged", () => {
    const { notEvaluated, findings } = judged(
      withTrust(patchUpgrade(), {}, { signaturesJudged: false, signers: [] }),
    );
    expect(findings).toEqual([]);
    const unjudged = notEvaluated.filter(({ reason }) => reason.includes("not judged")).map(({ id }) => id);
    expect(unjudged).toContain("signer.key-changed");
    expect(unjudged).toContain("provenance.builder-weaker");
  });

  it("evaluates no rule over documents when neither manifest can be read", () => {
    const { evaluated } = judged(inBoth(patchUpgrade(), (stage) => withBrokenDocument(stage, "manifest")));
    expect(evaluated.filter((id) => id.startsWith("files.") || id.startsWith("version."))).toEqual([
      "files.required-file-removed",
      "files.install-path-changed",
      "files.method-changed",
    ]);
  });

  it("accounts for every rule exactly once", () => {
    for (const upgrade of [
      patchUpgrade(),
      withoutWindows("1.2.3", "1.2.4"),
      inBoth(patchUpgrade(), (stage) => withBrokenDocument(stage, "sbom")),
    ]) {
      const { evaluated, notEvaluated } = judged(upgrade);
      expect([...evaluated, ...ids(notEvaluated)].toSorted()).toEqual(ids(upgradeRules).toSorted());
    }
  });

  it("gives one answer to one question", () => {
    expect(judged(withoutWindows("1.2.3", "1.2.4"))).toEqual(judged(withoutWindows("1.2.3", "1.2.4")));
    expect(manifestOf(patchUpgrade().previous.stage).version).toBe("1.2.3");
  });
});
