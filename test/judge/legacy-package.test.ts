import { describe, expect, it } from "vitest";
import { MAX_DOCUMENT_BYTES } from "../../src/model/limits.ts";
import { legacyPackage } from "../support/legacy-package.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { folderOf, judgedUnsigned } from "../support/unsigned-folder.ts";

const folder = scratchFolder();

describe("the documents of a package of the system before cavra", () => {
  it.each(["installers.json", "provenance.intoto.json"])(
    "are not missing when they are too large: %s",
    async (suffix) => {
      const path = `cavra-runtime.${suffix}`;
      const padding = "x".repeat(MAX_DOCUMENT_BYTES);
      const { top, files } = legacyPackage({ edit: { [path]: (document) => ({ ...document, padding }) } });
      const report = await judgedUnsigned(folderOf(folder, top, files), { allowMissingProvenance: true });
      expect(report.findings).toContainEqual(
        expect.objectContaining({ id: "legacy.document-unreadable", severity: "error", at: path }),
      );
    },
  );
});
