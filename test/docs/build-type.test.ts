import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildTypePage, sampleProvenance } from "../../scripts/build-type-page.ts";
import { GITHUB_HOSTED_BUILDER_ID, LOCAL_BUILDER_ID } from "../../src/make/builder-identity.ts";
import { BUILD_TYPE } from "../../src/model/documents.ts";
import { PROVENANCE_PREDICATE_TYPE } from "../../src/model/release-statement.ts";
import { ROOT } from "../support/source-graph.ts";

const PAGE = readFileSync(join(ROOT, "docs/buildtype.md"), "utf8");

interface Sample {
  readonly predicateType: string;
  readonly subject: readonly { readonly name: string }[];
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string;
      readonly externalParameters: object;
      readonly internalParameters: object;
      readonly resolvedDependencies: readonly { readonly name: string; readonly digest?: object }[];
    };
    readonly runDetails: object;
  };
}
const sample = sampleProvenance() as unknown as Sample;
const { buildDefinition, runDetails } = sample.predicate;

describe("docs/buildtype.md", () => {
  it("shows the provenance of the committed sample", () => {
    expect(buildTypePage()).toBe(PAGE);
    const example = JSON.parse(/```json\n([^]*?)```/.exec(PAGE)?.[1] ?? "") as Sample;
    expect(example).toEqual({ ...sample, subject: sample.subject.slice(0, 1) });
    expect(sample.subject.length).toBeGreaterThan(1);
  });

  it("is about the build type and the builders of this version", () => {
    expect([sample.predicateType, buildDefinition.buildType]).toEqual([
      PROVENANCE_PREDICATE_TYPE,
      BUILD_TYPE,
    ]);
    for (const id of [BUILD_TYPE, LOCAL_BUILDER_ID, GITHUB_HOSTED_BUILDER_ID]) expect(PAGE).toContain(id);
  });

  it("names every member of the sample", () => {
    const members = [
      ...Object.keys(buildDefinition.externalParameters).map((name) => `externalParameters.${name}`),
      ...Object.keys(buildDefinition.internalParameters).map((name) => `internalParameters.${name}\``),
      ...buildDefinition.resolvedDependencies.flatMap(({ digest = {} }) => Object.keys(digest)),
      ...buildDefinition.resolvedDependencies.map(({ name }) => name).filter((name) => !name.includes("/")),
      ...Object.keys(runDetails).map((name) => `${name}.id`),
    ];
    expect(members.length).toBeGreaterThan(10);
    const prose = PAGE.slice(0, PAGE.indexOf("## Example"));
    expect(members.filter((member) => !prose.includes(`\`${member}`))).toEqual([]);
  });
});
