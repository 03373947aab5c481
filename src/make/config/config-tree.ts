import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { parseJson } from "../../formats/json.ts";
import { quoted, type ConfigProblem, type Position } from "./config-problem.ts";

/** One value of a config with the place where it stands. */
export type ConfigNode = ConfigMap | ConfigList | ConfigScalar;

interface Placed {
  /** For example `builds[0].go`; empty for the document. */
  readonly path: string;
  readonly position: Position;
}

export interface ConfigMap extends Placed {
  readonly kind: "map";
  readonly members: ReadonlyMap<string, ConfigMember>;
}

interface ConfigMember {
  readonly keyPosition: Position;
  readonly value: ConfigNode;
}

interface ConfigList extends Placed {
  readonly kind: "list";
  readonly items: readonly ConfigNode[];
}

interface ConfigScalar extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
}

export type ConfigTree =
  | { readonly ok: true; readonly root: ConfigNode }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const MAX_CONFIG_BYTES = 1024 * 1024;
const MAX_SYNTAX_PROBLEMS = 20;
const MAX_DEPTH = 32;
const START: Position = { line: 1, column: 1 };
const PLAIN_INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/**
 * Reads a config: strict YAML 1.2 with the core schema and nothing that makes two readers differ (no anchors, aliases,
 * tags, merge keys, directives, duplicate or non-text keys, second document). A `.json` file must be strict JSON too.
 */
export function readConfigTree(text: string, format: "yaml" | "json"): ConfigTree {
  const sizeBytes = Buffer.byteLength(text, "utf8");
  if (sizeBytes > MAX_CONFIG_BYTES) {
    return syntaxProblem(`is ${sizeBytes} bytes long`, `at most ${MAX_CONFIG_BYTES} bytes`);
  }
  // The YAML reader would skip it; the JSON reader would not.
  if (text.startsWith("\ufeff")) return syntaxProblem("begins with a byte order mark", "UTF-8 without one");
  if (format === "json") {
    const json = parseJson("", Buffer.from(text, "utf8"));
    if (!json.ok) return syntaxProblem(`is not JSON: ${json.reason}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  return new TreeBuilder(lines).build(document);
}

function syntaxProblem(message: string, expected?: string): ConfigTree {
  const problem = { ...START, path: "", message: `the file ${message}` };
  return { ok: false, problems: [expected === undefined ? problem : { ...problem, expected }] };
}

class TreeBuilder {
  readonly #lines: LineCounter;
  readonly #problems: ConfigProblem[] = [];

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  build(document: Document): ConfigTree {
    for (const error of document.errors.slice(0, MAX_SYNTAX_PROBLEMS)) {
      this.#report(this.#positionOf(error.pos[0]), "", syntaxMessage(error.code, error.message));
    }
    if (document.errors.length > 0) return { ok: false, problems: this.#problems };
    const { yaml, tags } = document.directives ?? { yaml: {}, tags: {} };
    if (yaml.explicit === true || Object.keys(tags).length > 1) {
      this.#report(START, "", "YAML directives (%...) are not allowed");
    }
    if (document.contents === null) this.#report(START, "", "the file is empty");
    const root = document.contents === null ? undefined : this.#node(document.contents, "", 0);
    return root === undefined || this.#problems.length > 0
      ? { ok: false, problems: this.#problems }
      : { ok: true, root };
  }

  #node(node: Node, path: string, depth: number): ConfigNode | undefined {
    const position = this.#positionOf(node.range?.[0] ?? 0);
    if (isAlias(node)) return this.#report(position, path, "YAML aliases (*name) are not allowed");
    if (depth > MAX_DEPTH) return this.#report(position, path, `is nested deeper than ${MAX_DEPTH}`);
    if (node.tag !== undefined)
      this.#report(position, path, "YAML tags (!name) are not allowed", quoted(node.tag));
    if ("anchor" in node && node.anchor !== undefined) {
      this.#report(position, path, "YAML anchors (&name) are not allowed");
    }
    if (isMap<Node, Node | null>(node)) {
      const members = this.#members(node.items, path, depth);
      return { kind: "map", path, position, members };
    }
    if (isSeq<Node>(node)) {
      const items = node.items.flatMap(
        (item, index) => this.#node(item, `${path}[${index}]`, depth + 1) ?? [],
      );
      return { kind: "list", path, position, items };
    }
    return isScalar(node) ? this.#scalar(node.value, node.source, path, position) : undefined;
  }

  #members(
    pairs: readonly { readonly key: Node; readonly value: Node | null }[],
    path: string,
    depth: number,
  ): ReadonlyMap<string, ConfigMember> {
    const members = new Map<string, ConfigMember>();
    for (const { key, value } of pairs) {
      const keyPosition = this.#positionOf(key.range?.[0] ?? 0);
      const name = isScalar(key) && typeof key.value === "string" ? key.value : undefined;
      if (name === undefined || CONTROL_CHARACTER.test(name) || isDecorated(key)) {
        this.#report(keyPosition, path, "keys must be plain text");
        continue;
      }
      if (name === "<<") this.#report(keyPosition, path, "YAML merge keys (<<) are not allowed");
      const memberPath = memberPlace(path, name);
      const node =
        value === null ? absent(memberPath, keyPosition) : this.#node(value, memberPath, depth + 1);
      if (node !== undefined) members.set(name, { keyPosition, value: node });
    }
    return members;
  }

  #scalar(
    value: unknown,
    source: string | undefined,
    path: string,
    position: Position,
  ): ConfigNode | undefined {
    if (typeof value === "string") {
      if (value.isWellFormed() && !CONTROL_CHARACTER.test(value))
        return { kind: "scalar", path, position, value };
      return this.#report(
        position,
        path,
        "the text holds a control character or a line break",
        quoted(value),
      );
    }
    if (typeof value === "number") {
      // 1.0, 0644, 0x1F and .inf read differently from tool to tool: numbers are plain integers, all else needs quotes.
      if (source !== undefined && PLAIN_INTEGER.test(source) && Number.isSafeInteger(value)) {
        return { kind: "scalar", path, position, value };
      }
      const shown = source ?? String(value);
      return this.#report(
        position,
        path,
        "numbers are plain integers",
        shown,
        `write ${quoted(shown)} if it is a text`,
      );
    }
    if (typeof value === "boolean" || value === null) return { kind: "scalar", path, position, value };
    return this.#report(position, path, "this kind of value is not allowed");
  }

  #report(position: Position, path: string, message: string, found?: string, hint?: string): undefined {
    this.#problems.push({
      ...position,
      path,
      message,
      ...(found === undefined ? {} : { found }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  #positionOf(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function isDecorated(node: Node): boolean {
  return node.tag !== undefined || ("anchor" in node && node.anchor !== undefined);
}

function absent(path: string, position: Position): ConfigScalar {
  return { kind: "scalar", path, position, value: null };
}

function syntaxMessage(code: string, message: string): string {
  const [firstLine = ""] = message.split("\n");
  return code === "DUPLICATE_KEY"
    ? "the key is there twice"
    : `not valid YAML 1.2: ${firstLine.slice(0, 200)}`;
}

/** The path of a member, with quotes where the name is not a plain word. */
export function memberPlace(path: string, name: string): string {
  const safe = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : quoted(name);
  return path === "" ? safe : `${path}.${safe}`;
}
