import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packagedJson } from "../src/formats/canonical-json.ts";
import { parseEnvelope } from "../src/formats/dsse.ts";
import { parseJson, type JsonObject } from "../src/formats/json.ts";
import { ROOT } from "./root.ts";

const PAGE = "docs/buildtype.md";
const ENVELOPE = "dist-samples/cavra-go-runtime-v0.1.0.zip.sigs/provenance.dsse.json";
const EXAMPLE = /```json\n[^]*?```/;

/** docs/buildtype.md as it was written, with the provenance of a committed sample for its example. */
export function buildTypePage(): string {
  const page = readFileSync(join(ROOT, PAGE), "utf8");
  const blocks = page.match(new RegExp(EXAMPLE, "g")) ?? [];
  if (blocks.length !== 1) throw new Error(`${PAGE} must hold one example in JSON`);
  const text = Buffer.from(packagedJson(shortened(sampleProvenance()))).toString("utf8");
  return page.replace(EXAMPLE, () => `\`\`\`json\n${text}\`\`\``);
}

/** The statement that the sample's envelope signs. */
export function sampleProvenance(): JsonObject {
  const envelope = parseEnvelope(ENVELOPE, readFileSync(join(ROOT, ENVELOPE)));
  const statement = envelope.ok ? parseJson(ENVELOPE, envelope.value.payload) : envelope;
  if (!statement.ok) throw new Error(`${ENVELOPE} ${statement.reason}`);
  return statement.value as JsonObject;
}

/** The same with the first of its subjects alone. */
function shortened(statement: JsonObject): JsonObject {
  const { subject } = statement;
  return { ...statement, subject: Array.isArray(subject) ? subject.slice(0, 1) : [] };
}
