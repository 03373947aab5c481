import { join } from "node:path";
import { closestTo } from "../formats/suggestion.ts";
import { folderNames, readInput } from "../io/files.ts";
import { Failure } from "../model/failure.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";

const SUFFIX = ".schema.json";

/** Names of the JSON Schemas in `folder`, for example `report-1`. */
export async function schemaNames(folder: string): Promise<readonly string[]> {
  const files = await folderNames(folder);
  return files.flatMap((file) => (file.endsWith(SUFFIX) ? [file.slice(0, -SUFFIX.length)] : []));
}

/** The text of one schema; `report` means its newest version. Throws Failure "usage" for an unknown name. */
export async function readSchema(folder: string, name: string): Promise<string> {
  const names = await schemaNames(folder);
  const newest = names.filter((known) => withoutVersion(known) === name).at(-1);
  const chosen = names.includes(name) ? name : newest;
  if (chosen === undefined) {
    const meant = closestTo(name, [...names.map(withoutVersion), ...names]);
    throw new Failure("usage", `there is no schema ${name}`, {
      hint: meant === undefined ? "all names: cavra schema" : `did you mean: cavra schema ${meant}`,
    });
  }
  const bytes = await readInput(join(folder, `${chosen}${SUFFIX}`), MAX_DOCUMENT_BYTES);
  return Buffer.from(bytes).toString("utf8");
}

function withoutVersion(name: string): string {
  return name.replace(/-[0-9]+$/, "");
}
