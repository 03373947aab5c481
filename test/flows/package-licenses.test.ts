import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageLicenses, type PackageLicenses } from "../../src/flows/package-licenses.ts";
import type { ModuleFolder } from "../../src/make/build/build-recipe.ts";
import type { SbomConfig } from "../../src/make/config/release-config.ts";
import { loadConfig, SMALL_CONFIG } from "../support/config-samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const ISC = `Copyright (c) 2019, Acme

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
`;
const MODULE = { path: "github.com/Acme/Lib", version: "v1.2.3", sum: "" };
const CACHED = "github.com/!acme/!lib@v1.2.3";
const NO_CONFIG: SbomConfig = { contact: null, licenses: {} };
const folder = scratchFolder();
let caseCount = 0;

interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly uncommitted?: readonly string[];
  readonly license?: string | null;
  readonly config?: SbomConfig;
  readonly kind?: ModuleFolder["kind"];
  readonly module?: Parameters<typeof packageLicenses>[2][number]["modules"][number];
}

async function licensesOf(given: Given): Promise<PackageLicenses> {
  const { files = {}, uncommitted = [], license = "MIT", config = NO_CONFIG, kind = "cache" } = given;
  caseCount += 1;
  const root = join(folder, String(caseCount));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const committed = Object.keys(files).filter((path) => !uncommitted.includes(path));
  const { product } = loadConfig(SMALL_CONFIG);
  const plan = {
    product: { ...product, license },
    source: { ...SOURCE, root, committedFiles: new Map(committed.map((path) => [path, "100644"])) },
  };
  const linked = { folder: { kind, path: join(root, kind) }, modules: [given.module ?? MODULE] };
  return await packageLicenses(plan, config, [linked]);
}

const SOURCE = {
  pathInCheckout: ".",
  repository: "https://example.com/acme",
  commit: "0".repeat(40),
  tree: "0".repeat(40),
  ref: "HEAD",
  tag: null,
  epoch: 0,
  dirtyFiles: [],
  dirtyCount: 0,
};

describe("the licence of a module", () => {
  it("is the text in the module cache, under its escaped name", async () => {
    const { moduleLicense, warnings } = await licensesOf({ files: { [`cache/${CACHED}/LICENSE`]: ISC } });
    expect(moduleLicense("github.com/Acme/Lib", "v1.2.3")).toEqual({
      declared: "ISC",
      concluded: "NOASSERTION",
    });
    expect(moduleLicense("github.com/Acme/Lib", "v1.2.4").declared).toBe("NOASSERTION");
    expect(warnings).toEqual([]);
  });

  it("is the committed text in the vendor folder, where a replacement lies under the name of what it replaces", async () => {
    const module = { ...MODULE, replacedBy: { path: "example.com/fork", version: "v0.1.0", sum: "" } };
    const files = { "vendor/github.com/Acme/Lib/LICENCE.txt": ISC };
    const found = await licensesOf({ files, kind: "vendor", module });
    expect(found.moduleLicense("example.com/fork", "v0.1.0").declared).toBe("ISC");
    const ignored = await licensesOf({ files, uncommitted: Object.keys(files), kind: "vendor", module });
    expect(ignored.moduleLicense("example.com/fork", "v0.1.0").declared).toBe("NOASSERTION");
  });

  it.each([
    [
      "two texts",
      { LICENSE: ISC, "LICENSE-APACHE": "SPDX-License-Identifier: Apache-2.0" },
      "Apache-2.0 AND ISC",
    ],
    [
      "a choice and a text",
      { COPYING: ISC, UNLICENSE: "SPDX-License-Identifier: MIT OR 0BSD" },
      "ISC AND (MIT OR 0BSD)",
    ],
    ["one text twice", { LICENSE: ISC, "license.md": ISC }, "ISC"],
    ["code that is called so", { LICENSE: ISC, "license_test.go": "package lib" }, "ISC"],
  ])("holds all that lies there: %s", async (_, texts, expected) => {
    const files = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [`cache/${CACHED}/${name}`, text]),
    );
    const { moduleLicense } = await licensesOf({ files });
    expect(moduleLicense(MODULE.path, MODULE.version).declared).toBe(expected);
  });

  it.each([
    ["no file", { "README.md": ISC }, "github.com/Acme/Lib@v1.2.3 has no licence file: "],
    [
      "an unknown text",
      { LICENSE: `${ISC}\nNot for banks.\n` },
      "has a LICENSE that is no licence text known word for word: ",
    ],
    ["one unknown text of two", { LICENSE: ISC, COPYING: "mine" }, "has a COPYING that is no licence text"],
    ["a folder", { "LICENSE/ISC.txt": ISC }, "has a LICENSE that is no licence text"],
    [
      "a file of a megabyte",
      { LICENSE: ISC + " ".repeat(1024 * 1024) },
      "has a LICENSE that is no licence text",
    ],
  ])("is not guessed, and the way to say it is named: %s", async (_, texts, words) => {
    const files = Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [`cache/${CACHED}/${name}`, text]),
    );
    const { moduleLicense, warnings } = await licensesOf({ files });
    expect(moduleLicense(MODULE.path, MODULE.version).declared).toBe("NOASSERTION");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(words);
    expect(warnings[0]).toContain("name it under sbom.licenses in the config");
  });

  it("is concluded by people, in the config", async () => {
    const config = { contact: null, licenses: { [MODULE.path]: "MIT" } };
    const alone = await licensesOf({ config });
    expect(alone.moduleLicense(MODULE.path, "v1.2.3")).toEqual({ declared: "NOASSERTION", concluded: "MIT" });
    expect(alone.warnings).toEqual([]);
    const beside = await licensesOf({ config, files: { [`cache/${CACHED}/LICENSE`]: ISC } });
    expect(beside.moduleLicense(MODULE.path, "v1.2.3")).toEqual({ declared: "ISC", concluded: "MIT" });
    expect(beside.warnings).toEqual([
      "github.com/Acme/Lib@v1.2.3 declares ISC, and sbom.licenses in the config concludes MIT",
    ]);
  });

  it("is not looked for outside the folder of modules", async () => {
    const module = { path: "../../secret", version: "v1.0.0", sum: "" };
    const { moduleLicense } = await licensesOf({ module, files: { "secret@v1.0.0/LICENSE": ISC } });
    expect(moduleLicense(module.path, module.version).declared).toBe("NOASSERTION");
  });
});

describe("the licence of the product", () => {
  it("is what the config says, declared and concluded", async () => {
    const { license } = await licensesOf({ license: "Apache-2.0 OR MIT" });
    expect(license).toEqual({ declared: "Apache-2.0 OR MIT", concluded: "Apache-2.0 OR MIT" });
  });

  it("is else what the committed licence file of the source says", async () => {
    const files = { LICENSE: ISC, [`cache/${CACHED}/LICENSE`]: ISC };
    const found = await licensesOf({ license: null, files });
    expect(found).toMatchObject({ license: { declared: "ISC", concluded: "NOASSERTION" }, warnings: [] });
    const ignored = await licensesOf({ license: null, files, uncommitted: ["LICENSE"] });
    expect(ignored.license.declared).toBe("NOASSERTION");
    expect(ignored.warnings).toEqual([
      "the source tree has no licence file: name it as product.license in the config",
    ]);
  });

  it.each([
    ["LicenseRef-Acme", "names LicenseRef-Acme, whose text no document holds"],
    ["Acme's own", "which is no licence of the SPDX list"],
  ])("is not stated when readers could not make sense of it: %s", async (license, words) => {
    const { license: said, warnings } = await licensesOf({ license });
    expect(said.declared).toBe("NOASSERTION");
    expect(warnings[0]).toContain(words);
  });
});
