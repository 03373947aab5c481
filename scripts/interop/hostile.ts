import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ZipProfile } from "../../src/model/zip-profile.ts";
import { Random } from "../../test/support/random.ts";
import { seedsOf, variantClasses, variantsOf } from "../../test/support/zip-variants/classes.ts";
import type { Kind } from "../../test/support/zip-variants/variant.ts";
import { damageClasses } from "./damage.ts";
import type { Extractor } from "./extractors.ts";
import { folderContent } from "./folder-content.ts";
import { ClassTally, PROFILES, type ClassResult, type HostileZip, type JudgedZip } from "./hostile-tally.ts";
import { ourReading, type OurReading, type Reading } from "./zip-readings.ts";

export interface HostileRun {
  readonly seed: number;
  /** `seeds`: one of each construct. */
  readonly variants: "all" | "seeds";
  /** Of each class of random damage. */
  readonly variantsPerDamage: number;
  /** The tools are asked about so many of each class, evenly spread, and about all that we accept. */
  readonly askedOfEach: number;
  readonly extractors: readonly Extractor[];
  readonly scratch: string;
}

export interface HostileResult {
  readonly classes: readonly ClassResult[];
  readonly defects: readonly string[];
}

/** Zips are extracted into this folder and the ones above are looked at, so that a file that climbs out is seen. */
const INNER = "up/inner";

/** So many are on the disk at a time, each extracted once. */
const BATCH_ZIPS = 500;

interface Family {
  readonly id: string;
  readonly title: string;
  zips(): Iterable<HostileZip>;
}

/** Lets every tool extract every zip and holds our reader to the demand of each kind. */
export async function runHostile(run: HostileRun): Promise<HostileResult> {
  const classes: ClassResult[] = [];
  const defects: string[] = [];
  for (const family of families(run)) {
    const tally = new ClassTally(family.id, family.title, run.extractors);
    const all = Array.from(family.zips(), judged);
    const step = Math.max(1, Math.ceil(all.length / run.askedOfEach));
    const isAsked = (zip: JudgedZip, place: number): boolean => place % step === 0 || isAccepted(zip);
    const asked = run.extractors.length === 0 ? [] : all.filter(isAsked);
    for (const zip of all) tally.addOurs(zip);
    for (let first = 0; first < asked.length; first += BATCH_ZIPS) {
      const batch = asked.slice(first, first + BATCH_ZIPS);
      const theirs = await readBatch(batch, join(run.scratch, "hostile"), run.extractors);
      for (const [place, zip] of batch.entries()) tally.addTheirs(zip, theirs[place] ?? []);
    }
    classes.push(tally.result());
    defects.push(...tally.defects);
  }
  return { classes, defects };
}

function families(run: HostileRun): readonly Family[] {
  const variants = variantClasses
    .filter(({ isBomb }) => isBomb !== true)
    .map((family): Family => ({
      id: family.id,
      title: family.title,
      zips: () => (run.variants === "all" ? variantsOf(family, run.seed) : seedsOf(family)),
    }));
  const damage = damageClasses.map((kind, number): Family => ({
    id: "damage",
    title: kind.name,
    *zips() {
      for (let variant = 0; variant < run.variantsPerDamage; variant += 1) {
        const bytes = kind.make(new Random(run.seed + number * 100_000 + variant));
        yield {
          construct: kind.name,
          name: `variant ${variant}`,
          kind: KIND_OF_DEMAND[kind.demand],
          readings: undefined,
          bytes,
        };
      }
    },
  }));
  return [...variants, ...damage];
}

/** Damage can by chance leave a sound zip, so only what must be refused is called hostile. */
const KIND_OF_DEMAND = {
  refused: "hostile",
  alike: "damaged",
} as const satisfies Record<string, Kind | "damaged">;

function judged(zip: HostileZip): JudgedZip {
  const read = (profile: ZipProfile): OurReading => ourReading(zip.bytes, profile);
  return { zip, ours: { "cavra-zip/1": read("cavra-zip/1"), strict: read("strict") } };
}

function isAccepted({ ours }: JudgedZip): boolean {
  return PROFILES.some((profile) => ours[profile].ok);
}

/** For each zip what every tool read, in the order of the tools. */
async function readBatch(
  zips: readonly JudgedZip[],
  folder: string,
  extractors: readonly Extractor[],
): Promise<readonly (readonly (Reading | undefined)[])[]> {
  mkdirSync(folder);
  const paths = zips.map(({ zip }, place) => {
    const path = join(folder, `${place}.zip`);
    writeFileSync(path, zip.bytes);
    return path;
  });
  const columns: (readonly (Reading | undefined)[])[] = [];
  for (const extractor of extractors) columns.push(await extracted(paths, join(folder, "out"), extractor));
  rmSync(folder, { recursive: true });
  return zips.map((_, place) => columns.map((column) => column[place]));
}

async function extracted(
  paths: readonly string[],
  folder: string,
  extractor: Extractor,
): Promise<readonly (Reading | undefined)[]> {
  const roots = paths.map((_, place) => join(folder, `${place}`));
  const jobs = paths.map((zip, place) => ({ zip, destination: join(roots[place] ?? folder, INNER) }));
  for (const { destination } of jobs) mkdirSync(destination, { recursive: true });
  const accepted = await extractor.extract(jobs);
  const readings = roots.map((root, place) => (accepted[place] === true ? contentOf(root) : undefined));
  rmSync(folder, { recursive: true });
  return readings;
}

/** Paths as in the zip; what landed above the folder keeps its way there. */
function contentOf(root: string): Reading {
  const inner = `${INNER}/`;
  const entries = [...folderContent(root)].filter(([path]) => path !== INNER);
  return new Map(
    entries.map(([path, entry]) => [
      path.startsWith(inner) ? path.slice(inner.length) : `../../${path}`,
      entry,
    ]),
  );
}
