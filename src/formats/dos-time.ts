const FIRST_YEAR = 1980;
/** Writers in use (archiver among them) silently clamp later years. */
const LAST_YEAR = 2043;

/**
 * SOURCE_DATE_EPOCH as MS-DOS time (lower 16 bits) and date (upper), UTC, floored to 2 s (trust-spec section 7).
 * undefined outside 1980..2043 and for anything but whole seconds.
 */
export function dosTimeOf(epochSeconds: number): number | undefined {
  if (!Number.isSafeInteger(epochSeconds)) return undefined;
  const date = new Date(epochSeconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) return undefined;
  const day = ((year - FIRST_YEAR) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/** Seconds since 1970, UTC; undefined for a moment that does not exist or lies outside 1980..2043. */
export function epochOfDosTime(dosTime: number): number | undefined {
  const day = dosTime >>> 16;
  const time = dosTime & 0xffff;
  const milliseconds = Date.UTC(
    FIRST_YEAR + (day >> 9),
    ((day >> 5) & 0xf) - 1,
    day & 0x1f,
    time >> 11,
    (time >> 5) & 0x3f,
    (time & 0x1f) * 2,
  );
  const epochSeconds = milliseconds / 1000;
  // Date.UTC carries February 30 into March: only what comes back unchanged existed.
  return dosTimeOf(epochSeconds) === dosTime ? epochSeconds : undefined;
}
