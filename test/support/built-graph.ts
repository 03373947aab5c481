import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./source-graph.ts";

const IMPORTS = [
  /^(?:import|export)\b[^;"]*?\bfrom "([^"]+)";$/gm,
  /^import "([^"]+)";$/gm,
  /\bimport\("([^"]+)"\)/g,
  /\b(?:__)?require\("([^"]+)"\)/g,
];

/** The modules outside of dist that a built file can load, at any distance, whenever. */
export function modulesOfBuilt(path: string): ReadonlySet<string> {
  const modules = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, name = ""] of IMPORTS.flatMap((form) => [...text.matchAll(form)])) {
      if (name.startsWith(".")) walk(join(dirname(file), name));
      else modules.add(name);
    }
  };
  walk(join(ROOT, "dist", path));
  return modules;
}
