import type { Sighting } from "../model/check.ts";

/** Enough to see what is wrong; a hostile subject could yield millions. */
export const MAX_SIGHTINGS = 20;

/** Collects what a reader saw, up to a bound. */
export class SightingList {
  readonly #seen: Sighting[] = [];

  get sightings(): readonly Sighting[] {
    return this.#seen;
  }

  /** Nothing more is kept; a reader may stop. */
  get isFull(): boolean {
    return this.#seen.length >= MAX_SIGHTINGS;
  }

  get isEmpty(): boolean {
    return this.#seen.length === 0;
  }

  /** @param place Where in the file it was seen, when the subject is one file. */
  add(
    problem: string,
    at: string,
    expected: string | number,
    actual: string | number,
    place: Pick<Sighting, "offset" | "preview"> = {},
  ): void {
    if (this.isFull) return;
    this.#seen.push({ problem, at, expected: String(expected), actual: String(actual), ...place });
  }
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
