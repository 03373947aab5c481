import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { unquoteGo } from "./go-modinfo.ts";
import { GO_MODULE_PATH } from "./go-sum.ts";

/** golang.org/x/mod/modfile.GoVersionRE. */
const GO_VERSION = /^[1-9][0-9]*\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[a-z]+[0-9]+)?$/;
/** golang.org/x/mod/modfile.ToolchainRE, closed at the end. */
const TOOLCHAIN = /^(?:default|go1(?:\.[0-9A-Za-z.+-]+)?)$/;
const MAX_LINE_CHARACTERS = 4096;

/** The words that are read; every other directive and block is left unread. */
const DIRECTIVES = ["module", "go", "toolchain"] as const;
type Directive = (typeof DIRECTIVES)[number];

/** What cavra needs to know of a go.mod. */
export interface GoMod {
  readonly module: string;
  /** `1.26.8`; undefined when the file names none. */
  readonly go?: string;
  /** `go1.26.8` or `default`. */
  readonly toolchain?: string;
}

/**
 * Reads module path, go version and toolchain from a go.mod (Go Modules Reference, "go.mod files"). Requirements,
 * replacements and directives of later Go versions are skipped; a directive that is read may stand only once.
 */
export function parseGoMod(at: string, bytes: Uint8Array): Parsed<GoMod> {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    return broken(at, `is ${bytes.byteLength} bytes; the limit is ${MAX_DOCUMENT_BYTES}`);
  }
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").split("\n");
  const found = new Map<Directive, string>();
  let block: string | undefined;
  for (const [index, line] of lines.entries()) {
    const words = wordsOf(line);
    if (words === undefined) return broken(at, `line ${index + 1} cannot be read`);
    const step = readLine(words, block, found);
    if (step.problem !== undefined) return broken(at, `line ${index + 1} ${step.problem}`);
    block = step.block;
  }
  return block === undefined ? finish(at, found) : broken(at, "ends inside a block");
}

interface Step {
  readonly block?: string | undefined;
  readonly problem?: string;
}

function readLine(words: readonly string[], block: string | undefined, found: Map<Directive, string>): Step {
  const [first, second] = words;
  if (first === undefined) return { block };
  if (block !== undefined && first === ")") {
    return words.length === 1 ? {} : { problem: "has text after the end of a block" };
  }
  if (block === undefined && second === "(" && words.length === 2) return { block: first };
  const problem = readDirective(block === undefined ? words : [block, ...words], found);
  return problem === undefined ? { block } : { problem };
}

function readDirective(words: readonly string[], found: Map<Directive, string>): string | undefined {
  const [verb, value, extra] = words;
  const directive = DIRECTIVES.find((candidate) => candidate === verb);
  if (directive === undefined) return undefined;
  if (value === undefined || extra !== undefined) return `does not give exactly one value for ${directive}`;
  if (found.has(directive)) return `repeats ${directive}`;
  found.set(directive, value);
  return undefined;
}

function finish(at: string, found: ReadonlyMap<Directive, string>): Parsed<GoMod> {
  const module = found.get("module");
  const go = found.get("go");
  const toolchain = found.get("toolchain");
  if (module === undefined) return broken(at, "has no module directive");
  if (!GO_MODULE_PATH.test(module)) return broken(at, "names a module path that Go does not accept");
  if (go !== undefined && !GO_VERSION.test(go))
    return broken(at, "names a go version that Go does not accept");
  if (toolchain !== undefined && !TOOLCHAIN.test(toolchain)) {
    return broken(at, "names a toolchain that Go does not accept");
  }
  return parsed(at, {
    module,
    ...(go === undefined ? {} : { go }),
    ...(toolchain === undefined ? {} : { toolchain }),
  });
}

/** One blank, one comment to the end of the line, one quoted string, one bracket or comma, or a bare word. */
const WORD = /[ \t\r]+|\/\/.*|"(?:[^"\\]|\\.)*"|`[^`]*`|[()[\],]|(?:(?!\/\/)[^ \t\r()[\],"`])+/sy;

/** The words of a line without blanks and comments; undefined when some of it is no word. */
function wordsOf(line: string): readonly string[] | undefined {
  if (line.length > MAX_LINE_CHARACTERS) return undefined;
  const words: string[] = [];
  const reader = new RegExp(WORD);
  while (reader.lastIndex < line.length) {
    const token = reader.exec(line)?.[0];
    if (token === undefined) return undefined;
    const word = /^["`]/.test(token) ? unquoteGo(token) : token;
    if (word === undefined) return undefined;
    if (!/^(?:[ \t\r]|\/\/)/.test(token)) words.push(word);
  }
  return words;
}
