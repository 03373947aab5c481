import { describe } from "vitest";
import { installersDefects } from "../../support/defects/documents.ts";
import { itSeesEach } from "../../support/problems-of.ts";

describe("the install instructions of a package", () => {
  itSeesEach(installersDefects);
});
