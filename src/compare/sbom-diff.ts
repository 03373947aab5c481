import type { SpdxDocument, SpdxPackage } from "../model/documents.ts";
import { type Change, changeOf } from "./change.ts";
import { statedText } from "../formats/spdx-unstated.ts";

export interface PackageChange extends Change<string> {
  readonly name: string;
}

export interface SbomDiff {
  readonly namespace: Change<string>;
  readonly packages: Change<number>;
  readonly files: Change<number>;
  readonly relationships: Change<number>;
  /** How many packages carry a package URL, a checksum or verification code, a supplier, a declared licence. */
  readonly coverage: Readonly<Record<CoverageFact, Change<number>>>;
  /** Only packages for which both documents make the statement. */
  readonly licences: readonly PackageChange[];
  readonly suppliers: readonly PackageChange[];
  readonly downloadHosts: readonly PackageChange[];
}

export type CoverageFact = "purl" | "checksum" | "supplier" | "licence";

const COVERAGE: Readonly<Record<CoverageFact, (item: SpdxPackage) => boolean>> = {
  purl: ({ purl }) => purl !== "",
  checksum: ({ goSum, verificationCode }) => goSum !== "" || verificationCode !== "",
  supplier: ({ supplier }) => statedText(supplier) !== "",
  licence: ({ licenseDeclared }) => statedText(licenseDeclared) !== "",
};

export function diffSbom(was: SpdxDocument, now: SpdxDocument): SbomDiff {
  const covered = (fact: CoverageFact): Change<number> =>
    changeOf(was, now, ({ packages }) => packages.filter(COVERAGE[fact]).length);
  return {
    namespace: changeOf(was, now, ({ namespace }) => namespace),
    packages: changeOf(was, now, ({ packages }) => packages.length),
    files: changeOf(was, now, ({ files }) => files.length),
    relationships: changeOf(was, now, ({ relationships }) => relationships.length),
    coverage: {
      purl: covered("purl"),
      checksum: covered("checksum"),
      supplier: covered("supplier"),
      licence: covered("licence"),
    },
    licences: packageChanges(was, now, ({ licenseDeclared }) => licenseDeclared),
    suppliers: packageChanges(was, now, ({ supplier }) => supplier),
    downloadHosts: packageChanges(was, now, ({ downloadLocation }) => hostOf(downloadLocation)),
  };
}

function packageChanges(
  was: SpdxDocument,
  now: SpdxDocument,
  read: (item: SpdxPackage) => string,
): readonly PackageChange[] {
  const before = uniqueByName(was.packages);
  return [...uniqueByName(now.packages)].flatMap(([name, item]) => {
    const earlier = before.get(name);
    if (earlier === undefined) return [];
    const change = { name, was: read(earlier), now: read(item) };
    const stated = statedText(change.was) !== "" && statedText(change.now) !== "";
    return stated && change.was !== change.now ? [change] : [];
  });
}

/** A name that stands for several versions in one document has no one counterpart. */
function uniqueByName(packages: readonly SpdxPackage[]): ReadonlyMap<string, SpdxPackage> {
  const groups = Map.groupBy(packages, ({ name }) => name);
  return new Map(
    [...groups].flatMap(([name, [first, ...others]]) =>
      first === undefined || others.length > 0 ? [] : [[name, first] as const],
    ),
  );
}

function hostOf(location: string): string {
  const url = location.replace(/^git\+/, "");
  return URL.canParse(url) ? new URL(url).host : "";
}
