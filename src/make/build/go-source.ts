import { join } from "node:path";
import { dirHash } from "../../formats/dir-hash.ts";
import { exists } from "../../io/files.ts";
import { hashFiles } from "../../io/hash-files.ts";
import { Failure } from "../../model/failure.ts";

/** What the compiler, the linker and the standard library are made of, and which release this is. */
const SOURCE = ["VERSION", "src"] as const;
/** Only since Go 1.24. */
const FROZEN_CRYPTOGRAPHY = "lib/fips140";

/** Written by cmd/dist when Go is built, from settings of the host. */
const WRITTEN_BY_DIST: ReadonlySet<string> = new Set([
  "zbootstrap.go",
  "zcgo.go",
  "zdefaultcc.go",
  "zversion.go",
]);

/**
 * The digest of a Go toolchain that is the same on every host: `dirHash` of its source, as docs/buildtype.md says. Left
 * out is what the go command ignores (`go help packages`), tests, and WRITTEN_BY_DIST. Throws Failure "input".
 */
export async function goSourceDigest(goroot: string): Promise<string> {
  const hasFrozen = await exists(join(goroot, FROZEN_CRYPTOGRAPHY));
  const digest = dirHash(hashFiles(goroot, hasFrozen ? [...SOURCE, FROZEN_CRYPTOGRAPHY] : SOURCE, isSource));
  if (digest !== undefined) return digest;
  throw new Failure("input", `${goroot} holds a name with a line feed`, { at: goroot });
}

function isSource(name: string, kind: "file" | "folder"): boolean {
  if (/^[._]/.test(name)) return false;
  return kind === "folder" ? name !== "testdata" : !name.endsWith("_test.go") && !WRITTEN_BY_DIST.has(name);
}
