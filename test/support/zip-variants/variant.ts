import type { Random } from "../random.ts";

/**
 * `hostile`: readers can differ about it, or it harms; every profile refuses it. `foreign`: harmless, but not what cavra
 * writes; `cavra-zip/1` refuses it. `sound`: keeps `cavra-zip/1`. The last two are controls.
 */
export type Kind = "hostile" | "foreign" | "sound";

export type NamedZip = readonly [name: string, bytes: Buffer];

/** One way to break a zip, with all the values that it can take. */
export interface Construct {
  readonly name: string;
  readonly kind?: Kind;
  /** What two readers can take such a zip for. Of controls: what both take it for, and why that is so. */
  readonly readings: readonly [string, string];
  /** Names are unique within the construct. The same seed gives the same bytes on every machine. */
  zips(random: Random): Iterable<NamedZip>;
}

export interface VariantClass {
  /** `a1` to `c5` are those of ZipDiff (USENIX Security 2025). */
  readonly id: string;
  readonly title: string;
  readonly constructs: readonly Construct[];
  /** Other tools are not asked: it would fill their disk. */
  readonly isBomb?: true;
}

export interface Variant {
  readonly class: string;
  readonly construct: string;
  readonly name: string;
  readonly kind: Kind;
  readonly readings: readonly [string, string];
  readonly bytes: Buffer;
}
