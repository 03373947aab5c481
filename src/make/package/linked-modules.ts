import type { GoModule } from "../../model/binary.ts";
import type { GoModules, LinkedModule } from "../../model/documents.ts";
import { Failure } from "../../model/failure.ts";
import { headerFrom, type PackageFile, type PackageInput } from "./package-input.ts";

type Linked = Omit<LinkedModule, "targets">;

/** The modules that the linker recorded in one binary; where a replace directive acts, the replacement. */
export function linkedModulesOf(file: PackageFile, goSum: PackageInput["goSum"]): readonly Linked[] {
  return (file.binary?.go?.modules ?? []).map((module) => linked(module, goSum));
}

export function moduleKey(module: { readonly path: string; readonly version: string }): string {
  return module.version === "" ? module.path : `${module.path}@${module.version}`;
}

/** go-modules.json, or undefined when no binary has Go build info. Throws Failure "build" when two binaries disagree on a module. */
export function goModulesOf(input: PackageInput): GoModules | undefined {
  const binaries = input.files.filter((file) => file.binary?.go !== undefined);
  if (binaries.length === 0) return undefined;
  return { ...headerFrom(input), modules: unionOf(binaries, input.goSum) };
}

/** Every module that any of the files links, each once. */
export function unionOf(
  files: readonly PackageFile[],
  goSum: PackageInput["goSum"],
): readonly LinkedModule[] {
  const modules = new Map<string, LinkedModule>();
  for (const file of files) {
    const targets = file.target === null ? [] : [file.target];
    for (const module of linkedModulesOf(file, goSum)) {
      const known = modules.get(moduleKey(module));
      if (known !== undefined) demandSame(known, module, file.path);
      modules.set(moduleKey(module), {
        ...module,
        sum: module.sum === "" ? (known?.sum ?? "") : module.sum,
        replaces: known === undefined ? module.replaces : known.replaces,
        targets: [...new Set([...(known?.targets ?? []), ...targets])].sort(),
      });
    }
  }
  return [...modules.values()];
}

function linked(module: GoModule, goSum: PackageInput["goSum"]): Linked {
  const { replacedBy } = module;
  const { path, version, sum } = replacedBy ?? module;
  return {
    path,
    version,
    sum: sum === "" ? (goSum(path, version) ?? "") : sum,
    replaces: replacedBy === undefined ? null : moduleKey(module),
  };
}

/** A vendored build records no sum, and what stands in for a module in one program may be itself in another. */
function demandSame(known: Linked, found: Linked, at: string): void {
  if (known.sum === found.sum || known.sum === "" || found.sum === "") return;
  throw new Failure("build", "two binaries link the same module version with different contents", {
    at,
    expected: `${moduleKey(known)} ${known.sum}`,
    found: `${moduleKey(found)} ${found.sum}`,
    hint: "go mod verify",
  });
}
