/** What cavra uses of SARIF 2.1.0 (OASIS, sections 3.13 to 3.58), closed, and as strict as the standard. */
const text = { type: "string", minLength: 1 };
const message = object({ text }, ["text"]);
const level = { enum: ["none", "note", "warning", "error"] };
const uri = { type: "string", pattern: "^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+$" };

function object(properties: object, required: readonly string[]): object {
  return { type: "object", properties, required, additionalProperties: false };
}

function list(items: object, rest: object = {}): object {
  return { type: "array", items, ...rest };
}

const rule = object(
  {
    id: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: object({ level }, ["level"]),
    properties: object({ tags: list(text, { uniqueItems: true, maxItems: 20 }) }, ["tags"]),
  },
  ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
);

const location = object(
  {
    physicalLocation: object(
      {
        artifactLocation: object({ uri }, ["uri"]),
        region: object({ startLine: { type: "integer", minimum: 1 } }, ["startLine"]),
      },
      ["artifactLocation"],
    ),
    logicalLocations: list(object({ fullyQualifiedName: { type: "string" } }, ["fullyQualifiedName"])),
  },
  ["physicalLocation"],
);

const result = object(
  {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: 0 },
    level,
    message,
    locations: list(location, { minItems: 1 }),
    partialFingerprints: {
      type: "object",
      additionalProperties: { type: "string", pattern: "^[0-9a-f]{64}:[0-9]+$" },
      minProperties: 1,
    },
  },
  ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
);

const invocation = object(
  {
    executionSuccessful: { type: "boolean" },
    exitCode: { type: "integer" },
    exitCodeDescription: text,
    toolExecutionNotifications: list(object({ level, message }, ["level", "message"])),
  },
  ["executionSuccessful"],
);

const run = object(
  {
    tool: object(
      {
        driver: object({ name: text, semanticVersion: text, rules: list(rule, { uniqueItems: true }) }, [
          "name",
        ]),
      },
      ["driver"],
    ),
    automationDetails: object({ id: text }, ["id"]),
    columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
    invocations: list(invocation),
    results: list(result, { maxItems: 25_000 }),
    properties: { type: "object" },
  },
  ["tool", "results"],
);

export const SARIF_SUBSET: object = object(
  { $schema: uri, version: { const: "2.1.0" }, runs: list(run, { minItems: 1, maxItems: 20 }) },
  ["version", "runs"],
);
