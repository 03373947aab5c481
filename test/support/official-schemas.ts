import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../../../shared/data");
const OPTIONS = { strict: false, validateFormats: false } as const;
const validators = new Map<string, (document: unknown) => string>();

/** What the schema of a standard finds wrong, empty for nothing; undefined when the schemas are not beside the repository. */
export function officialSchemaProblems(name: string, document: unknown): string | undefined {
  const file = resolve(FOLDER, name);
  if (!existsSync(file)) return undefined;
  const validate = validators.get(name) ?? compile(file);
  validators.set(name, validate);
  return validate(document);
}

/** 2.3 and 2.3.1 carry the same `$id`, and a `$schema` that ajv knows under another spelling only. */
function compile(file: string): (document: unknown) => string {
  const {
    $schema,
    $id: _,
    ...schema
  } = JSON.parse(readFileSync(file, "utf8")) as { $schema: string; $id?: string };
  const ajv = $schema.includes("2020-12")
    ? new Ajv2020(OPTIONS)
    : $schema.includes("2019-09")
      ? new Ajv2019(OPTIONS)
      : new Ajv(OPTIONS);
  const validate = ajv.compile(schema);
  return (document) => (validate(document) ? "" : ajv.errorsText(validate.errors));
}
