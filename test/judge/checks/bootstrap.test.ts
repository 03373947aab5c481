import { describe } from "vitest";
import { bootstrapDefects } from "../../support/defects/documents.ts";
import { itSeesEach } from "../../support/problems-of.ts";

describe("the offline instructions of a package", () => {
  itSeesEach(bootstrapDefects);
});
