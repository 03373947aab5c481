import type { GoModule, GoModuleList } from "../model/binary.ts";
import { GO_H1 } from "./go-sum.ts";

class ModuleListProblem extends Error {}

/** The zero Module of runtime/debug: programs of the standard distribution have no `mod` line. */
const NO_MODULE: GoModule = { path: "", version: "", sum: "" };

/**
 * Parses the text form of runtime/debug.BuildInfo: lines `path`, `mod`, `dep`, `=>`, `build`, fields between tabs, LF
 * after each. Stricter than debug.ParseBuildInfo, which skips lines it does not know and lets a later line override an
 * earlier one: unknown lines, a second path, main module, module of one path or setting of one key are problems.
 * A problem is given as a string: lower case, no final stop.
 */
export function parseModuleList(text: string): GoModuleList | string {
  const lines = text.split("\n");
  if (lines.pop() !== "") return "the module list does not end with a line feed";
  const reader = new ModuleListReader();
  for (const [index, line] of lines.entries()) {
    try {
      reader.read(line);
    } catch (error) {
      if (error instanceof ModuleListProblem) return `line ${index + 1} of the module list ${error.message}`;
      throw error;
    }
  }
  return reader.finish();
}

class ModuleListReader {
  #path: string | undefined;
  #main: GoModule | undefined;
  readonly #modules: GoModule[] = [];
  readonly #modulePaths = new Set<string>();
  readonly #settings = new Map<string, string>();
  /** The word of the line before: a replacement belongs to the module above it. */
  #previous = "";

  read(line: string): void {
    const tab = line.indexOf("\t");
    const word = line.slice(0, Math.max(tab, 0));
    // BuildInfo.String ends a replaced module with two line feeds.
    if (line === "" && this.#previous !== "=>") problem("is empty");
    const rest = line.slice(tab + 1);
    if (word === "=>") this.#readReplacement(rest);
    else if (word === "mod" || word === "dep") this.#readModule(word, rest);
    else if (word === "path") this.#readPath(rest);
    else if (word === "build") this.#readSetting(rest);
    else if (line !== "") problem("begins with an unknown word");
    this.#previous = word;
  }

  finish(): GoModuleList | string {
    if (this.#path === undefined) return "the module list does not name the main package";
    return {
      path: this.#path,
      main: this.#main ?? NO_MODULE,
      modules: this.#modules,
      settings: this.#settings,
    };
  }

  #readPath(rest: string): void {
    if (this.#path !== undefined) problem("names a second main package");
    this.#path = field(rest);
    if (rest === "") problem("names no main package");
  }

  #readModule(word: "mod" | "dep", rest: string): void {
    const columns = rest.split("\t");
    if (columns.length !== 2 && columns.length !== 3) problem("has not 2 or 3 columns");
    const module = moduleOf(columns);
    if (this.#modulePaths.has(module.path)) problem("names a module for the second time");
    this.#modulePaths.add(module.path);
    if (word === "dep") this.#modules.push(module);
    else if (this.#main === undefined) this.#main = module;
    else problem("names a second main module");
  }

  #readReplacement(rest: string): void {
    const columns = rest.split("\t");
    if (columns.length !== 3) problem("has not the 3 columns of a replacement");
    const replacedBy = moduleOf(columns);
    const last = this.#modules.at(-1);
    if (this.#previous === "mod" && this.#main !== undefined) this.#main = { ...this.#main, replacedBy };
    else if (this.#previous === "dep" && last !== undefined) {
      this.#modules.splice(-1, 1, { ...last, replacedBy });
    } else problem("replaces no module");
  }

  #readSetting(rest: string): void {
    const { key, value } = settingOf(rest);
    if (this.#settings.has(key)) problem("sets a build setting for the second time");
    this.#settings.set(key, value);
  }
}

function moduleOf([path = "", version = "", sum = ""]: readonly string[]): GoModule {
  if (path === "") problem("names no module");
  if (sum !== "" && !GO_H1.test(sum)) problem("has a sum that is not a canonical h1 hash");
  return { path: field(path), version: field(version), sum };
}

const CONTROL = /[\u0000-\u001f\u007f]/;

function field(text: string): string {
  return CONTROL.test(text) ? problem("holds a control character") : text;
}

const MUST_BE_QUOTED = /[ \t\r\n"`]/;
const QUOTED_PREFIX = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`)(?==)/;

/** `key=value`, each quoted as Go quotes strings when it holds blanks or quotes; a bare key ends at the first `=`. */
function settingOf(rest: string): { readonly key: string; readonly value: string } {
  const equals = rest.indexOf("=");
  const rawKey = QUOTED_PREFIX.exec(rest)?.[0] ?? rest.slice(0, Math.max(equals, 0));
  const key = unquoteIfQuoted(rawKey);
  if (key === "") problem("has no key before an equals sign");
  return { key, value: unquoteIfQuoted(rest.slice(rawKey.length + 1)) };
}

function unquoteIfQuoted(raw: string): string {
  if (raw.startsWith('"') || raw.startsWith("`")) {
    return unquoteGo(raw) ?? problem("has a quoted text that Go cannot read");
  }
  return MUST_BE_QUOTED.test(raw) ? problem("has an unquoted text that must be quoted") : raw;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})|(.))/gsu;

/**
 * strconv.Unquote for interpreted and raw Go strings. undefined for what Go refuses, and for escapes that spell a byte
 * above 0x7f or a carriage return in a raw string: neither survives as text.
 */
export function unquoteGo(quoted: string): string | undefined {
  if (quoted.length < 2 || quoted.at(0) !== quoted.at(-1)) return undefined;
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("`")) return /[`\r]/.test(inner) ? undefined : inner;
  if (!quoted.startsWith('"') || !/^(?:[^"\\\n]|\\.)*$/s.test(inner)) return undefined;
  let sound = true;
  const text = inner.replace(ESCAPE, (...groups: readonly (string | undefined)[]) => {
    const character = escapedCharacter(groups);
    sound &&= character !== undefined;
    return character ?? "";
  });
  return sound ? text : undefined;
}

function escapedCharacter([, hexByte, short, long, octal, letter]: readonly (string | undefined)[]):
  | string
  | undefined {
  if (letter !== undefined) return SIMPLE_ESCAPES.get(letter);
  const byte = hexByte === undefined ? octal && Number.parseInt(octal, 8) : Number.parseInt(hexByte, 16);
  if (typeof byte === "number") return byte < 0x80 ? String.fromCharCode(byte) : undefined;
  const code = Number.parseInt(short ?? long ?? "", 16);
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}

function problem(reason: string): never {
  throw new ModuleListProblem(reason);
}
