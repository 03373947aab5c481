import type { ForgedEntry, ForgedZip } from "./hostile-zip.ts";
import { dataRows } from "./hostile-zips/data.ts";
import { fieldRows } from "./hostile-zips/fields.ts";
import { headerRows } from "./hostile-zips/headers.ts";
import { layoutRows } from "./hostile-zips/layout.ts";
import { nameRows } from "./hostile-zips/names.ts";
import type { HostileRow } from "./hostile-zips/parts.ts";

/** One defect of a zip, by the class of src/formats/zip-classes.ts, and exactly what each profile finds. */
export interface HostileCase {
  readonly class: string;
  readonly how: string;
  readonly entries: readonly ForgedEntry[];
  readonly zip: ForgedZip;
  /** What `cavra-zip/1` finds: ids without their family, one of them for most. */
  readonly found: readonly string[];
  /** What `strict` finds; empty: it accepts the zip. */
  readonly foundByStrict: readonly string[];
}

function hostileCase([
  hostileClass,
  how,
  entries,
  zip,
  found,
  foundByStrict = found,
]: HostileRow): HostileCase {
  return {
    class: hostileClass,
    how,
    entries,
    zip,
    found: listOf(found),
    foundByStrict: listOf(foundByStrict),
  };
}

function listOf(ids: string | readonly string[]): readonly string[] {
  return typeof ids === "string" ? [ids] : ids;
}

/** Zips that the grammar judges without looking at data. */
export const hostileZips: readonly HostileCase[] = [
  ...headerRows,
  ...nameRows,
  ...layoutRows,
  ...fieldRows,
].map(hostileCase);

/** Zips whose records keep the profile and whose data has a defect. */
export const hostileData: readonly HostileCase[] = dataRows.map(hostileCase);
