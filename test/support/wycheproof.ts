import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface TestGroup {
  readonly publicKeyDer: string;
  readonly tests: readonly {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: "valid" | "invalid";
  }[];
}

/** The vectors of one file of C2SP/wycheproof, or why they are not at hand. */
export function wycheproof(name: string): { readonly testGroups: readonly TestGroup[] } | string {
  const path = resolve(import.meta.dirname, `../../../shared/data/wycheproof-${name}.json`);
  if (!existsSync(path)) return "the Wycheproof vectors are not beside this checkout";
  return JSON.parse(readFileSync(path, "utf8")) as { testGroups: TestGroup[] };
}
