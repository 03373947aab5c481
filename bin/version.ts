import { readFileSync } from "node:fs";
import { parseJson } from "../src/formats/json.ts";
import { open, readShape, text } from "../src/formats/shape.ts";
import { openTerminal } from "../src/io/terminal.ts";
import { guardProcess } from "./process-guard.ts";

/** `cavra --version` without the command framework, whose loading takes three times as long as all of this. */
export function main(): void {
  guardProcess(() => 70);
  // From dist/bin; package.json is two folders up.
  const file = new URL("../../package.json", import.meta.url);
  const document = readShape(parseJson("package.json", readFileSync(file)), open({ version: text }));
  if (!document.ok) throw new Error(`package.json ${document.reason}`);
  openTerminal().writeResult(`cavra ${document.value.version}\n`);
}
