import { describe, expect, it } from "vitest";
import type { PackageStage } from "../../../src/judge/stages.ts";
import { type DocumentName, withRelease } from "../../support/alter-release.ts";
import { problemsOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

type Path = readonly (string | number)[];

/** Members that, at least in one place, nothing else in a package could contradict. */
const FREE: Readonly<Record<DocumentName, readonly string[]>> = {
  checksums: [],
  manifest: [],
  // Everything that SPDX 3 says too is bound by the document in SPDX 3; the parser binds the namespace to all of it.
  sbom: ["namespace"],
  provenance: ["dependencies.uri"],
  installers: [
    "targets.installCommand",
    "targets.installMethod",
    "targets.installPath",
    "targets.verificationCommand",
  ],
  reproducibility: ["binaries.argv", "binaries.moduleDir", "binaries.rebuildCommand", "binaries.toolchain"],
  goModules: [],
  bootstrap: ["verificationCommands"],
};

/** Every leaf of a document, with list positions kept apart in the path and left out of the name. */
function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (value instanceof Map)
    return [...value.keys()].flatMap((key) => leaves(value.get(key), [...path, String(key)]));
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function altered(value: unknown, [head, ...rest]: Path): unknown {
  if (head === undefined) return other(value);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [key, key === head ? altered(item, rest) : item]));
  if (Array.isArray(value))
    return value.map((item, index) => (index === head ? altered(item, rest) : (item as unknown)));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [head]: altered(object[head], rest) };
}

function other(leaf: unknown): unknown {
  if (typeof leaf === "boolean") return !leaf;
  if (typeof leaf === "number") return leaf + 2;
  return typeof leaf === "string" ? `${leaf}x` : 1;
}

function unboundMembers(name: DocumentName): readonly string[] {
  const document = VALID_STAGE.release.documents[name];
  if (!document.ok) throw new Error(`the fixture's ${name} is broken`);
  const paths = leaves(document.value);
  expect(paths.length).toBeGreaterThan(5);
  const unbound = paths.filter((path) => problemsOf(withLeaf(name, path)).length === 0);
  return [
    ...new Set(unbound.map((path) => path.filter((part) => typeof part === "string").join("."))),
  ].sort();
}

function withLeaf(name: DocumentName, path: Path): PackageStage {
  const document = VALID_STAGE.release.documents[name];
  const changed = { ...document, value: altered(document.ok ? document.value : undefined, path) };
  return withRelease(VALID_STAGE, { documents: { ...VALID_STAGE.release.documents, [name]: changed } });
}

describe("every member of every document", () => {
  it.each(Object.keys(FREE) as DocumentName[])(
    "of %s agrees with something else, or is known to be free",
    (name) => {
      expect(unboundMembers(name)).toEqual(FREE[name].toSorted());
    },
  );
});
