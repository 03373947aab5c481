import { describe, expect, it } from "vitest";
import { decideStyle, type TerminalFacts } from "../../src/io/terminal-settings.ts";

const TERMINAL: TerminalFacts = {
  env: { LANG: "en_US.UTF-8", TERM: "xterm" },
  platform: "linux",
  isTerminal: true,
  columns: 100,
};
const withEnv = (env: Readonly<Record<string, string>>): TerminalFacts => ({
  ...TERMINAL,
  env: { ...TERMINAL.env, ...env },
});

describe("colour", () => {
  it.each([
    ["a terminal", TERMINAL, {}, true],
    ["a pipe", { ...TERMINAL, isTerminal: false }, {}, false],
    ["a dumb terminal", withEnv({ TERM: "dumb" }), {}, false],
    ["--color into a pipe", { ...TERMINAL, isTerminal: false }, { color: true }, true],
    ["--no-color", TERMINAL, { color: false }, false],
    [
      "NO_COLOR against --color and FORCE_COLOR",
      withEnv({ NO_COLOR: "1", FORCE_COLOR: "1" }),
      { color: true },
      false,
    ],
    ["an empty NO_COLOR, which does not count", withEnv({ NO_COLOR: "" }), {}, true],
    ["--no-color against FORCE_COLOR", withEnv({ FORCE_COLOR: "1" }), { color: false }, false],
    ["FORCE_COLOR into a pipe", { ...withEnv({ FORCE_COLOR: "1" }), isTerminal: false }, {}, true],
    ["FORCE_COLOR=0", withEnv({ FORCE_COLOR: "0" }), {}, false],
  ] as const)("%s", (_, facts, flags, expected) => {
    expect(decideStyle(facts, flags).color).toBe(expected);
  });
});

describe("ASCII", () => {
  it.each([
    ["a UTF-8 locale", TERMINAL, {}, false],
    ["--ascii", TERMINAL, { ascii: true }, true],
    ["a Latin-1 locale", withEnv({ LANG: "de_DE.ISO-8859-1" }), {}, true],
    ["the C locale", withEnv({ LANG: "C" }), {}, true],
    ["LC_ALL against LANG", withEnv({ LC_ALL: "C" }), {}, true],
    ["no locale", { ...TERMINAL, env: {} }, {}, true],
    ["the old console of Windows", { ...TERMINAL, env: {}, platform: "win32" }, {}, true],
    ["the new terminal of Windows", { ...TERMINAL, env: { WT_SESSION: "x" }, platform: "win32" }, {}, false],
    ["a dumb terminal", withEnv({ TERM: "dumb" }), {}, true],
  ] as const)("%s", (_, facts, flags, expected) => {
    expect(decideStyle(facts, flags).ascii).toBe(expected);
  });
});

it.each([
  [100, true, 100],
  [40, true, 60],
  [300, true, 120],
  [0, true, 80],
  [undefined, true, 80],
  [100, false, 80],
])("%s columns, terminal %s: %s", (columns, isTerminal, expected) => {
  expect(decideStyle({ ...TERMINAL, columns, isTerminal }, {}).widthColumns).toBe(expected);
});
