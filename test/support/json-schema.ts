import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";

/** Everything in which a document is not as `schemas/<name>.schema.json` says; empty for a valid one. */
export function schemaProblems(name: string, document: unknown): string {
  const path = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")) as object);
  return validate(document) ? "" : ajv.errorsText(validate.errors);
}

/**
 * As schemaProblems, but a member that the schema does not know is a problem too: published schemas are open for the
 * members of later versions, and what this version writes must all be in them.
 */
export function closedSchemaProblems(name: string, document: unknown): string {
  const path = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  const validate = ajv.compile(closed(JSON.parse(readFileSync(path, "utf8"))) as object);
  return validate(document) ? "" : ajv.errorsText(validate.errors);
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.entries(schema).map(([name, member]) => [name, closed(member)] as const);
  const isObject = "properties" in schema && "type" in schema;
  return { ...Object.fromEntries(members), ...(isObject ? { additionalProperties: false } : {}) };
}
