import { devNull } from "node:os";
import { Failure } from "../model/failure.ts";
import { environmentVariable } from "./environment.ts";

/** Options of Node that load no code and change the meaning of none; any other one may. */
const HARMLESS =
  /^--(?:max-old-space-size=\d+|max-semi-space-size=\d+|stack-trace-limit=\d+|no-warnings|no-deprecation|disable-warning=\w+|trace-(?:warnings|deprecation|uncaught)|use-(?:system|bundled|openssl)-ca|enable-source-maps)$/;

/**
 * Variables that name code, or data that judges: bytecode which stands in for ours, a list of libraries to load as
 * cryptography, the tables by which names are compared, and other places for the modules that cavra is made of.
 */
const CODE_IN_ENVIRONMENT = [
  "NODE_COMPILE_CACHE",
  "OPENSSL_CONF",
  "NODE_ICU_DATA",
  "NODE_PRESERVE_SYMLINKS",
  "NODE_PRESERVE_SYMLINKS_MAIN",
];

/**
 * Throws Failure "usage" when Node was started with options or variables that can load other code into this process. That code has
 * run by now and could have done anything; what an honest process can do is to give no verdict beside it.
 */
export function refuseForeignCode(): void {
  const options = (environmentVariable("NODE_OPTIONS") ?? "").split(/\s+/);
  refuse("NODE_OPTIONS", options.find(isDangerous), "unset NODE_OPTIONS and run it again");
  for (const name of CODE_IN_ENVIRONMENT) {
    const value = environmentVariable(name);
    refuse(name, value === devNull ? undefined : value, `unset ${name} and run it again`);
  }
  const given = process.execArgv.find(isDangerous);
  refuse("the command line of node", given, "start cavra without options of node");
}

function isDangerous(option: string): boolean {
  return option !== "" && !HARMLESS.test(option);
}

function refuse(at: string, found: string | undefined, hint: string): void {
  if (found === undefined) return;
  throw new Failure("usage", "Node was told to run with something that can load other code", {
    at,
    found,
    hint,
  });
}
