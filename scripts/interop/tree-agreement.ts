import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startDeflatePool, type DeflatePool } from "../../src/io/deflate.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import { judgeChecksumTools, type ChecksumTool, type ListedFolder } from "./checksum-tools.ts";
import type { Extractor } from "./extractors.ts";
import { firstDifference, folderContent, sha256, type FolderEntry } from "./folder-content.ts";
import { findPythonZlib, recompress } from "./python-zlib.ts";
import { Random } from "../../test/support/random.ts";
import { generatedTree, packEntriesOf, type Tree, type TreeShape } from "./trees.ts";

export interface TreeRun {
  readonly seed: number;
  readonly treeCount: number;
  readonly extractors: readonly Extractor[];
  readonly checksumTools: readonly ChecksumTool[];
  readonly scratch: string;
}

export interface TreeTally {
  readonly trees: number;
  readonly byShape: ReadonlyMap<TreeShape, number>;
  readonly deflated: number;
  readonly files: number;
  readonly sizeBytes: number;
  /** Streams that Python's zlib wrote again; undefined when there is no Python with the canonical zlib. */
  readonly streams: { readonly zlib: string; readonly count: number; readonly sizeBytes: number } | undefined;
  /** Lists that each tool was asked to accept, and as many that it was asked to refuse. */
  readonly checkedLists: number;
  readonly defects: readonly string[];
}

const BATCH_TREES = 100;

interface PackedTree {
  readonly number: number;
  readonly tree: Tree;
  readonly zip: string;
  readonly expected: ReadonlyMap<string, FolderEntry>;
}

/** Every tool must extract what was packed: the same paths, bytes and modes, and nothing else. */
export async function runTrees(run: TreeRun): Promise<TreeTally> {
  const zlib = await findPythonZlib(run.scratch);
  const pool = startDeflatePool();
  const total = new Totals();
  try {
    for (let first = 0; first < run.treeCount; first += BATCH_TREES) {
      const folder = join(run.scratch, `trees-${first}`);
      mkdirSync(folder);
      const last = Math.min(first + BATCH_TREES, run.treeCount);
      const packed = await packBatch(first, last, folder, run.seed, pool);
      total.add(packed);
      const answer = await judgeBatch(packed, folder, run);
      total.defects.push(...answer.defects);
      total.checkedLists += answer.checkedLists;
      if (zlib !== undefined)
        total.addStreams(
          zlib,
          await recompress(
            packed.map(({ zip }) => zip),
            folder,
          ),
        );
      rmSync(folder, { recursive: true });
    }
  } finally {
    await pool.close();
  }
  return total;
}

class Totals implements TreeTally {
  trees = 0;
  byShape = new Map<TreeShape, number>();
  deflated = 0;
  files = 0;
  sizeBytes = 0;
  streams: { zlib: string; count: number; sizeBytes: number } | undefined;
  checkedLists = 0;
  defects: string[] = [];

  add(packed: readonly PackedTree[]): void {
    for (const { tree } of packed) {
      this.trees += 1;
      this.byShape.set(tree.shape, (this.byShape.get(tree.shape) ?? 0) + 1);
      this.deflated += tree.method === "deflate" ? 1 : 0;
      this.files += tree.files.length;
      this.sizeBytes += tree.files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    }
  }

  addStreams(zlib: string, answer: Awaited<ReturnType<typeof recompress>>): void {
    this.streams ??= { zlib, count: 0, sizeBytes: 0 };
    this.streams.count += answer.streams;
    this.streams.sizeBytes += answer.sizeBytes;
    this.defects.push(...answer.defects);
  }
}

async function packBatch(
  first: number,
  last: number,
  folder: string,
  seed: number,
  pool: DeflatePool,
): Promise<readonly PackedTree[]> {
  const packed: PackedTree[] = [];
  for (let number = first; number < last; number += 1) {
    const tree = generatedTree(number, new Random(seed + number));
    const zip = join(folder, `${number}.zip`);
    await packZip(zip, packEntriesOf(tree), { ...tree, pool });
    const expected = tree.files.map(
      ({ path, mode, bytes }) => [`${tree.top}/${path}`, { mode, content: sha256(bytes) }] as const,
    );
    packed.push({ number, tree, zip, expected: new Map(expected) });
  }
  return packed;
}

interface BatchAnswer {
  readonly defects: readonly string[];
  readonly checkedLists: number;
}

async function judgeBatch(
  packed: readonly PackedTree[],
  folder: string,
  { extractors, checksumTools }: TreeRun,
): Promise<BatchAnswer> {
  const defects: string[] = [];
  let checkedLists = 0;
  for (const [place, extractor] of extractors.entries()) {
    const extracted = await extractBatch(packed, join(folder, `${place}`), extractor);
    for (const { number, problem } of extracted) {
      if (problem !== undefined) defects.push(`tree ${number}, ${extractor.name}: ${problem}`);
    }
    // The first tool's files serve the checksum tools as well.
    if (place === 0 && checksumTools.length > 0) {
      const lists = extracted.filter(({ problem }) => problem === undefined).map(listedFolder);
      checkedLists = lists.length;
      defects.push(...(await judgeChecksumTools(checksumTools, lists)));
    }
    rmSync(join(folder, `${place}`), { recursive: true });
  }
  return { defects, checkedLists };
}

interface ExtractedTree extends PackedTree {
  readonly destination: string;
  readonly problem: string | undefined;
}

async function extractBatch(
  packed: readonly PackedTree[],
  folder: string,
  extractor: Extractor,
): Promise<readonly ExtractedTree[]> {
  const jobs = packed.map((tree) => ({ ...tree, destination: join(folder, `${tree.number}`) }));
  for (const { destination } of jobs) mkdirSync(destination, { recursive: true });
  const accepted = await extractor.extract(jobs);
  return jobs.map((job, index) => {
    const difference = firstDifference(job.expected, folderContent(job.destination), extractor.restoresModes);
    return { ...job, problem: accepted[index] === true ? difference : "it was refused" };
  });
}

function listedFolder({ tree, expected, destination }: ExtractedTree): ListedFolder {
  const files = [...expected].map(([path, { content }]) => {
    return { path: path.slice(tree.top.length + 1), sha256: content };
  });
  return { folder: join(destination, tree.top), files };
}
