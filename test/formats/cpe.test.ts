import { describe, expect, it } from "vitest";
import { isCpe22, isCpe23 } from "../../src/formats/cpe.ts";

describe("CPE names", () => {
  it.each([
    "cpe:2.3:a:golang:go:1.26.8:-:*:*:*:*:*:*",
    String.raw`cpe:2.3:a:foo\\bar:big\$money_2010:*:*:*:*:special:ipod_touch:80gb:*`,
    "cpe:2.3:o:vendor:product:1.0:update:*:en-us:*:*:*:*",
  ])("2.3: accepts %s", (text) => {
    expect(isCpe23(text)).toBe(true);
  });

  it.each([
    "cpe:2.3:a:golang:go:1.26.8",
    "cpe:2.3:x:golang:go:1.26.8:-:*:*:*:*:*:*",
    "cpe:2.3:a:go lang:go:1.26.8:-:*:*:*:*:*:*",
    "cpe:2.3:a:golang:go:1.26.8:-:*:*:*:*:*:*:*",
    "cpe:2.3:a::go:1.26.8:-:*:*:*:*:*:*",
    `cpe:2.3:a:${"a".repeat(2000)}:go:1:-:*:*:*:*:*:*`,
  ])("2.3: refuses %s", (text) => {
    expect(isCpe23(text)).toBe(false);
  });

  it("2.2: knows the URI form", () => {
    expect(isCpe22("cpe:/a:golang:go:1.26.8")).toBe(true);
    expect(isCpe22("cpe:/x:golang")).toBe(false);
    expect(isCpe22("cpe:2.3:a:golang:go:1.26.8:-:*:*:*:*:*:*")).toBe(false);
  });
});
