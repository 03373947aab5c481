import { describe, expect, it } from "vitest";
import { parseOsv } from "../../src/formats/osv.ts";

const RECORD = {
  schema_version: "1.3.1",
  id: "GO-2023-2102",
  modified: "2024-05-20T16:03:47Z",
  aliases: ["CVE-2023-39325"],
  summary: "HTTP/2 rapid reset",
  affected: [
    {
      package: { name: "stdlib", ecosystem: "Go" },
      ranges: [
        {
          type: "SEMVER",
          events: [
            { introduced: "0" },
            { fixed: "1.20.10" },
            { introduced: "1.21.0-0" },
            { fixed: "1.21.3" },
            { introduced: "1.22.0" },
          ],
        },
        { type: "GIT", events: [{ introduced: "0" }] },
      ],
      ecosystem_specific: { imports: [{ path: "net/http", symbols: ["Serve"], goos: ["linux"] }] },
    },
    { package: { name: "left-pad", ecosystem: "npm" } },
  ],
};

function parse(change: object) {
  return parseOsv("x.json", Buffer.from(JSON.stringify({ ...RECORD, ...change })));
}

function withEvents(...events: readonly object[]) {
  const [affected] = RECORD.affected;
  return parse({ affected: [{ ...affected, ranges: [{ type: "SEMVER", events }] }] });
}

describe("parseOsv", () => {
  it("reads the Go part of a record", () => {
    expect(parse({})).toMatchObject({
      ok: true,
      value: {
        modified: "2024-05-20T16:03:47Z",
        isWithdrawn: false,
        vulnerability: {
          id: "GO-2023-2102",
          affected: [
            {
              module: "stdlib",
              ranges: [
                { introduced: "0", fixed: "1.20.10" },
                { introduced: "1.21.0-0", fixed: "1.21.3" },
                { introduced: "1.22.0", fixed: null },
              ],
              packages: [{ path: "net/http", symbols: ["Serve"], goos: ["linux"], goarch: [] }],
            },
          ],
        },
      },
    });
    expect(parse({ withdrawn: "2024-05-20T16:03:47Z" })).toMatchObject({ value: { isWithdrawn: true } });
  });

  it.each([
    ["no id", () => parse({ id: undefined }), "id is missing"],
    ["a range that closes first", () => withEvents({ fixed: "1.0.0" }), "closes a range that is not open"],
    [
      "a range that opens twice",
      () => withEvents({ introduced: "0" }, { introduced: "1.0.0" }),
      "opens a range that is open",
    ],
    [
      "an event of another ecosystem",
      () => withEvents({ introduced: "0" }, { last_affected: "1.0.0" }),
      "is of a kind that Go records do not have",
    ],
    ["a version with v", () => withEvents({ introduced: "v1.0.0" }), "must be a version without v"],
    ["no JSON", () => parseOsv("x.json", Buffer.from("{")), "expected a member name"],
  ])("refuses a record with %s", (_name, parsing, reason) => {
    const result = parsing();
    expect(result.ok ? "read" : result.reason).toContain(reason);
  });
});
