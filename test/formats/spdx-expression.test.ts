import { describe, expect, it } from "vitest";
import { readLicenseExpression } from "../../src/formats/spdx-expression.ts";

describe("readLicenseExpression", () => {
  it.each([
    "MIT",
    "mit",
    "GPL-2.0",
    "GPL-2.0+",
    "GPL-2.0-or-later WITH Classpath-exception-2.0",
    "(MIT OR Apache-2.0) AND BSD-3-Clause",
    "MIT and (Apache-2.0 or ISC)",
    "LicenseRef-1 AND DocumentRef-other:LicenseRef-2",
  ])("accepts %s", (text) => {
    expect(readLicenseExpression(text).problem).toBeUndefined();
  });

  it.each([
    ["", "is empty"],
    ["MIT OR", "ends where a licence was expected"],
    ["MIT Apache-2.0", 'has "Apache-2.0" where AND, OR or the end was expected'],
    ["(MIT", "has a bracket without its end"],
    ["MIT)", 'has ")" where AND, OR or the end was expected'],
    ["Apache 2.0", 'has "Apache", which is no licence of the SPDX list and no LicenseRef-'],
    ["MIT Or ISC", 'has "Or" where AND, OR or the end was expected'],
    ["MIT WITH MIT", 'has "MIT", which is no exception of the SPDX list'],
    ["LicenseRef-a_b", 'has "LicenseRef-a_b", which is no licence of the SPDX list and no LicenseRef-'],
    [`${"(".repeat(40)}MIT${")".repeat(40)}`, "is nested deeper than 32"],
    ["MIT ".repeat(2000), "is longer than 4096 characters"],
  ])("refuses %s", (text, problem) => {
    expect(readLicenseExpression(text).problem).toBe(problem);
  });

  it("lists the references of this document", () => {
    const { references } = readLicenseExpression(
      "LicenseRef-b OR LicenseRef-a OR DocumentRef-x:LicenseRef-c",
    );
    expect(references).toEqual(["LicenseRef-b", "LicenseRef-a"]);
  });
});
