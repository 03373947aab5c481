import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson, packagedJson } from "../../src/formats/canonical-json.ts";
import { writeTrustState } from "../../src/crypto/trust-state.ts";
import { writeBootstrap } from "../../src/formats/bootstrap.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { writeGoModules } from "../../src/formats/go-modules.ts";
import { writeInstallers } from "../../src/formats/installers.ts";
import { writeManifest } from "../../src/formats/manifest.ts";
import { writeRebuildStatement } from "../../src/formats/rebuild-statement.ts";
import { writeReleaseStatement } from "../../src/formats/release-statement.ts";
import { writeReproducibility } from "../../src/formats/reproducibility.ts";
import { parseSignerDescription } from "../../src/formats/signer.ts";
import { writeProvenance } from "../../src/formats/slsa.ts";
import { parseTrustRoot, writeTrustRoot } from "../../src/formats/trust-root.ts";
import { makeDocuments } from "../../src/make/package/make-documents.ts";
import type { TrustState } from "../../src/model/trust-state.ts";
import * as arbitraries from "../support/document-arbitraries.ts";
import { fullRoot } from "../support/full-root.ts";
import { testPackageInput } from "../support/package-input.ts";
import { rebuildOf } from "../support/rebuilders.ts";
import { SAMPLE_TRUST } from "../support/samples.ts";
import { testStatement } from "../support/statement.ts";
import { mutationsOf, type SweepOptions } from "../support/sweep.ts";
import { testDocument } from "../support/test-documents.ts";

const folder = resolve(import.meta.dirname, "../../schemas");

function validatorOf(name: string): (bytes: Uint8Array) => string {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const schema = JSON.parse(readFileSync(resolve(folder, `${name}.schema.json`), "utf8")) as { $id: string };
  expect(schema.$id).toBe(`https://cavra.dev/schemas/${name}.schema.json`);
  const validate = ajv.compile(schema);
  return (bytes) =>
    validate(JSON.parse(Buffer.from(bytes).toString("utf8"))) ? "valid" : ajv.errorsText(validate.errors);
}

const SIGNER = {
  schema: "cavra.signer/1",
  publicKey: "release.pub.pem",
  command: ["pkcs11-tool", "--sign"],
  input: "sha256",
  environment: ["PIN"],
  timeoutSeconds: 60,
};
const STATE: TrustState = {
  product: "probe",
  rootVersion: 3,
  rootSha256: "a".repeat(64),
  latestTime: 1_760_000_000,
  streams: new Map([
    [
      "probe/pkg/main/stable",
      { counterEpoch: 0, counter: 7, version: "1.2.3", manifestSha256: "b".repeat(64) },
    ],
  ]),
};
const packaged = { encode: packagedJson };
const cases: readonly (readonly [string, Uint8Array, SweepOptions])[] = [
  ["release-evidence-1", testDocument("release-evidence.json"), { ...packaged, optional: ["target"] }],
  ["installers-1", testDocument("cavra-runtime.installers.json"), packaged],
  [
    "reproducibility-1",
    testDocument("cavra-runtime.reproducibility.json"),
    { ...packaged, maps: /\.environment$/ },
  ],
  ["go-modules-1", testDocument("go-modules.json"), packaged],
  ["offline-trust-bootstrap-1", testDocument("offline-trust-root-bootstrap.json"), packaged],
  [
    "provenance-1",
    testDocument("cavra-runtime.provenance.intoto.json"),
    { ...packaged, optional: ["digest"], maps: /resolvedDependencies\[\d+\]\.digest$/ },
  ],
  ["release-statement-1", writeReleaseStatement(testStatement()), { encode: canonicalJson }],
  ["rebuild-statement-1", writeRebuildStatement(rebuildOf(testStatement())), { encode: canonicalJson }],
  ["signer-1", packagedJson(SIGNER), packaged],
  ["trust-root-1", writeTrustRoot(fullRoot()), { encode: canonicalJson }],
  [
    "trust-state-1",
    writeTrustState(STATE),
    { ...packaged, optional: ["probe/pkg/main/stable"], maps: /\.streams$/ },
  ],
];

describe.each(cases)("schemas/%s.schema.json", (name, sample, options) => {
  it("accepts what is written, and refuses every member removed, retyped or added", () => {
    const verdict = validatorOf(name);
    expect(verdict(sample)).toBe("valid");
    const mutations = mutationsOf(sample, options).filter(({ title }) => !title.startsWith("repeat "));
    expect(mutations.filter(({ bytes }) => verdict(bytes) === "valid").map(({ title }) => title)).toEqual([]);
  });
});

it("accepts the documents of a package without Go binaries", () => {
  const { files } = testPackageInput();
  const made = makeDocuments(
    testPackageInput({ files: files.filter(({ kind }) => kind === "file"), previous: null, expires: null }),
  );
  const bytesOf = (path: string): Uint8Array =>
    made.find((document) => document.path === path)?.bytes ?? new Uint8Array();
  expect(validatorOf("reproducibility-1")(bytesOf("cavra-runtime.reproducibility.json"))).toBe("valid");
  expect(validatorOf("release-evidence-1")(bytesOf("release-evidence.json"))).toBe("valid");
});

it.each([
  ["release-evidence-1", arbitraries.manifests.map(writeManifest)],
  ["installers-1", arbitraries.installers.map(writeInstallers)],
  ["reproducibility-1", arbitraries.reproducibilities.map(writeReproducibility)],
  ["go-modules-1", arbitraries.goModuleLists.map(writeGoModules)],
  ["offline-trust-bootstrap-1", arbitraries.bootstraps.map(writeBootstrap)],
  ["provenance-1", arbitraries.provenances.map(writeProvenance)],
  ["release-statement-1", arbitraries.releaseStatements.map(writeReleaseStatement)],
])("schemas/%s.schema.json accepts whatever the parser accepts", (name, documents) => {
  const verdict = validatorOf(name);
  fc.assert(
    fc.property(documents, (bytes) => {
      expect(verdict(bytes)).toBe("valid");
    }),
    { numRuns: 30 },
  );
});

it("a trust root is read exactly as its schema says", () => {
  const verdict = validatorOf("trust-root-1");
  const sample = writeTrustRoot(fullRoot());
  const differing = mutationsOf(sample, { encode: canonicalJson })
    .filter(({ title }) => !title.startsWith("repeat "))
    .filter(({ bytes }) => (verdict(bytes) === "valid") !== parseTrustRoot("a", bytes).ok);
  expect(parseTrustRoot("a", sample).ok).toBe(true);
  expect(differing.map(({ title }) => title)).toEqual([]);
});

it("schemas/trust-root-1.schema.json accepts the root of the samples", () => {
  const envelope = parseEnvelope("root", readFileSync(SAMPLE_TRUST));
  if (!envelope.ok) throw new Error(envelope.reason);
  expect(validatorOf("trust-root-1")(envelope.value.payload)).toBe("valid");
});

it("a signer's description is read exactly as its schema says", () => {
  const verdict = validatorOf("signer-1");
  const differing = mutationsOf(packagedJson(SIGNER), packaged)
    .filter(({ title }) => !title.startsWith("repeat "))
    .filter(({ bytes }) => (verdict(bytes) === "valid") !== parseSignerDescription("a", bytes).ok);
  expect(parseSignerDescription("a", packagedJson(SIGNER)).ok).toBe(true);
  expect(differing.map(({ title }) => title)).toEqual([]);
});
