import type { Sighting } from "../model/check.ts";
import type { ZipProfile } from "../model/zip-profile.ts";
import type { SightingList } from "./sighting-list.ts";
import type { ZipLimits } from "./zip-end.ts";

/** By what a zip is judged, and where what was seen goes. */
export interface ZipRuling {
  /** Rules that keep a zip to the bytes that this tool writes: those of `cavra-zip/1` only. */
  readonly isHouse: boolean;
  readonly limits: ZipLimits;
  readonly seen: SightingList;
}

export function zipRuling(profile: ZipProfile, limits: ZipLimits, seen: SightingList): ZipRuling {
  return { isHouse: profile !== "strict", limits, seen };
}

/** Offsets of the fields of a central header (APPNOTE 4.3.12). */
const FIELD_OFFSETS = {
  "version made by": 4,
  "version needed": 6,
  flags: 8,
  method: 10,
  time: 12,
  "CRC-32": 16,
  "compressed size": 20,
  size: 24,
  "comment length": 32,
  disk: 34,
  "internal attributes": 36,
  "external attributes": 38,
  "offset of the local header": 42,
  name: 46,
} as const;

export type CentralFieldName = keyof typeof FIELD_OFFSETS;

/** The place of one field of the central header at `offset`. */
export function fieldPlace(offset: number, field: CentralFieldName): Pick<Sighting, "offset"> {
  return { offset: offset + FIELD_OFFSETS[field] };
}
