import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBootstrap, writeBootstrap } from "../../src/formats/bootstrap.ts";
import { canonicalJson, packagedJson } from "../../src/formats/canonical-json.ts";
import { parseGoModules, writeGoModules } from "../../src/formats/go-modules.ts";
import { parseInstallers, writeInstallers } from "../../src/formats/installers.ts";
import { parseManifest, writeManifest } from "../../src/formats/manifest.ts";
import { parseReleaseStatement, writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { parseReproducibility, writeReproducibility } from "../../src/formats/reproducibility.ts";
import { parseProvenance, writeProvenance } from "../../src/formats/slsa.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import * as arbitraries from "../support/document-arbitraries.ts";
import { testDocument } from "../support/test-documents.ts";
import { testStatement } from "../support/statement.ts";
import { mutationsOf, type SweepOptions } from "../support/sweep.ts";

const packaged = { encode: packagedJson };

describe.each<Format>([
  format(
    "manifest",
    arbitraries.manifests,
    writeManifest,
    parseManifest,
    testDocument("release-evidence.json"),
    {
      ...packaged,
      optional: ["target"],
    },
  ),
  format(
    "installers",
    arbitraries.installers,
    writeInstallers,
    parseInstallers,
    testDocument("cavra-runtime.installers.json"),
    packaged,
  ),
  format(
    "reproducibility",
    arbitraries.reproducibilities,
    writeReproducibility,
    parseReproducibility,
    testDocument("cavra-runtime.reproducibility.json"),
    { ...packaged, maps: /\.environment$/ },
  ),
  format(
    "go-modules",
    arbitraries.goModuleLists,
    writeGoModules,
    parseGoModules,
    testDocument("go-modules.json"),
    packaged,
  ),
  format(
    "bootstrap",
    arbitraries.bootstraps,
    writeBootstrap,
    parseBootstrap,
    testDocument("offline-trust-root-bootstrap.json"),
    packaged,
  ),
  format(
    "provenance",
    arbitraries.provenances,
    writeProvenance,
    parseProvenance,
    testDocument("cavra-runtime.provenance.intoto.json"),
    { ...packaged, optional: ["digest"], maps: /resolvedDependencies\[\d+\]\.digest$/ },
  ),
  format(
    "release statement",
    arbitraries.releaseStatements,
    writeReleaseStatement,
    parseReleaseStatement,
    writeReleaseStatement(testStatement()),
    { encode: canonicalJson },
  ),
])("$name", ({ roundTrip, sample, parse, options }) => {
  it("is read back as it was written", () => roundTrip());

  it("is refused with any member removed, retyped, repeated or added, and the reason names it", () => {
    const mutations = mutationsOf(sample, options);
    expect(mutations.length).toBeGreaterThan(30);
    const survivors = mutations.flatMap(({ title, member, bytes }) => {
      const result = parse("document.json", bytes);
      if (result.ok) return [`${title}: accepted`];
      return result.reason.includes(member) ? [] : [`${title}: ${result.reason}`];
    });
    expect(survivors).toEqual([]);
  });

  it("never throws, whatever byte is changed", () => {
    fc.assert(
      fc.property(fc.nat(sample.byteLength - 1), fc.integer({ min: 1, max: 255 }), (offset, flip) => {
        const bytes = Uint8Array.from(sample);
        bytes[offset] = (bytes[offset] ?? 0) ^ flip;
        const result = parse("document.json", bytes);
        expect(result.ok || result.reason.length > 0).toBe(true);
      }),
    );
  });
});

interface Format {
  readonly name: string;
  readonly sample: Uint8Array;
  readonly options: SweepOptions;
  readonly parse: (at: string, bytes: Uint8Array) => Parsed<unknown>;
  readonly roundTrip: () => void;
}

function format<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  write: (value: T) => Uint8Array,
  parse: (at: string, bytes: Uint8Array) => Parsed<T>,
  sample: Uint8Array,
  options: SweepOptions,
): Format {
  const roundTrip = (): void => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(parse("document.json", write(value))).toEqual({ ok: true, at: "document.json", value });
      }),
      { numRuns: 50 },
    );
  };
  return { name, sample, options, parse, roundTrip };
}
