import { join } from "node:path";
import { declaredByText, MAX_LICENSE_TEXT_BYTES } from "../../formats/license-text.ts";
import { decodeUtf8 } from "../../formats/utf8.ts";
import { namesIfPresent } from "../../io/artifact-files.ts";
import { readInput } from "../../io/files.ts";
import { Failure } from "../../model/failure.ts";

/** What the licence files of a folder declare, or why that is not known. */
export type FoundLicense =
  | { readonly ok: true; readonly expression: string }
  | { readonly ok: false; readonly reason: string };

/** Names under which licences lie, by habit: LICENSE, LICENCE.md, LICENSE-MIT, UNLICENSE, COPYING.LESSER. */
const LICENSE_FILE = /^(?:(?:un)?licen[cs]e|copying)(?:[._-](?!.*\.go$).*)?$/i;

/**
 * Reads the licence files in a folder, not below it. Where there are several, all of them are said to hold, since
 * nothing says that one may choose. `isTaken` may leave files out, by name.
 */
export async function findLicense(
  folder: string,
  isTaken: (name: string) => boolean = () => true,
): Promise<FoundLicense> {
  const names = (await namesIfPresent(folder)).filter((name) => LICENSE_FILE.test(name) && isTaken(name));
  if (names.length === 0) return { ok: false, reason: "has no licence file" };
  const expressions = new Set<string>();
  for (const name of names) {
    const expression = await declaredByFile(join(folder, name));
    if (expression === undefined)
      return { ok: false, reason: `has a ${name} that is no licence text known word for word` };
    expressions.add(expression);
  }
  return { ok: true, expression: joined([...expressions].sort()) };
}

async function declaredByFile(path: string): Promise<string | undefined> {
  try {
    const text = decodeUtf8(await readInput(path, MAX_LICENSE_TEXT_BYTES));
    return text === undefined ? undefined : declaredByText(text);
  } catch (error) {
    // A folder, or a file of megabytes: no licence text either.
    if (error instanceof Failure && error.code === "input") return undefined;
    throw error;
  }
}

function joined(expressions: readonly string[]): string {
  if (expressions.length === 1) return expressions[0] ?? "";
  return expressions.map((text) => (/\bOR\b/i.test(text) ? `(${text})` : text)).join(" AND ");
}
