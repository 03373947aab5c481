import { describe, expect, it } from "vitest";
import { BOOTSTRAP_FILE } from "../../../src/model/layers.ts";
import { withBrokenDocument, withFile } from "../../support/alter-release.ts";
import { bootstrapDefects } from "../../support/defects/documents.ts";
import { itSeesEach, problemsOf, resultOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

const ALLOWED = { ...VALID_STAGE, policy: { ...VALID_STAGE.policy, allowMissingBootstrap: true } };

describe("the offline instructions of a package", () => {
  itSeesEach(bootstrapDefects);

  it("are judged when they are there although they might be missing", () => {
    expect(problemsOf(withBrokenDocument(ALLOWED, "bootstrap"))).toEqual(["bootstrap.unreadable"]);
  });

  it("may be missing when the policy says so, and are then not passed", () => {
    const missing = withFile(withBrokenDocument(ALLOWED, "bootstrap"), BOOTSTRAP_FILE, () => undefined);
    const listed = { ...missing.release.documents.checksums };
    const value = listed.ok ? listed.value.filter(({ path }) => path !== BOOTSTRAP_FILE) : [];
    const documents = {
      ...missing.release.documents,
      checksums: { ok: true as const, at: listed.at, value },
    };
    const stage = { ...missing, release: { ...missing.release, documents } };
    expect(resultOf(stage, "bootstrap.agree")?.status).toBe("skip");
    expect(problemsOf(stage)).not.toContain("bootstrap.unreadable");
  });
});
