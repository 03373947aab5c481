import { join } from "node:path";
import { sha256Hex } from "../../crypto/digest.ts";
import { dirHash } from "../../formats/dir-hash.ts";
import { isFolder, readInput } from "../../io/files.ts";
import { hashFolder } from "../../io/folder-hash.ts";
import { Failure } from "../../model/failure.ts";
import { MAX_DOCUMENT_BYTES } from "../../model/limits.ts";

/** The file beside them that names the release. */
const VERSION_FILE = "VERSION";
/** What the compiler, the linker and the standard library are made of; the second since Go 1.24. */
const SOURCE_FOLDERS = ["src", "lib/fips140"] as const;

/** Written by cmd/dist when Go is built, from settings of the host; each of them is also stated in every recipe. */
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
  const version = await readInput(join(goroot, VERSION_FILE), MAX_DOCUMENT_BYTES);
  const files = [{ path: VERSION_FILE, sha256: sha256Hex(version) }];
  for (const folder of SOURCE_FOLDERS) {
    if (await isFolder(join(goroot, folder))) files.push(...(await hashFolder(goroot, folder, isSource)));
  }
  const digest = dirHash(files);
  if (digest === undefined)
    throw new Failure("input", `${goroot} holds a name with a line feed`, { at: goroot });
  return digest;
}

function isSource(name: string, kind: "file" | "folder"): boolean {
  if (/^[._]/.test(name)) return false;
  return kind === "folder" ? name !== "testdata" : !name.endsWith("_test.go") && !WRITTEN_BY_DIST.has(name);
}
