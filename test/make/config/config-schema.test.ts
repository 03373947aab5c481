import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadReleaseConfig } from "../../../src/make/config/load-config.ts";
import { FULL_CONFIG, SMALL_CONFIG } from "../../support/config-samples.ts";

const FIXTURE = new URL("../../../fixtures/cavra-runtime/cavra.release.yaml", import.meta.url);
const schema = JSON.parse(
  readFileSync(new URL("../../../schemas/release-1.schema.json", import.meta.url), "utf8"),
) as object;
const matchesSchema = new Ajv2020({ strict: true, strictRequired: false, allErrors: false }).compile(schema);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Places in a JSON value, each as a function that changes a copy of the whole at this place. */
function mutations(root: Json): ((value: Json | undefined) => Json)[] {
  const places: (readonly (string | number)[])[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      places.push([...path, key]);
      walk((value as { [key: string]: Json })[key] ?? null, [...path, key]);
    }
  };
  walk(root, []);
  return places.map((path) => (value) => {
    const copy = structuredClone(root);
    let parent = copy as { [key: string]: Json };
    for (const key of path.slice(0, -1)) parent = parent[key] as { [key: string]: Json };
    const last = path.at(-1) ?? "";
    if (value !== undefined) parent[last] = value;
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
    return copy;
  });
}

describe("schemas/release-1.schema.json", () => {
  const full = parse(FULL_CONFIG) as Json;

  it("accepts the samples", () => {
    for (const text of [SMALL_CONFIG, FULL_CONFIG, readFileSync(FIXTURE, "utf8")]) {
      expect(matchesSchema(parse(text)), JSON.stringify(matchesSchema.errors)).toBe(true);
    }
  });

  const values: readonly (Json | undefined)[] = [
    undefined, "", "x", "any", "a/b", "../x", "a//b", "$(version)", "x.zip", "-x", "a b", 1, true, null, [], ["x"],
    ["x", "x"], {}, { value: 1767225600 }, "x".repeat(1100),
  ]; // prettier-ignore

  it("accepts whatever loads: every place of the full config, with many values", () => {
    let loadedCount = 0;
    for (const mutate of mutations(full)) {
      for (const value of values) {
        const changedConfig = mutate(value);
        const loads = loadReleaseConfig(JSON.stringify(changedConfig), "cavra.release.json").ok;
        if (!loads) continue;
        loadedCount += 1;
        const text = JSON.stringify(changedConfig);
        expect(matchesSchema(changedConfig), `${text}: ${JSON.stringify(matchesSchema.errors)}`).toBe(true);
      }
    }
    expect(loadedCount).toBeGreaterThan(100);
  });

  it("refuses an unknown key wherever a map is closed, as the loader does", () => {
    const open = new Set(["env", "licenses", "tools", "targets"]);
    let places = 0;
    const walk = (value: Json, key: string, mutate: (changedValue: Json) => Json): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Array.isArray(value) && !open.has(key)) {
        const config = mutate({ ...value, unknownKey: "x" });
        expect([key, matchesSchema(config), loadReleaseConfig(JSON.stringify(config), "x.json").ok]).toEqual([
          key,
          false,
          false,
        ]);
        places += 1;
      }
      for (const [name, member] of Object.entries(value)) {
        walk(member, name, (inner) => {
          const copy = structuredClone(value) as { [key: string]: Json };
          copy[name] = inner;
          return mutate(copy);
        });
      }
    };
    walk(full, "", (config) => config);
    expect(places).toBeGreaterThan(15);
  });

  it.each([
    ["schema", 'cavra.release/1"', 'cavra.release/2"'],
    ["toolchain", '"go1.26.3"', '"go1.26"'],
    ["mode", '"0644"', '"0777"'],
    ["zip name", ".zip", ".tgz"],
    ["repository", "https://git", "http://git"],
    ["timeout", '"90s"', '"90"'],
    ["version source", '"tag"', '"tags"'],
    ["epoch before 1980", "1767225600", "1"],
    ["days", "365", "0"],
    ["source path", '"out/SHA256SUMS"', '"../SHA256SUMS"'],
  ])("refuses a bad %s, as the loader does", (_, from, to) => {
    const text = JSON.stringify(full);
    expect(text).toContain(from);
    const bad = text.replace(from, to);
    expect([matchesSchema(JSON.parse(bad)), loadReleaseConfig(bad, "x.json").ok]).toEqual([false, false]);
  });
});
