import { describe } from "vitest";
import { controlsDefects } from "../../support/defects/documents.ts";
import { itSeesEach } from "../../support/problems-of.ts";

describe("the controls that a package claims", () => {
  itSeesEach(controlsDefects);
});
