import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { environmentVariable } from "./environment.ts";

/** Whether somebody sits there who can read a question and answer it. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY && environmentVariable("CI") === undefined;
}

/** Asks on the terminal. What is typed is not shown when it is `hidden`. */
export async function ask(question: string, { hidden }: { readonly hidden: boolean }): Promise<string> {
  if (!hidden) return await answered(question, process.stderr);
  process.stderr.write(question);
  try {
    return await answered("", new Writable({ write: (_chunk, _encoding, done) => done() }));
  } finally {
    process.stderr.write("\n");
  }
}

async function answered(question: string, output: NodeJS.WritableStream): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await prompt.question(question);
  } finally {
    prompt.close();
  }
}
