import { createHash } from "node:crypto";
import type { ZipProfile } from "../../src/model/zip-profile.ts";
import type { Kind } from "../../test/support/zip-variants/variant.ts";
import type { Extractor } from "./extractors.ts";
import { contentKey, firstDifference } from "./folder-content.ts";
import type { OurReading, Reading } from "./zip-readings.ts";

export const PROFILES = ["cavra-zip/1", "strict"] as const satisfies readonly ZipProfile[];

/** `damaged`: by chance, so that it may be sound; what we accept, every tool accepts and reads as we do. */
export type TestedKind = Kind | "damaged";

export interface HostileZip {
  readonly construct: string;
  readonly name: string;
  readonly kind: TestedKind;
  readonly readings: readonly [string, string] | undefined;
  readonly bytes: Buffer;
}

export interface JudgedZip {
  readonly zip: HostileZip;
  readonly ours: Readonly<Record<(typeof PROFILES)[number], OurReading>>;
}

/** What each tool read; undefined stands for a refusal. */
type Theirs = readonly (Reading | undefined)[];

type Counts = Readonly<Record<string, number>>;

/** What became of all zips with one defect. */
export interface ConstructResult {
  readonly name: string;
  readonly kind: TestedKind;
  readonly readings: readonly string[];
  readonly zips: number;
  /** By profile. */
  readonly accepted: Counts;
  /** How often each finding was made: by `strict`, or by `cavra-zip/1` where `strict` finds nothing. */
  readonly findings: Counts;
}

/** What became of the zips of one class. */
export interface ClassResult {
  readonly id: string;
  readonly title: string;
  readonly zips: number;
  /** SHA-256 over the SHA-256 of every zip: tells whether counts belong to these zips. */
  readonly digest: string;
  readonly constructs: readonly ConstructResult[];
  /** Of how many the tools were asked. */
  readonly asked: number;
  /** In the order of the tools. `differs`: taken, and read otherwise than by another tool that took it too. */
  readonly tools: readonly { readonly accepted: number; readonly differs: number }[];
  /** Zips that some tools took and others refused, or that two tools read differently. */
  readonly disputed: number;
  /** Of those that `strict` accepts: how many some tool refuses. */
  readonly refusedByATool: number;
}

interface Construct {
  readonly zip: HostileZip;
  zips: number;
  readonly accepted: Record<string, number>;
  readonly findings: Record<string, number>;
}

/** Counts, and holds what we accept against what the tools make of it. */
export class ClassTally {
  readonly #id: string;
  readonly #title: string;
  readonly #extractors: readonly Extractor[];
  readonly #digest = createHash("sha256");
  readonly #constructs = new Map<string, Construct>();
  readonly #tools: { accepted: number; differs: number }[];
  #zips = 0;
  #asked = 0;
  #disputed = 0;
  #refusedByATool = 0;
  readonly defects: string[] = [];

  constructor(id: string, title: string, extractors: readonly Extractor[]) {
    this.#id = id;
    this.#title = title;
    this.#extractors = extractors;
    this.#tools = extractors.map(() => ({ accepted: 0, differs: 0 }));
  }

  addOurs({ zip, ours }: JudgedZip): void {
    this.#zips += 1;
    this.#digest.update(createHash("sha256").update(zip.bytes).digest());
    const known = this.#constructs.get(zip.construct);
    const construct = known ?? { zip, zips: 0, accepted: { "cavra-zip/1": 0, strict: 0 }, findings: {} };
    if (known === undefined) this.#constructs.set(zip.construct, construct);
    construct.zips += 1;
    for (const profile of PROFILES) {
      if (ours[profile].ok) construct.accepted[profile] = (construct.accepted[profile] ?? 0) + 1;
      this.#hold(zip, profile, demandProblem(zip, profile, ours[profile]));
    }
    const refusal = ours.strict.ok ? ours["cavra-zip/1"] : ours.strict;
    for (const id of refusal.ok ? [] : refusal.findings) {
      construct.findings[id] = (construct.findings[id] ?? 0) + 1;
    }
  }

  addTheirs({ zip, ours }: JudgedZip, theirs: Theirs): void {
    this.#asked += 1;
    const keys = theirs.map((reading) => (reading === undefined ? undefined : contentKey(reading, false)));
    const accepted = keys.filter((key) => key !== undefined);
    const isSplit = accepted.length > 0 && accepted.length < keys.length;
    if (isSplit || new Set(accepted).size > 1) this.#disputed += 1;
    if (ours.strict.ok && accepted.length < keys.length) this.#refusedByATool += 1;
    const usual = mostFrequent(accepted);
    for (const [place, key] of keys.entries()) {
      const tool = this.#tools[place];
      if (tool === undefined || key === undefined) continue;
      tool.accepted += 1;
      if (key !== usual) tool.differs += 1;
    }
    for (const profile of PROFILES) {
      this.#hold(zip, profile, this.#disagreement(profile, ours[profile], theirs));
    }
  }

  result(): ClassResult {
    return {
      id: this.#id,
      title: this.#title,
      zips: this.#zips,
      digest: this.#digest.digest("hex"),
      asked: this.#asked,
      constructs: [...this.#constructs].map(([name, { zip, zips, accepted, findings }]) => ({
        name,
        kind: zip.kind,
        readings: zip.readings ?? [],
        zips,
        accepted,
        findings,
      })),
      tools: this.#tools,
      disputed: this.#disputed,
      refusedByATool: this.#refusedByATool,
    };
  }

  #hold({ construct, name }: HostileZip, profile: string, problem: string | undefined): void {
    if (problem !== undefined) this.defects.push(`${this.#id}, ${construct}, ${name}: ${profile} ${problem}`);
  }

  #disagreement(profile: (typeof PROFILES)[number], own: OurReading, theirs: Theirs): string | undefined {
    if (!own.ok) return undefined;
    const isHouse = profile === "cavra-zip/1";
    for (const [place, { name, restoresModes }] of this.#extractors.entries()) {
      const reading = theirs[place];
      if (reading === undefined && !isHouse) continue;
      const difference =
        reading === undefined
          ? "it was refused"
          : firstDifference(own.reading, reading, restoresModes && isHouse);
      if (difference !== undefined) return `accepted it, and with ${name} ${difference}`;
    }
    return undefined;
  }
}

/** What a profile may not make of a zip of this kind, whatever the tools say. */
function demandProblem({ kind }: HostileZip, profile: string, own: OurReading): string | undefined {
  if (!own.ok) return kind === "sound" ? `refused a sound zip: ${own.findings.join(", ")}` : undefined;
  if (kind === "hostile") return "accepted it";
  return kind === "foreign" && profile === "cavra-zip/1" ? "accepted what cavra does not write" : undefined;
}

function mostFrequent(keys: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
