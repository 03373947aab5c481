import { describe, expect, it } from "vitest";
import { broken } from "../../../src/model/parsed.ts";
import { withBuildInfo, withDocument, withProvenanceSignature } from "../../support/alter-release.ts";
import { provenanceDefects } from "../../support/defects/provenance.ts";
import { itSeesEach, problemsOf, resultOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

const ALLOWED = { ...VALID_STAGE, policy: { ...VALID_STAGE.policy, allowMissingProvenance: true } };

describe("the provenance of a package", () => {
  itSeesEach(provenanceDefects);

  it("skips a missing envelope, visibly, when the policy allows it", () => {
    const missing = withProvenanceSignature(ALLOWED, () => ({
      envelope: broken("provenance.dsse.json", "is missing"),
    }));
    expect(problemsOf(missing)).toEqual([]);
    expect(resultOf(missing, "provenance.signer")).toMatchObject({
      status: "skip",
      reason: "the provenance is not signed, and --allow-missing-provenance was given",
    });
  });

  it("judges an envelope that is there although it might be missing", () => {
    const foreign = withProvenanceSignature(ALLOWED, () => ({ builder: undefined }));
    expect(problemsOf(foreign)).toEqual(["provenance.builder-unknown"]);
  });

  it("does not judge the signer when no signatures are judged", () => {
    const unsigned = { ...VALID_STAGE, statement: undefined, provenanceSignature: undefined };
    expect(resultOf(unsigned, "provenance.signer")?.status).toBe("skip");
  });

  it.each(["v1.0.0+incompatible", "v1.0.0%2Bincompatible"])(
    "reads the module version %s of a uri",
    (written) => {
      const module = { path: "example.com/old", version: "v1.0.0+incompatible", sum: "" };
      const linked = withBuildInfo(VALID_STAGE, "bin/agent_linux_amd64", ({ modules }) => ({
        modules: [...modules, module],
      }));
      const named = withDocument(linked, "provenance", ({ dependencies }) => ({
        dependencies: [
          ...dependencies,
          { uri: `pkg:golang/example.com/old@${written}`, name: module.path, digest: new Map() },
        ],
      }));
      expect(problemsOf(linked)).toContain("provenance.module-missing");
      expect(problemsOf(named)).not.toContain("provenance.module-missing");
    },
  );
});
