import { describe, expect, it } from "vitest";
import { withPredicate, withRelease, withRenamedRelease, withZip } from "../../support/alter-release.ts";
import { manifestDefects } from "../../support/defects/manifest.ts";
import { itSeesEach, problemsOf, resultOf, runPackageChecks } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

describe("the manifest of a package", () => {
  itSeesEach(manifestDefects);

  it("gives what was signed and what the manifest says", () => {
    expect(runPackageChecks(withPredicate(VALID_STAGE, { releaseCounter: 8 })).findings).toMatchObject([
      { at: "release-evidence.json: release_counter", expected: "8", actual: "7" },
    ]);
  });

  it("names every member that differs, not only the first", () => {
    const { findings } = runPackageChecks(withPredicate(VALID_STAGE, { line: "lts", releaseCounter: 8 }));
    expect(findings.map(({ at }) => at)).toEqual([
      "release-evidence.json: line",
      "release-evidence.json: release_counter",
    ]);
  });

  it("says when there was no statement to compare with", () => {
    const result = resultOf({ ...VALID_STAGE, statement: undefined }, "manifest.agrees");
    expect(result).toMatchObject({
      status: "pass",
      evidence: [{ actual: "agrees with itself; no statement to compare" }],
    });
  });

  it.each([
    ["1.2.3-rc.1", "rc"],
    ["1.2.3-beta.1", "dev"],
  ])("derives the channel of %s as %s", (version, channel) => {
    const renamed = withRenamedRelease(VALID_STAGE, { version, channel });
    expect(problemsOf(renamed)).not.toContain("manifest.channel-wrong");
  });

  it("takes a version that is no SemVer for no channel at all", () => {
    const renamed = withRenamedRelease(VALID_STAGE, { version: "v1.2.3" });
    expect(problemsOf(renamed)).toContain("manifest.channel-wrong");
  });

  it("takes the time of the zip for an odd epoch floored to 2 s", () => {
    const { manifest } = VALID_STAGE.release.documents;
    const epoch = manifest.ok ? manifest.value.sourceDateEpoch : 0;
    const odd = withRenamedRelease(VALID_STAGE, { sourceDateEpoch: epoch + 1 });
    expect(problemsOf(odd)).not.toContain("manifest.zip-differs");
    expect(problemsOf(withRenamedRelease(VALID_STAGE, { sourceDateEpoch: epoch + 2 }))).toContain(
      "manifest.zip-differs",
    );
  });

  it("does not ask a zip of empty files for their method, nor a directory for its zip", () => {
    expect(problemsOf(withZip(VALID_STAGE, { method: null }))).toEqual([]);
    const directory = withRelease(VALID_STAGE, { kind: "directory", zip: null });
    expect(resultOf(directory, "manifest.zip")).toMatchObject({ status: "skip" });
  });

  it("names the first line of the page that differs", () => {
    const page = VALID_STAGE.renderedEvidence ?? "";
    const value = page.replace("## Targets", "## Other");
    const changed = withRelease(VALID_STAGE, {
      evidenceMarkdown: { ok: true, at: "release-evidence.md", value },
    });
    const number = page.split("\n").indexOf("## Targets") + 1;
    expect(runPackageChecks(changed).findings).toMatchObject([
      { at: `release-evidence.md: line ${number}`, expected: "## Targets", actual: "## Other" },
    ]);
  });
});
