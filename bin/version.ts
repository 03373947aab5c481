import { readFileSync } from "node:fs";
import { openTerminal } from "../src/io/terminal.ts";
import { guardProcess } from "./process-guard.ts";

/** `cavra --version` without the command framework, whose loading takes three times as long as all of this. */
export function main(): void {
  guardProcess(() => 70);
  // From dist/bin; package.json is two folders up.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { readonly version: string };
  openTerminal().writeResult(`cavra ${version}\n`);
}
