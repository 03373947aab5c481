import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { declaredByText, licenseTextDigest } from "../../src/formats/license-text.ts";
import { LICENSE_TEXTS } from "../../src/formats/license-texts.ts";
import { readLicenseExpression } from "../../src/formats/spdx-expression.ts";
import { ROOT } from "../support/source-graph.ts";

const MIT = `MIT License

Copyright (c) 2020 Jane Doe <jane@example.com>

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
const COMMON = "/usr/share/common-licenses";

describe("the licence that a text declares", () => {
  it.each([
    ["as it is", MIT],
    ["with Windows line ends", MIT.replaceAll("\n", "\r\n")],
    ["wrapped at another column", MIT.replaceAll(/(?<=[a-z,])\n(?=[a-z])/g, " ")],
    ["with typographic quotes", MIT.replaceAll('"', "”")],
    ["with another title", MIT.replace("MIT License", "(The MIT License)")],
    ["without a title", MIT.replace("MIT License\n", "")],
    [
      "with several notices",
      MIT.replace("\nPerm", "Copyright 2021 The Foo Authors.\nAll rights reserved.\n\nPerm"),
    ],
    ["with British spelling and a hyphen", MIT.replace("NONINF", "NON-INF")],
  ])("is MIT: %s", (_, text) => {
    expect(declaredByText(text)).toBe("MIT");
  });

  it.each([
    ["a word is missing", MIT.replace("sublicense, ", "")],
    ["a term is added", `${MIT}\nThe Software shall be used for Good, not Evil.\n`],
    ["a term hides in the notice", MIT.replace("Jane Doe", "Jane Doe. May not be used by competitors.")],
    ["the title says more", MIT.replace("MIT License", "MIT License with Commons Clause")],
    ["another licence follows", `${MIT}\n${MIT}`],
    ["it is empty", ""],
  ])("is none when %s", (_, text) => {
    expect(declaredByText(text)).toBeUndefined();
  });

  it.each([
    ["// SPDX-License-Identifier: Apache-2.0 OR MIT\n", "Apache-2.0 OR MIT"],
    ["SPDX-License-Identifier: GPL-3.0-or-later\r\n", "GPL-3.0-or-later"],
    ["SPDX-License-Identifier: MIT\n---\nSPDX-License-Identifier: MIT\n", "MIT"],
    ["SPDX-License-Identifier: MIT\nSPDX-License-Identifier: ISC\n", undefined],
    ["SPDX-License-Identifier: my own\n", undefined],
  ])("is that of the tag in %j", (text, expected) => {
    expect(declaredByText(text)).toBe(expected);
  });

  it("is what Debian says it is", ({ skip }) => {
    if (!existsSync(COMMON)) skip(`no ${COMMON}`);
    const names = [
      ["Apache-2.0", "Apache-2.0"],
      ["BSD", "BSD-3-Clause"],
      ["GPL-2", "GPL-2.0-only"],
      ["GPL-3", "GPL-3.0-only"],
      ["LGPL-2.1", "LGPL-2.1-only"],
      ["LGPL-3", "LGPL-3.0-only"],
      ["MPL-2.0", "MPL-2.0"],
    ] as const;
    for (const [name, id] of names) {
      const path = join(COMMON, name);
      if (existsSync(path)) expect(declaredByText(readFileSync(path, "utf8")), name).toBe(id);
    }
  });

  it("is what the packages that we use say of themselves", () => {
    const said = installedLicenses(join(ROOT, "node_modules"));
    const found = said.flatMap(({ name, text, license }) => {
      const read = declaredByText(text);
      return read === undefined ? [] : [`${name} ${read}${read === license ? "" : `, not ${license}`}`];
    });
    // Their metadata are wrong, or offer one licence more than the file.
    const known = ["redact MIT, not ISC", "type-fest MIT, not (MIT OR CC0-1.0)"];
    expect(found.filter((line) => line.includes(", not ") && !known.includes(line))).toEqual([]);
    expect(found.length).toBeGreaterThan(said.length * 0.8);
  });
});

describe("the table of licence texts", () => {
  it("names licences of the SPDX list, by digests", () => {
    for (const [digest, id] of LICENSE_TEXTS) {
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(readLicenseExpression(id).problem, id).toBeUndefined();
    }
    expect(LICENSE_TEXTS.size).toBeGreaterThan(60);
    expect(LICENSE_TEXTS.has(licenseTextDigest(""))).toBe(false);
  });
});

interface InstalledLicense {
  readonly name: string;
  readonly license: string;
  readonly text: string;
}

function installedLicenses(folder: string): readonly InstalledLicense[] {
  return readdirSync(folder).flatMap((name) => {
    const inside = join(folder, name);
    if (name.startsWith("@")) return installedLicenses(inside);
    if (!existsSync(join(inside, "package.json"))) return [];
    const { license = "" } = JSON.parse(readFileSync(join(inside, "package.json"), "utf8")) as {
      license?: string;
    };
    return readdirSync(inside)
      .filter((file) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(file))
      .map((file) => ({ name, license, text: readFileSync(join(inside, file), "utf8") }));
  });
}
