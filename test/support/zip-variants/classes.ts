import { createHash } from "node:crypto";
import { Random } from "../random.ts";
import { a1 } from "./a1-method.ts";
import { a2 } from "./a2-sizes.ts";
import { a3 } from "./a3-names.ts";
import { a4 } from "./a4-folders.ts";
import { a5 } from "./a5-encryption.ts";
import { b1, b2, b3, b4 } from "./b-names.ts";
import { bombClass } from "./bombs.ts";
import { c1 } from "./c1-records.ts";
import { c2 } from "./c2-end.ts";
import { c3, c4 } from "./c3-counts.ts";
import { c5 } from "./c5-zip64.ts";
import { deflateClass, mixtureClass, storedClass } from "./d-deflate.ts";
import {
  commentClass,
  diskClass,
  flagClass,
  kindClass,
  methodClass,
  timeClass,
  versionClass,
} from "./d-fields.ts";
import { sumClass } from "./d-sums.ts";
import { extraClass, gapClass, nestedClass, orderClass } from "./d-layout.ts";
import { lengthClass, platformClass, prefixClass, unicodeClass } from "./d-names.ts";
import type { Construct, VariantClass, Variant } from "./variant.ts";

/** The fourteen classes of ZipDiff, then what it does not cover. */
export const variantClasses: readonly VariantClass[] = [
  a1,
  a2,
  a3,
  a4,
  a5,
  b1,
  b2,
  b3,
  b4,
  c1,
  c2,
  c3,
  c4,
  c5,
  gapClass,
  lengthClass,
  platformClass,
  unicodeClass,
  prefixClass,
  orderClass,
  kindClass,
  versionClass,
  flagClass,
  methodClass,
  storedClass,
  mixtureClass,
  deflateClass,
  sumClass,
  timeClass,
  extraClass,
  commentClass,
  diskClass,
  nestedClass,
  bombClass,
];

/**
 * Every variant of a class. What differs only by name is left out. Contents follow from the class and the seed, so that
 * a run can be repeated and one class can change without the others.
 */
export function* variantsOf(family: VariantClass, seed = 1): Generator<Variant> {
  const seen = new Set<string>();
  for (const construct of family.constructs) {
    for (const variant of variantsBy(family, construct, seed)) {
      const digest = createHash("sha256").update(variant.bytes).digest("base64");
      if (seen.has(digest)) continue;
      seen.add(digest);
      yield variant;
    }
  }
}

/** The first variant of every construct: few enough for every run of the tests. */
export function seedsOf(family: VariantClass): readonly Variant[] {
  return family.constructs.flatMap((construct) => {
    const first = variantsBy(family, construct, 1).next();
    return first.done === true ? [] : [first.value];
  });
}

function* variantsBy(
  family: VariantClass,
  construct: Construct,
  seed: number,
): Generator<Variant, undefined> {
  const { kind = "hostile", readings } = construct;
  const random = new Random(seedOf(`${seed} ${family.id} ${construct.name}`));
  for (const [name, bytes] of construct.zips(random)) {
    yield { class: family.id, construct: construct.name, name, kind, readings, bytes };
  }
}

function seedOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32LE(0);
}
