import { sha256Hex } from "../../crypto/digest.ts";
import {
  GO_AUTHORS,
  GO_LICENSE,
  goCpe,
  goLocation,
  moduleLocation,
  moduleSupplier,
} from "../../formats/go-origins.ts";
import { genericPurl, golangPurl } from "../../formats/purl.ts";
import { swhidOf } from "../../formats/swhid.ts";
import { NOASSERTION } from "../../formats/spdx-unstated.ts";
import type { LinkedModule, SpdxPackage } from "../../model/documents.ts";
import { moduleKey } from "../package/linked-modules.ts";
import type { PackageInput, StatedLicense } from "../package/package-input.ts";

const MAX_SHOWN_CHARACTERS = 120;

export const packageIds = {
  main: (product: string): string => `SPDXRef-Package-${product}`,
  source: (product: string): string => `SPDXRef-Source-${product}`,
  standardLibrary: (goVersion: string): string => elementId("Package-stdlib", goVersion),
  toolchain: (goVersion: string): string => elementId("Package-go-toolchain", goVersion),
};

export function moduleId(module: { readonly path: string; readonly version: string }): string {
  return elementId("Module", moduleKey(module));
}

export function mainPackage(
  input: PackageInput,
  verificationCode: string,
  excludedFiles: readonly string[],
): SpdxPackage {
  return {
    ...UNKNOWN,
    id: packageIds.main(input.product),
    name: input.product,
    version: input.version,
    purl: genericPurl(input.product, input.version),
    purpose: "APPLICATION",
    supplier: vendorOf(input) ?? NOASSERTION,
    ...licensed(input.license),
    fileName: input.zipName,
    verificationCode,
    excludedFiles,
  };
}

export function sourcePackage(input: PackageInput): SpdxPackage {
  const { repository, commit } = input.source;
  return {
    ...UNKNOWN,
    id: packageIds.source(input.product),
    name: `${input.product}-source`,
    version: commit,
    swhid: swhidOf(commit),
    purpose: "SOURCE",
    supplier: vendorOf(input) ?? NOASSERTION,
    downloadLocation: `git+${repository}@${commit}`,
    ...licensed(input.license),
  };
}

/** The standard library that is linked in, and the toolchain that linked it, for each Go version that a binary names. */
export function goPackages(goVersions: readonly string[]): readonly SpdxPackage[] {
  return goVersions.flatMap((goVersion) => {
    const version = goVersion.replace(/^go/, "");
    const shared = {
      ...UNKNOWN,
      supplier: GO_AUTHORS,
      downloadLocation: goLocation(goVersion),
      ...licensed({ declared: GO_LICENSE, concluded: GO_LICENSE }),
      version: goVersion,
    };
    return [
      {
        ...shared,
        id: packageIds.standardLibrary(goVersion),
        name: "stdlib",
        purl: golangPurl("stdlib", version),
        cpe: goCpe(goVersion),
        purpose: "LIBRARY",
      },
      {
        ...shared,
        id: packageIds.toolchain(goVersion),
        name: "go",
        purl: genericPurl("go", version),
        purpose: "APPLICATION",
      },
    ] as const;
  });
}

export function modulePackage(module: LinkedModule, license: StatedLicense): SpdxPackage {
  return {
    ...UNKNOWN,
    id: moduleId(module),
    name: module.path,
    version: module.version,
    purl: golangPurl(module.path, module.version),
    purpose: "LIBRARY",
    supplier: moduleSupplier(module.path),
    downloadLocation: moduleLocation(module),
    ...licensed(license),
    goSum: module.sum,
  };
}

const UNKNOWN = {
  purl: "",
  cpe: "",
  swhid: "",
  supplier: NOASSERTION,
  downloadLocation: NOASSERTION,
  licenseDeclared: NOASSERTION,
  licenseConcluded: NOASSERTION,
  goSum: "",
  fileName: "",
  verificationCode: "",
  excludedFiles: [],
} as const;

/** The maker of the release, and how to reach it. */
export function vendorOf({ vendor, contact }: PackageInput): string | undefined {
  return vendor === null ? undefined : `Organization: ${vendor} (${contact})`;
}

function licensed({
  declared,
  concluded,
}: StatedLicense): Pick<SpdxPackage, "licenseDeclared" | "licenseConcluded"> {
  return { licenseDeclared: declared, licenseConcluded: concluded };
}

/** SPDX ids have letters, digits, `.` and `-`; the digest keeps apart what looks alike without the rest. */
function elementId(kind: string, name: string): string {
  const shown = name.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, MAX_SHOWN_CHARACTERS);
  const digest = sha256Hex(Buffer.from(name)).slice(0, 16);
  return `SPDXRef-${kind}-${shown}-${digest}`;
}
