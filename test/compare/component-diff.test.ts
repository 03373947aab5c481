import { describe, expect, it } from "vitest";
import { diffComponents } from "../../src/compare/component-diff.ts";
import { readSbom } from "../../src/judge/sbom/read-sbom.ts";
import type { Sbom, SbomComponent } from "../../src/model/sbom.ts";
import { spdx2Sample, spdx3Sample, type Draft } from "../support/spdx-samples.ts";

describe("diffComponents", () => {
  it.each([
    ["added", [], [part("m", "v1.0.0")], { name: "m", was: null, now: "v1.0.0" }],
    ["removed", [part("m", "v1.0.0")], [], { name: "m", was: "v1.0.0", now: null }],
    ["upgraded", [part("m", "v1.9.0")], [part("m", "v1.10.0")], { was: "v1.9.0", now: "v1.10.0" }],
    ["downgraded", [part("m", "v1.10.0")], [part("m", "v1.9.0")], { was: "v1.10.0", now: "v1.9.0" }],
    ["upgraded", [part("stdlib", "go1.26.8")], [part("stdlib", "go1.26.10")], { name: "stdlib" }],
    ["upgraded", [part("stdlib", "go1.27rc1")], [part("stdlib", "go1.27.0")], { name: "stdlib" }],
    ["upgraded", [part("left", "1.0.0-rc.1")], [part("left", "1.0.0")], { name: "left" }],
    ["changed", [part("m", "main")], [part("m", "v1.0.0")], { was: "main", now: "v1.0.0" }],
    ["altered", [part("m", "v1.0.0", "h1:a")], [part("m", "v1.0.0", "h1:b")], { was: "h1:a", now: "h1:b" }],
    [
      "replaced",
      [part("github.com/old/yaml", "v1.0.0")],
      [part("github.com/new/yaml/v2", "v2.0.0")],
      {
        name: "github.com/new/yaml/v2",
        was: "github.com/old/yaml v1.0.0",
        now: "github.com/new/yaml/v2 v2.0.0",
      },
    ],
  ] as const)("%s", (kind, was, now, facts) => {
    expect(diffComponents(sbom(was), sbom(now)).changes).toMatchObject([{ kind, ...facts }]);
  });

  it("keeps versions of one name apart", () => {
    const was = [part("m", "v1.0.0"), part("m", "v2.0.0")];
    const now = [part("m", "v1.0.0"), part("m", "v2.1.0")];
    expect(diffComponents(sbom(was), sbom(now)).changes).toEqual([
      { kind: "upgraded", name: "m", was: "v2.0.0", now: "v2.1.0" },
    ]);
  });

  it("does not take two that came for the fork of one that went", () => {
    const now = [part("b/yaml", "v1.0.0"), part("c/yaml", "v1.0.0")];
    const { changes } = diffComponents(sbom([part("a/yaml", "v1.0.0")]), sbom(now));
    expect(changes.map(({ kind }) => kind)).toEqual(["removed", "added", "added"]);
  });

  it("names licences and suppliers that changed, and files with other bytes", () => {
    const before = read(spdx2Sample());
    const document = spdx2Sample();
    const [, module] = document["packages"] as [Draft, Draft];
    Object.assign(module, { licenseDeclared: "GPL-3.0-only", supplier: "Person: Eve" });
    const [file] = document["files"] as [Draft];
    (file["checksums"] as [Draft])[0]["checksumValue"] = "0".repeat(40);
    expect(diffComponents(before, read(document))).toMatchObject({
      changes: [],
      licenses: [{ name: "example.org/module", was: "MIT", now: "GPL-3.0-only" }],
      suppliers: [{ name: "example.org/module", was: "Ada (ada@example.org)", now: "Eve" }],
      files: [{ kind: "altered", name: "./bin/app", now: "0".repeat(40) }],
    });
  });

  it("finds nothing between a document and itself, and reads both formats", () => {
    for (const document of [spdx2Sample(), spdx3Sample()]) {
      const one = read(document);
      expect(one.described).toHaveLength(1);
      const { changes, licenses, suppliers, files } = diffComponents(one, one);
      expect([...changes, ...licenses, ...suppliers, ...files]).toEqual([]);
    }
  });
});

function part(name: string, version: string, sum?: string): SbomComponent {
  return {
    pointer: "",
    id: `${name}@${version}`,
    kind: "package",
    name,
    version,
    supplier: "",
    identifiers: [],
    purl: "",
    digests: new Map(sum === undefined ? [] : [["h1", sum]]),
    licenseDeclared: "",
    licenseConcluded: "",
    purposes: [],
    downloadLocation: "",
  };
}

function sbom(components: readonly SbomComponent[]): Sbom {
  return { ...read(spdx2Sample()), described: [], components };
}

function read(document: Draft): Sbom {
  const found = readSbom("x", Buffer.from(JSON.stringify(document)));
  if (!found.ok) throw new Error(found.reason);
  return found.value;
}
