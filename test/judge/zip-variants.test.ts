import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readHostileData } from "../../scripts/interop/hostile-data.ts";
import { ourReading } from "../../scripts/interop/zip-readings.ts";
import { HOSTILE_CLASSES } from "../../src/formats/zip-classes.ts";
import { bombClass } from "../support/zip-variants/bombs.ts";
import { seedsOf, variantClasses, variantsOf } from "../support/zip-variants/classes.ts";
import type { Variant } from "../support/zip-variants/variant.ts";

// One variant of every construct; `npm run test:interop` judges all of them and asks other tools.

const data = readHostileData();
const seeds = variantClasses.flatMap((family) => seedsOf(family));

/** The findings of each profile; empty when it accepts. */
function findings({ bytes }: Variant): Record<"house" | "strict", readonly string[]> {
  const [house, strict] = [ourReading(bytes, "cavra-zip/1"), ourReading(bytes, "strict")];
  return { house: house.ok ? [] : house.findings, strict: strict.ok ? [] : strict.findings };
}

describe("a generated zip", () => {
  it.each(seeds.filter(({ kind }) => kind === "hostile"))("$class, $construct: is refused", (variant) => {
    const { house, strict } = findings(variant);
    expect(house).not.toEqual([]);
    expect(strict).not.toEqual([]);
  });

  it.each(seeds.filter(({ kind }) => kind === "foreign"))("$class, $construct: is not ours", (variant) => {
    expect(findings(variant).house).not.toEqual([]);
  });

  it.each(seeds.filter(({ kind }) => kind === "sound"))("$class, $construct: is accepted", (variant) => {
    expect(findings(variant)).toEqual({ house: [], strict: [] });
  });

  it("has the same bytes each time, and others with another seed", () => {
    const [family] = variantClasses;
    if (family === undefined) throw new Error("no classes");
    const bytes = (seed: number): string =>
      [...variantsOf(family, seed)].map((variant) => variant.bytes.toString("base64")).join(" ");
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(2)).not.toBe(bytes(1));
  });
});

describe("bombs", () => {
  const found = [...variantsOf(bombClass)].map((variant) => [variant.name, findings(variant).house[0]]);

  it("are refused by the limit that they break", () => {
    expect(Object.fromEntries(found)).toEqual({
      "full overlap (Fifield), 22 KB for 1 GB": "overlap",
      "quoted overlap (Fifield), 24 KB for 1 GB": "overlap",
      "full overlap, 10,000 files": "overlap",
      "22 KB that claim to be 1 GB": "ratio",
      "1 MB for one file of 1,025 MiB": "limit",
      "5 MB for five files of 1,000 MiB": "limit",
      "22 KB for 22 MB behind a size of 1 byte": "data-size",
      "65,535 files": "zip64",
      "as 42.zip is made": "name-character",
      "sixteen zips": undefined,
    });
  });
});

interface Named {
  readonly id: string;
  readonly constructs: readonly { readonly name: string }[];
}

function constructsOf({ id, constructs }: Named): string {
  return [id, ...constructs.map(({ name }) => name)].join("\n");
}

describe("docs/data/hostile-input.json", () => {
  const hint = "old: npm run test:interop -- --only hostile --write";

  it("knows every class and construct", () => {
    const recorded = data.classes.filter(({ id }) => id !== "damage").map(constructsOf);
    const generated = variantClasses.filter(({ isBomb }) => isBomb !== true).map(constructsOf);
    expect(recorded, hint).toEqual(generated);
  });

  // The largest class takes seconds to make; the long run compares it too.
  it.each(data.classes.filter(({ id, zips }) => id !== "damage" && zips < 1000))(
    "counts the zips of $id that are made today",
    ({ id, digest }) => {
      const family = variantClasses.find((one) => one.id === id);
      const hash = createHash("sha256");
      if (family === undefined) throw new Error(`no class ${id}`);
      for (const { bytes } of variantsOf(family)) hash.update(createHash("sha256").update(bytes).digest());
      expect(hash.digest("hex"), hint).toBe(digest);
    },
  );

  it.each(seeds.filter(({ class: id }) => id !== bombClass.id))(
    "counts the findings of $class, $construct",
    (variant) => {
      const { house, strict } = findings(variant);
      const family = data.classes.find(({ id }) => id === variant.class);
      const recorded = family?.constructs.find(({ name }) => name === variant.construct)?.findings ?? {};
      const expected = strict.length > 0 ? strict : house;
      expect(
        expected.filter((id) => !(id in recorded)),
        hint,
      ).toEqual([]);
    },
  );

  it("has made every finding of the classes that the grammar knows", () => {
    const bombs = data.bombs.map(({ finding }) => finding?.replace(/^container\./, "") ?? "");
    const classes = data.classes.flatMap(({ constructs }) =>
      constructs.flatMap((one) => Object.keys(one.findings)),
    );
    const made = new Set([...bombs, ...classes]);
    const known = HOSTILE_CLASSES.filter(({ refusedBy }) => refusedBy.length > 0).flatMap(
      ({ problems }) => problems,
    );
    expect([...new Set(known)].filter((id) => !made.has(id))).toEqual([]);
  });
});
