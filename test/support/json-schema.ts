import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";

/** Everything in which a document is not as `schemas/<name>.schema.json` says; empty for a valid one. */
export function schemaProblems(name: string, document: unknown): string {
  const path = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")) as object);
  return validate(document) ? "" : ajv.errorsText(validate.errors);
}
