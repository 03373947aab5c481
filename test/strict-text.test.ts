import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const sources = ["src", "commands", "bin"].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(room, path)),
);

/** Code without comments: what is only spoken of is not done. */
function codeOf(path: string): string {
  return readFileSync(join(root, path), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, "");
}

function placesOf(pattern: RegExp): readonly string[] {
  return sources.filter((path) => pattern.test(codeOf(path))).toSorted();
}

it("sees the whole product", () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(placesOf(/\bparseJson\(/)).toContain("src/formats/json.ts");
});

/** Reads with JSON.parse what must then give the same text when it is written again; see test/formats/canonical-json.test.ts. */
const CANONICAL_READER = "src/formats/canonical-json.ts";

it("reads JSON with the strict reader alone, and canonical JSON against its own writing", () => {
  expect(placesOf(/JSON\s*(?:\?\.|\.)\s*parse|\bJSON\s*\[|\.json\(\)/)).toEqual([CANONICAL_READER]);
  expect(placesOf(/from "[^"]*\.json"|require\(/)).toEqual([]);
});

it("decodes text of strangers with the strict decoder alone", () => {
  expect(placesOf(/TextDecoder/)).toEqual(["src/formats/utf8.ts"]);
  // Where decoding may replace what it does not understand, and why that decides nothing.
  const lenient: Readonly<Record<string, string>> = {
    "src/compare/rebuild/json-difference.ts": "our own bytes",
    "src/flows/import-key.ts": "key files are ASCII: a replaced character is refused",
    "src/flows/sigstore-roots.ts": "our own bytes",
    "src/flows/keys.ts": "PEM keys are ASCII: a replaced character is refused",
    "src/flows/public-forms.ts": "PEM and OpenSSH keys are ASCII: a replaced character is refused",
    "src/flows/key-signer.ts": "PEM keys are ASCII: a replaced character is refused",
    "src/flows/schemas.ts": "the schemas are our own files",
    "src/io/process.ts": "output of tools, shown to people",
    "src/make/config/detect-project.ts": "a guess for a starter config, which a person reads",
    "src/report/json.ts": "our own bytes",
  };
  expect(placesOf(/\.toString\(\s*"utf-?8"\s*\)/)).toEqual(Object.keys(lenient).toSorted());
});

it("builds no object whose members could reach a prototype", () => {
  expect(placesOf(/\.__proto__\b|\.constructor\s*\[/)).toEqual([]);
  expect(placesOf(/setPrototypeOf\((?!\w+, null\))/)).toEqual([]);
  expect(placesOf(/setPrototypeOf/)).toEqual([CANONICAL_READER]);
});
