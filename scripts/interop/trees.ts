import { nameProblem, setProblems } from "../../src/formats/entry-names.ts";
import type { PackEntry } from "../../src/io/zip-archive.ts";
import type { EntryMode } from "../../src/model/container.ts";
import type { Random } from "../../test/support/random.ts";

export interface TreeFile {
  /** Below the top folder. */
  readonly path: string;
  readonly mode: EntryMode;
  readonly bytes: Buffer;
}

export interface Tree {
  readonly shape: TreeShape;
  readonly top: string;
  readonly method: "deflate" | "store";
  readonly sourceDateEpoch: number;
  readonly files: readonly TreeFile[];
}

export type TreeShape = "mixed" | "deep" | "empty" | "edges" | "many" | "large";

/** Of 50 trees in a row. */
const SHAPES: readonly (readonly [TreeShape, number])[] = [
  ["mixed", 28],
  ["deep", 8],
  ["empty", 4],
  ["edges", 6],
  ["many", 2],
  ["large", 2],
];
const TREES_PER_ROUND = 50;

const NAME_CHARACTERS = "ABCXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
const MIB = 1024 * 1024;
/** Where buffers, windows and blocks of deflate end: sizes beside them are where two implementations would differ. */
const EDGES = [1, 3, 258, 16_384, 32_768, 65_535, 65_536, 262_144, 524_288] as const;

/** The tree of this number: shapes, methods and all contents follow from the number and the seed of `random`. */
export function generatedTree(index: number, random: Random): Tree {
  const shape = shapeOf(index % TREES_PER_ROUND);
  const top = `${random.text("abcxyz", 3)}_v${random.below(20)}.${random.below(9)}.0`;
  const method = random.once(2) ? "deflate" : "store";
  const first = Date.UTC(1980, 0, 1) / 1000;
  const last = Date.UTC(2043, 11, 31) / 1000;
  const files = keptFiles(
    top,
    Array.from({ length: fileCount(shape, random) }, () => generatedFile(shape, random)),
  );
  return { shape, top, method, sourceDateEpoch: random.between(first, last), files };
}

export function packEntriesOf(tree: Tree): readonly PackEntry[] {
  return tree.files.map(({ path, mode, bytes }) => ({ path, mode, read: () => bytes }));
}

function shapeOf(place: number): TreeShape {
  let before = 0;
  for (const [shape, count] of SHAPES) {
    before += count;
    if (place < before) return shape;
  }
  return "mixed";
}

function fileCount(shape: TreeShape, random: Random): number {
  switch (shape) {
    case "many":
      return random.between(200, 600);
    case "large":
      return random.between(1, 3);
    case "mixed":
    case "deep":
    case "empty":
    case "edges":
      return random.between(1, 12);
  }
}

/** Leaves out what the profile refuses; never everything. */
function keptFiles(top: string, candidates: readonly TreeFile[]): readonly TreeFile[] {
  let kept = candidates.filter(({ path }) => nameProblem(`${top}/${path}`) === undefined);
  // One clash is named once, though several files may have a part in it.
  for (let clashing = clashesOf(kept); clashing.size > 0; clashing = clashesOf(kept)) {
    const others: ReadonlySet<string> = clashing;
    kept = kept.filter(({ path }) => !others.has(path));
  }
  return kept.length > 0 ? kept : [{ path: "only", mode: 0o644, bytes: Buffer.from("only") }];
}

function clashesOf(files: readonly TreeFile[]): ReadonlySet<string> {
  return new Set(setProblems(files.map(({ path }) => path)).map(({ path }) => path));
}

function generatedFile(shape: TreeShape, random: Random): TreeFile {
  const bytes = content(shape, random);
  return { path: generatedPath(shape, random), mode: random.once(3) ? 0o755 : 0o644, bytes };
}

function generatedPath(shape: TreeShape, random: Random): string {
  const depth = shape === "deep" ? random.between(6, 15) : random.between(1, 4);
  const longest = shape === "deep" ? 14 : random.pick([4, 12, 30, 100]);
  const segments = Array.from({ length: depth }, (_, place) =>
    // Few names for folders, so that files share them.
    place < depth - 1 && !random.once(4)
      ? random.pick(["bin", "docs", "a", "linux_amd64"])
      : random.text(NAME_CHARACTERS, random.between(1, longest)),
  );
  return segments.join("/");
}

function content(shape: TreeShape, random: Random): Buffer {
  if (shape === "empty" && !random.once(5)) return Buffer.alloc(0);
  const sizeBytes = contentSize(shape, random);
  switch (random.below(5)) {
    case 0:
      return random.bytes(sizeBytes);
    case 1:
      return Buffer.alloc(sizeBytes, random.below(256));
    case 2:
      return Buffer.alloc(sizeBytes, random.text("etaoin shrdlu\n", random.between(2, 90)));
    case 3:
      return halfRandom(sizeBytes, random);
    default:
      return Buffer.alloc(sizeBytes, sentences(random));
  }
}

function contentSize(shape: TreeShape, random: Random): number {
  switch (shape) {
    case "large":
      return random.between(MIB, 4 * MIB);
    case "edges":
      return Math.max(0, random.pick(EDGES) + random.between(-2, 2));
    case "many":
      return random.below(400);
    case "mixed":
    case "deep":
    case "empty":
      return random.once(8) ? 0 : random.below(random.pick([40, 2000, 60_000]));
  }
}

/** Runs of noise and of what was there before, as in a program with its tables. */
function halfRandom(sizeBytes: number, random: Random): Buffer {
  const noise = random.bytes(sizeBytes);
  const step = random.between(40, 4000);
  for (let offset = step; offset + step <= sizeBytes; offset += 2 * step) {
    noise.copyWithin(offset, offset - step, offset);
  }
  return noise;
}

function sentences(random: Random): string {
  const words = Array.from({ length: 60 }, () => random.text("aeiourstlnm", random.between(1, 9)));
  return Array.from({ length: 400 }, () => words[random.below(words.length)] ?? "").join(" ");
}
