import { sha256Hex } from "../../crypto/digest.ts";
import { genericPurl, golangPurl } from "../../formats/purl.ts";
import { swhidOf } from "../../formats/swhid.ts";
import { NOASSERTION } from "../../formats/spdx-unstated.ts";
import type { LinkedModule, SpdxPackage } from "../../model/documents.ts";
import { moduleKey } from "../package/linked-modules.ts";
import type { PackageInput } from "../package/package-input.ts";

const LICENSE_EXPRESSION = /^[A-Za-z0-9.:+() -]{1,500}$/;
const GO_RELEASE = /^go1(?:\.\d+){1,2}$/;
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
    supplier: input.vendor === null ? NOASSERTION : `Organization: ${input.vendor}`,
    licenseDeclared: declaredLicense(input.license),
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
    supplier: input.vendor === null ? NOASSERTION : `Organization: ${input.vendor}`,
    downloadLocation: `git+${repository}@${commit}`,
    licenseDeclared: declaredLicense(input.license),
  };
}

/** The standard library that is linked in, and the toolchain that linked it, for each Go version that a binary names. */
export function goPackages(goVersions: readonly string[]): readonly SpdxPackage[] {
  return goVersions.flatMap((goVersion) => {
    const version = goVersion.replace(/^go/, "");
    const isRelease = GO_RELEASE.test(goVersion);
    const shared = {
      ...UNKNOWN,
      supplier: "Organization: The Go Authors",
      downloadLocation: isRelease ? `https://go.dev/dl/${goVersion}.src.tar.gz` : NOASSERTION,
      licenseDeclared: "BSD-3-Clause",
      version: goVersion,
    };
    return [
      {
        ...shared,
        id: packageIds.standardLibrary(goVersion),
        name: "stdlib",
        purl: golangPurl("stdlib", version),
        cpe: isRelease ? `cpe:2.3:a:golang:go:${version}:-:*:*:*:*:*:*` : "",
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

export function modulePackage(module: LinkedModule): SpdxPackage {
  return {
    ...UNKNOWN,
    id: moduleId(module),
    name: module.path,
    version: module.version,
    purl: golangPurl(module.path, module.version),
    purpose: "LIBRARY",
    supplier: moduleSupplier(module.path),
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
  goSum: "",
  fileName: "",
  verificationCode: "",
  excludedFiles: [],
} as const;

/** Whoever controls the start of the module path: a host, or an account on a host that has accounts. */
function moduleSupplier(path: string): string {
  const [host = "", owner] = path.split("/");
  // A replacement by a folder has no host.
  if (!host.includes(".") || host.startsWith(".")) return NOASSERTION;
  const hasAccounts = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"].includes(host);
  return `Organization: ${hasAccounts && owner !== undefined ? `${host}/${owner}` : host}`;
}

function declaredLicense(license: string | null): string {
  return license !== null && LICENSE_EXPRESSION.test(license) ? license : NOASSERTION;
}

/** SPDX ids have letters, digits, `.` and `-`; the digest keeps apart what looks alike without the rest. */
function elementId(kind: string, name: string): string {
  const shown = name.replaceAll(/[^A-Za-z0-9.-]/g, "-").slice(0, MAX_SHOWN_CHARACTERS);
  const digest = sha256Hex(Buffer.from(name)).slice(0, 16);
  return `SPDXRef-${kind}-${shown}-${digest}`;
}
