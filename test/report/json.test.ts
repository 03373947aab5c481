import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure, type FailureCode } from "../../src/model/failure.ts";
import { errorDocument } from "../../src/report/error.ts";
import { renderJson } from "../../src/report/json.ts";
import { SAMPLE_REPORTS } from "../support/sample-reports.ts";

type Schema = Readonly<Record<string, unknown>>;

function readSchema(name: string): Schema {
  const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), "utf8");
  return JSON.parse(text) as Schema;
}

/** The schema as published is open for members of later versions; what this version writes must all be in it. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.entries(schema).map(([name, member]) => [name, closed(member)] as const);
  const isObject = "properties" in schema && "type" in schema;
  return { ...Object.fromEntries(members), ...(isObject ? { additionalProperties: false } : {}) };
}

function problemsOf(schema: unknown, document: unknown): unknown {
  const validate = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
  }).compile(schema as Schema);
  return validate(document) ? [] : validate.errors;
}

describe("renderJson", () => {
  it.each(Object.entries(SAMPLE_REPORTS))(
    "%s is a document of the published schema",
    async (name, report) => {
      const text = renderJson(report);
      expect(problemsOf(closed(readSchema("report-1")), JSON.parse(text))).toEqual([]);
      await expect(text).toMatchFileSnapshot(`golden/${name}.json`);
    },
  );

  it("loses nothing: what is parsed renders to the same bytes, whatever the order of members", () => {
    for (const report of Object.values(SAMPLE_REPORTS)) {
      const text = renderJson(report);
      const parsed = JSON.parse(text) as object;
      expect(renderJson(parsed)).toBe(text);
      expect(renderJson(Object.fromEntries(Object.entries(report).toReversed()))).toBe(text);
      expect(parsed).toEqual(report);
    }
  });

  it("writes ASCII only, sorted, with one newline at the end, for any text", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean())),
        (document) => {
          const text = renderJson({ ...document });
          expect(text).toMatch(/^[\n\u0020-\u007f]*\n$/);
          expect(text).not.toMatch(/\n\n$/);
          expect(JSON.parse(text)).toEqual({ ...document });
        },
      ),
    );
  });

  it("leaves out undefined members and refuses what JSON has no place for", () => {
    expect(renderJson({ a: undefined, b: null })).toBe('{\n  "b": null\n}\n');
    expect(() => renderJson({ a: 1.5 })).toThrow(RangeError);
    expect(() => renderJson({ a: () => 1 })).toThrow(TypeError);
  });

  it("rejects a report whose exit code does not belong to its word", () => {
    const report = {
      ...SAMPLE_REPORTS["fail"],
      verdict: { word: "FAIL", exitCode: 0, reason: "", qualifier: null },
    };
    expect(problemsOf(readSchema("report-1"), report)).not.toEqual([]);
  });
});

describe("errorDocument", () => {
  const codes: readonly FailureCode[] = [
    "usage",
    "config",
    "toolchain",
    "build",
    "source",
    "input",
    "output",
    "refused",
    "interrupted",
    "internal",
  ];

  it.each(codes)("of a failure %s is a document of the published schema", (code) => {
    const bare = errorDocument(new Failure(code, "it did not work"), "1.0.0");
    const full = errorDocument(
      new Failure(code, "it did not work", { at: "a", expected: "b", found: "c", hint: "d", output: "e" }),
      "1.0.0",
      "/tmp/report.txt",
    );
    for (const document of [bare, full]) {
      const parsed: unknown = JSON.parse(renderJson(document));
      expect(problemsOf(closed(readSchema("error-1")), parsed)).toEqual([]);
    }
  });
});
