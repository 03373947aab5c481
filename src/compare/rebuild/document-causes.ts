import type { JsonValue } from "../../formats/json.ts";
import { parseJson } from "../../formats/json.ts";
import { MANIFEST_FILE } from "../../model/layers.ts";
import type { Cause, CauseId } from "../../model/rebuild.ts";
import { jsonDifferences, type JsonDifference } from "./json-difference.ts";
import { textCauses } from "./text-causes.ts";

/** One packaged document as shipped and as rebuilt. */
export interface DocumentPair {
  readonly path: string;
  readonly shipped: Uint8Array;
  readonly rebuilt: Uint8Array;
}

/** What is known to differ already, so that documents which repeat it are no causes of their own. */
export interface Known {
  /** Files of the package, other than documents, whose bytes or modes differ. */
  readonly files: ReadonlySet<string>;
  /** Modules or toolchain of a binary differ: what documents list of them follows. */
  readonly hasOtherModules: boolean;
}

/** Members of the manifest that other documents repeat, in the order of their weight. */
const ROOT_FACTS: readonly (readonly [pointer: string, cause: CauseId])[] = [
  ["/config_sha256", "config"],
  ["/builder_id", "config"],
  ["/targets", "config"],
  ["/tool", "maker"],
  ["/zip/profile", "maker"],
  ["/zip/codec", "compressor"],
  ["/zip/codec_sha256", "compressor"],
  ["/zip/level", "compressor"],
  ["/zip/method", "zip-method"],
  ["/commit", "source"],
  ["/ref", "source"],
  ["/repository", "source"],
  ["/source_date_epoch", "timestamp"],
  ["/created_at", "timestamp"],
  ["/expires", "timestamp"],
];

/** Members of the provenance that no other document repeats, by the name of the dependency. */
const DEPENDENCY_CAUSES: readonly (readonly [name: string, cause: CauseId])[] = [
  ["toolchain", "toolchain-source"],
  ["source", "source"],
];

const MAX_PLACES_OF_A_DOCUMENT = 8;
const MAX_SHOWN_CHARACTERS = 160;

interface Place extends JsonDifference {
  readonly path: string;
  readonly cause: CauseId;
}

/**
 * Why documents differ. Most of what they hold follows from the files and from a few facts of the manifest (digests,
 * sizes, times, names): what is explained by those is left out.
 */
export function documentCauses(documents: readonly DocumentPair[], known: Known): readonly Cause[] {
  const unread: Cause[] = [];
  const places: Place[] = [];
  for (const { path, shipped, rebuilt } of documents) {
    const [was, now] = [parseJson(path, shipped), parseJson(path, rebuilt)];
    if (!was.ok || !now.ok) {
      unread.push(...textCauses(path, shipped, rebuilt));
      continue;
    }
    const found = jsonDifferences(was.value, now.value).filter(({ pointer }) =>
      path === MANIFEST_FILE ? !isOfFile(was.value, pointer, known) : !isOfModules(path, pointer, known),
    );
    if (found.length === 0 && known.files.size === 0) unread.push(layoutCause(path, shipped, rebuilt));
    const pair = { path, shipped: was.value, rebuilt: now.value };
    places.push(...found.map((place) => ({ ...place, path, cause: causeOf(pair, place) })));
  }
  return [...unread, ...unexplained(places, known)];
}

interface ReadPair {
  readonly path: string;
  readonly shipped: JsonValue;
  readonly rebuilt: JsonValue;
}

function causeOf(pair: ReadPair, { pointer, isReordered }: JsonDifference): CauseId {
  if (isReordered) return "order";
  const { path } = pair;
  if (path === MANIFEST_FILE) return ROOT_FACTS.find(([known]) => isBelow(pointer, known))?.[1] ?? "document";
  if (path.endsWith(".reproducibility.json") && pointer.startsWith("/binaries/")) return "recipe";
  return dependencyCause(pair, pointer) ?? "document";
}

/** What the provenance alone says: from which source the toolchain is, and which files the commit holds. */
function dependencyCause({ shipped, rebuilt }: ReadPair, pointer: string): CauseId | undefined {
  const index = /^\/predicate\/buildDefinition\/resolvedDependencies\/(\d+)\/digest(?:\/|$)/.exec(
    pointer,
  )?.[1];
  if (index === undefined) return undefined;
  const [was, now] = [shipped, rebuilt].map((document) => {
    const list = at(at(at(document, "predicate"), "buildDefinition"), "resolvedDependencies");
    return at(list, Number(index));
  });
  // Of another version the source is another, too.
  if (at(was, "uri") !== at(now, "uri")) return undefined;
  return DEPENDENCY_CAUSES.find(([name]) => name === at(was, "name"))?.[1];
}

/** What the manifest records of a file that differs follows from the file. */
function isOfFile(manifest: JsonValue, pointer: string, { files }: Known): boolean {
  const index = /^\/artifacts\/(\d+)(?:\/|$)/.exec(pointer)?.[1];
  if (index === undefined) return pointer === "/artifacts" && files.size > 0;
  const entry = at(at(manifest, "artifacts"), Number(index));
  const path = at(entry, "relative_path");
  return typeof path === "string" && files.has(path);
}

/** Packages, dependencies and module lists follow from what is linked. */
function isOfModules(path: string, pointer: string, { hasOtherModules }: Known): boolean {
  if (!hasOtherModules) return false;
  const places =
    /^\/(?:packages|relationships|modules|@graph|predicate\/buildDefinition\/resolvedDependencies)/;
  return places.test(pointer) || path.startsWith("go-modules");
}

function at(value: JsonValue | undefined, name: string | number): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, JsonValue | undefined>(Object.entries(value)).get(String(name));
}

function isBelow(pointer: string, known: string): boolean {
  return pointer === known || pointer.startsWith(`${known}/`);
}

/**
 * The facts of the manifest and recipes first; then every place that is not one of them said again. Digests that follow
 * from other bytes are never the cause of anything, unless nothing else is.
 */
function unexplained(places: readonly Place[], { files }: Known): readonly Cause[] {
  const roots = places.filter(({ cause }) => cause !== "document" && cause !== "recipe");
  const told = roots.flatMap(({ shipped, rebuilt }) => pairOf(shipped, rebuilt));
  // SPDX joins the words of a tool with a dash.
  const pairs = new Map([...told, ...told.map(([was, now]) => [dashed(was), dashed(now)] as const)]);
  const others = places.filter((place) => !roots.includes(place) && !isRepeated(place, pairs));
  const substantial = others.filter((place) => !isDerived(place));
  const isExplained = roots.length + substantial.length + files.size > 0;
  const kept = [...roots, ...(isExplained ? substantial : others)];
  const byDocument = Map.groupBy(kept, ({ path }) => path);
  return [...byDocument.values()].flatMap((ofOne) => ofOne.slice(0, MAX_PLACES_OF_A_DOCUMENT).map(toCause));
}

function pairOf(
  shipped: JsonValue | undefined,
  rebuilt: JsonValue | undefined,
): readonly (readonly [string, string])[] {
  return typeof shipped === "object" || typeof rebuilt === "object"
    ? []
    : [[String(shipped), String(rebuilt)]];
}

function dashed(words: string): string {
  return words.replaceAll(" ", "-");
}

/** The same step from one text to the other as a fact that is known, alone or inside of a longer text. */
function isRepeated({ shipped, rebuilt }: Place, pairs: ReadonlyMap<string, string>): boolean {
  if (typeof shipped === "object" || typeof rebuilt === "object") return false;
  const now = String(rebuilt);
  return [...pairs].some(([from, to]) => from !== "" && String(shipped).replaceAll(from, () => to) === now);
}

/** Digests, sizes, and the times and names that are made of them. */
function isDerived({ pointer, shipped, rebuilt }: Place): boolean {
  if (typeof shipped === "number" && typeof rebuilt === "number") return /size/i.test(pointer);
  if (typeof shipped !== "string" || typeof rebuilt !== "string") return false;
  return masked(shipped) === masked(rebuilt);
}

function masked(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{16,128}/g, "#")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "#");
}

function toCause({ cause, path, pointer, shipped, rebuilt }: Place): Cause {
  return {
    cause,
    at: path,
    field: pointer === "" ? "/" : pointer,
    shipped: shown(shipped),
    rebuilt: shown(rebuilt),
  };
}

/** The same values in other bytes: blanks, order of members, escapes. */
function layoutCause(path: string, shipped: Uint8Array, rebuilt: Uint8Array): Cause {
  const [first] = textCauses(path, shipped, rebuilt);
  const { field = "layout", shipped: was = "", rebuilt: now = "" } = first ?? {};
  return { cause: "document", at: path, field, shipped: was, rebuilt: now };
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value) && value.length > 3) return `${value.length} items`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text;
}
