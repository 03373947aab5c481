import { join, relative, sep } from "node:path";
import { escapedForCache, GO_MODULE_PATH } from "../formats/go-sum.ts";
import { readLicenseExpression } from "../formats/spdx-expression.ts";
import { NOASSERTION } from "../formats/spdx-unstated.ts";
import type { ModuleFolder } from "../make/build/build-recipe.ts";
import type { SbomConfig } from "../make/config/release-config.ts";
import { findLicense, type FoundLicense } from "../make/package/license-files.ts";
import { moduleKey } from "../make/package/linked-modules.ts";
import { NO_LICENSE, type PackageInput, type StatedLicense } from "../make/package/package-input.ts";
import type { ReleasePlan } from "../make/plan.ts";
import type { GoModule } from "../model/binary.ts";

export interface PackageLicenses extends Pick<PackageInput, "license" | "moduleLicense"> {
  /** What is not known and how to say it, one line each; for whoever cuts the release. */
  readonly warnings: readonly string[];
}

/** The modules that one binary links, and where the go command took them from. */
export interface LinkedCode {
  readonly folder: ModuleFolder;
  readonly modules: readonly GoModule[];
}

/**
 * The licences of the product and of the modules that were compiled here. Files of the source tree count only when they
 * are committed: the next clone would not have the others, and would make another SBOM.
 */
export async function packageLicenses(
  { product, source }: Pick<ReleasePlan, "product" | "source">,
  config: SbomConfig,
  linked: readonly LinkedCode[],
): Promise<PackageLicenses> {
  const isCommitted = (path: string): boolean =>
    source.committedFiles.has(relative(source.root, path).split(sep).join("/"));
  const own = await productLicense(product.license, source.root, isCommitted);
  const found = new Map<string, FoundLicense>();
  for (const { folder, modules } of linked) {
    for (const module of modules) {
      const key = moduleKey(module.replacedBy ?? module);
      if (!found.has(key)) found.set(key, await moduleLicense(folder, module, isCommitted));
    }
  }
  const warnings = [...found].flatMap(([key, license]) => warningOf(key, license, config));
  return {
    license: own.license,
    moduleLicense: (path, version) => stated(found.get(moduleKey({ path, version })), config.licenses[path]),
    warnings: [...own.warnings, ...warnings.sort()],
  };
}

async function productLicense(
  configured: string | null,
  root: string,
  isCommitted: (path: string) => boolean,
): Promise<{ readonly license: StatedLicense; readonly warnings: readonly string[] }> {
  if (configured !== null) {
    const { problem, references } = readLicenseExpression(configured);
    if (problem === undefined && references.length === 0)
      return { license: { declared: configured, concluded: configured }, warnings: [] };
    const what = problem ?? `names ${references.join(", ")}, whose text no document holds`;
    return { license: NO_LICENSE, warnings: [`product.license of the config ${what}: the SBOM names none`] };
  }
  const found = await findLicense(root, (name) => isCommitted(join(root, name)));
  if (found.ok) return { license: { declared: found.expression, concluded: NOASSERTION }, warnings: [] };
  return {
    license: NO_LICENSE,
    warnings: [`the source tree ${found.reason}: name it as product.license in the config`],
  };
}

async function moduleLicense(
  { kind, path: folder }: ModuleFolder,
  module: GoModule,
  isCommitted: (path: string) => boolean,
): Promise<FoundLicense> {
  const used = module.replacedBy ?? module;
  // The vendor folder keeps what stands in for a module under the name of the module.
  const path = kind === "vendor" ? module.path : used.path;
  if (!GO_MODULE_PATH.test(path) || used.version === "") {
    return { ok: false, reason: "is a folder of the source tree" };
  }
  if (kind === "cache") {
    return await findLicense(
      join(folder, ...`${escapedForCache(path)}@${escapedForCache(used.version)}`.split("/")),
    );
  }
  const vendored = join(folder, ...path.split("/"));
  return await findLicense(vendored, (name) => isCommitted(join(vendored, name)));
}

function stated(found: FoundLicense | undefined, concluded: string | undefined): StatedLicense {
  return {
    declared: found?.ok === true ? found.expression : NOASSERTION,
    concluded: concluded ?? NOASSERTION,
  };
}

function warningOf(key: string, found: FoundLicense, { licenses }: SbomConfig): readonly string[] {
  const path = key.replace(/@[^@]*$/, "");
  const concluded = licenses[path];
  if (!found.ok) {
    return concluded === undefined
      ? [`${key} ${found.reason}: look it up, and name it under sbom.licenses in the config`]
      : [];
  }
  return concluded === undefined || concluded === found.expression
    ? []
    : [`${key} declares ${found.expression}, and sbom.licenses in the config concludes ${concluded}`];
}
