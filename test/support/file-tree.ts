import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { sha256Hex } from "../../src/crypto/digest.ts";

/** Every file below a folder by its path: permission bits in octal, a blank, SHA-256. */
export function fileTree(root: string): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.toSorted().map((path) => {
      const mode = (statSync(path).mode & 0o777).toString(8);
      return [relative(root, path), `${mode} ${sha256Hex(readFileSync(path))}`];
    }),
  );
}
