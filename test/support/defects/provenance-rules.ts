import { packagedJson } from "../../../src/formats/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../../src/formats/json.ts";
import { parseProvenance } from "../../../src/formats/slsa.ts";
import { parseSpdx2 } from "../../../src/formats/spdx2.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";
import type { ResolvedDependency } from "../../../src/model/documents.ts";
import { valueOf } from "../../../src/model/parsed.ts";
import { withDocument, withManifest, withRelease } from "../alter-release.ts";
import { FIXTURE_BYTES, VALID_STAGE } from "../release-fixture.ts";

/** One broken rule: its number, what is wrong, the finding that names it, and a package with that defect alone. */
export type Rule = readonly [number: string, what: string, finding: string, stage: () => PackageStage];

interface StatementJson {
  _type: string;
  subject: { name: string; digest: Record<string, string> }[];
  predicateType: string;
  predicate: {
    buildDefinition: {
      buildType: string;
      externalParameters: Record<string, JsonValue>;
      resolvedDependencies: { uri: string; name: string; digest?: Record<string, string> }[];
    };
    runDetails: Record<string, JsonValue>;
  };
}

function bytesOf(path: string): Uint8Array {
  const bytes = FIXTURE_BYTES.get(path);
  if (bytes === undefined) throw new Error(`the fixture has no ${path}`);
  return bytes;
}

/** The provenance of the fixture, its JSON edited and read again as a verification reads it. */
export function withProvenanceJson(
  stage: PackageStage,
  edit: (statement: StatementJson) => void,
): PackageStage {
  const { at } = stage.release.documents.provenance;
  const statement = JSON.parse(Buffer.from(bytesOf(at)).toString("utf8")) as StatementJson;
  edit(statement);
  const bytes = packagedJson(statement as unknown as JsonObject);
  const provenance = parseProvenance(at, bytes);
  return withRelease(stage, { documents: { ...stage.release.documents, provenance } });
}

/** The same for the SBOM, as text. */
export function withSbomText(stage: PackageStage, edit: (text: string) => string): PackageStage {
  const { at } = stage.release.documents.sbom;
  const before = Buffer.from(bytesOf(at)).toString("utf8");
  const after = edit(before);
  if (after === before) throw new Error("nothing was edited");
  const sbom = parseSpdx2(at, Buffer.from(after));
  return withRelease(stage, { documents: { ...stage.release.documents, sbom } });
}

const HEADED = ["installers", "reproducibility", "goModules", "bootstrap"] as const;

/** The release as it would be, had it been made from another ref: every document says so. */
export function madeFrom(stage: PackageStage, ref: string): PackageStage {
  const manifest = valueOf(stage.release.documents.manifest);
  if (manifest === undefined) throw new Error("the stage has no manifest");
  const { repository } = manifest.source;
  const made = withDocument(
    withManifest(stage, { source: { ...manifest.source, ref } }),
    "provenance",
    ({ source, dependencies }) => ({
      source: { ...source, ref },
      dependencies: dependencies.map((item) =>
        item.name === "source" ? { ...item, uri: `git+${repository}@${ref}` } : item,
      ),
    }),
  );
  return HEADED.reduce((altered, name) => withDocument(altered, name, () => ({ ref })), made);
}

/** Every dependency of this name in the provenance of the valid package, changed. */
export function withDependency(
  name: string,
  change: (item: ResolvedDependency) => readonly ResolvedDependency[],
): PackageStage {
  return withDocument(VALID_STAGE, "provenance", ({ dependencies }) => ({
    dependencies: dependencies.flatMap((item) => (item.name === name ? change(item) : [item])),
  }));
}
