import { MAX_DOCUMENT_BYTES, MAX_JSON_DEPTH } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { decodeUtf8 } from "./utf8.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** Members without a prototype: a member called `__proto__` is a member like any other. */
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  /** For documents of others that are judged and never written again. */
  readonly fractions?: boolean;
}

export const DEFAULT_JSON_LIMITS: JsonLimits = { maxBytes: MAX_DOCUMENT_BYTES, maxDepth: MAX_JSON_DEPTH };

/**
 * Strict JSON (RFC 8259): UTF-8 without BOM, no duplicate members, no lone surrogates, integers within 2^53-1 and no
 * other numbers (trust-spec section 2) unless `fractions` allows them. JSON.parse would keep the last of two members with
 * one name; a signed document with two readings is refused instead.
 */
export function parseJson(
  at: string,
  bytes: Uint8Array,
  limits: JsonLimits = DEFAULT_JSON_LIMITS,
): Parsed<JsonValue> {
  if (bytes.byteLength > limits.maxBytes) {
    return broken(at, `is ${bytes.byteLength} bytes; the limit is ${limits.maxBytes}`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return broken(at, "is not valid UTF-8");
  try {
    return parsed(at, new JsonReader(text, limits).readDocument());
  } catch (error) {
    if (error instanceof JsonSyntaxError) return broken(at, error.message);
    throw error;
  }
}

class JsonSyntaxError extends Error {}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const BLANKS = /[ \t\n\r]*/y;
const LITERALS: ReadonlyMap<string, null | boolean> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class JsonReader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #offset = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  readDocument(): JsonValue {
    const value = this.#readValue(0);
    this.#skipBlanks();
    if (this.#offset < this.#text.length) this.#fail("has data after the JSON value");
    return value;
  }

  #readValue(depth: number): JsonValue {
    if (depth > this.#limits.maxDepth) this.#fail(`is nested deeper than ${this.#limits.maxDepth}`);
    this.#skipBlanks();
    const first = this.#text[this.#offset];
    if (first === "{") return this.#readObject(depth);
    if (first === "[") return this.#readArray(depth);
    if (first === '"') return this.#readString();
    return this.#readScalar();
  }

  #readObject(depth: number): JsonObject {
    const members = Object.create(null) as { [member: string]: JsonValue };
    this.#readList("}", () => {
      if (this.#text[this.#offset] !== '"') this.#fail("expected a member name");
      const name = this.#readString();
      if (Object.hasOwn(members, name)) this.#fail(`has the member ${JSON.stringify(name)} twice`);
      this.#skipBlanks();
      this.#expect(":");
      members[name] = this.#readValue(depth + 1);
    });
    return members;
  }

  #readArray(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#readList("]", () => items.push(this.#readValue(depth + 1)));
    return items;
  }

  #readList(close: string, readItem: () => void): void {
    this.#offset += 1;
    this.#skipBlanks();
    if (this.#text[this.#offset] === close) {
      this.#offset += 1;
      return;
    }
    for (;;) {
      this.#skipBlanks();
      readItem();
      this.#skipBlanks();
      if (this.#text[this.#offset] === close) break;
      this.#expect(",");
    }
    this.#offset += 1;
  }

  #readString(): string {
    this.#offset += 1;
    let value = "";
    for (;;) {
      value += this.#match(PLAIN_TEXT) ?? "";
      const next = this.#text[this.#offset];
      if (next === '"') break;
      if (next !== "\\") this.#fail("has a string with a control character or without an end");
      value += this.#readEscape();
    }
    this.#offset += 1;
    if (!value.isWellFormed()) this.#fail("has a string with a lone surrogate");
    return value;
  }

  #readEscape(): string {
    const letter = this.#text[this.#offset + 1] ?? "";
    if (letter === "u") {
      const hex = this.#text.slice(this.#offset + 2, this.#offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#fail("has a broken \\u escape");
      this.#offset += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const escaped = ESCAPES.get(letter);
    if (escaped === undefined) return this.#fail("has an unknown escape");
    this.#offset += 2;
    return escaped;
  }

  #readScalar(): null | boolean | number {
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#offset)) {
        this.#offset += word.length;
        return value;
      }
    }
    const digits = this.#match(NUMBER);
    if (digits === undefined) return this.#fail("expected a JSON value");
    const value = Number(digits);
    if (this.#limits.fractions === true && Number.isFinite(value)) return value;
    if (!Number.isSafeInteger(value) || String(value) !== digits) {
      this.#fail(
        `has the number ${digits.slice(0, 40)}, which is not an integer within 2^53-1 in its plain form`,
      );
    }
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const text = pattern.exec(this.#text)?.[0];
    if (text !== undefined) this.#offset += text.length;
    return text;
  }

  #skipBlanks(): void {
    this.#match(BLANKS);
  }

  #expect(character: string): void {
    if (this.#text[this.#offset] !== character) this.#fail(`expected ${JSON.stringify(character)}`);
    this.#offset += 1;
  }

  #fail(reason: string): never {
    throw new JsonSyntaxError(`${reason} (character ${this.#offset + 1})`);
  }
}
