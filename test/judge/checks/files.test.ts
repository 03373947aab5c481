import { describe, expect, it } from "vitest";
import { withBrokenDocument, withFile } from "../../support/alter-release.ts";
import { filesDefects } from "../../support/defects/files.ts";
import { itSeesEach, problemsOf, resultOf, runPackageChecks } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

describe("the files of a package", () => {
  itSeesEach(filesDefects);

  it("skips the signed list, with the reason, when signatures are not judged", () => {
    const unsigned = { ...VALID_STAGE, statement: undefined, provenanceSignature: undefined };
    expect(problemsOf(unsigned)).toEqual([]);
    expect(resultOf(unsigned, "files.list-signed")).toMatchObject({
      status: "skip",
      reason: "the signatures are not judged",
    });
  });

  it("gives both digests of a file that changed", () => {
    const expected = VALID_STAGE.release.files.get("LICENSE")?.sha256;
    const changed = withFile(VALID_STAGE, "LICENSE", (file) => ({ ...file, sha256: "0".repeat(64) }));
    expect(runPackageChecks(changed).findings).toMatchObject([
      {
        id: "files.digest-mismatch",
        check: "files.digests",
        at: "LICENSE",
        expected,
        actual: "0".repeat(64),
      },
    ]);
  });

  it("asks nothing more of a package whose list cannot be read", () => {
    const { results } = runPackageChecks(withBrokenDocument(VALID_STAGE, "checksums"));
    const later = results.filter(({ id }) => !id.startsWith("files."));
    expect(later.length).toBeGreaterThan(10);
    expect(later.filter(({ status }) => status !== "skip")).toEqual([]);
  });
});
