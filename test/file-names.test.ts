import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./support/source-graph.ts";

it("names say what a file holds", () => {
  const vague = /(?:^|[-/])(?:utils?|helpers?|common|managers?|misc|shared)(?:[-./]|$)/;
  const files = ["src", "commands", "bin", "scripts", "test"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.[jt]s$/.test(name),
    ),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((name) => vague.test(name))).toEqual([]);
  const code = files.filter((name) => !name.includes("golden"));
  expect(code.filter((name) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.(?:test|d))?\.[jt]s$/.test(name))).toEqual(
    [],
  );
});
