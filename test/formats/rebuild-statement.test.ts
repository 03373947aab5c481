import { expect, it } from "vitest";
import { canonicalJson } from "../../src/formats/canonical-json.ts";
import {
  parseRebuildStatement,
  rebuildFileKey,
  rebuildFileName,
  writeRebuildStatement,
} from "../../src/formats/rebuild-statement.ts";
import { mutationsOf } from "../support/sweep.ts";
import { rebuildOf } from "../support/rebuilders.ts";
import { testStatement } from "../support/statement.ts";

const STATEMENT = rebuildOf(testStatement());

it("is read as it was written, and refused with any member removed, retyped, added or repeated", () => {
  const bytes = writeRebuildStatement(STATEMENT);
  expect(parseRebuildStatement("a", bytes)).toEqual({ ok: true, at: "a", value: STATEMENT });
  const accepted = mutationsOf(bytes, { encode: canonicalJson }).filter(
    (mutation) => parseRebuildStatement("a", mutation.bytes).ok,
  );
  expect(accepted.map(({ title }) => title)).toEqual([]);
});

it("has one name for each key", () => {
  const key = "0123456789abcdef";
  expect(rebuildFileKey(rebuildFileName(key))).toBe(key);
  for (const name of ["rebuild.dsse.json", "rebuild.0123.dsse.json", `rebuild.${key}.dsse.json.bak`])
    expect(rebuildFileKey(name)).toBeUndefined();
});
