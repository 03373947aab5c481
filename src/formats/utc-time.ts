export const SECONDS_PER_DAY = 86_400;

const UTC_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** `YYYY-MM-DDThh:mm:ssZ` as seconds since 1970; undefined for any other spelling and for days that do not exist. */
export function parseUtcTime(text: string): number | undefined {
  if (!UTC_SECONDS.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const seconds = milliseconds / 1000;
  return formatUtcTime(seconds) === text ? seconds : undefined;
}

/** Seconds since 1970 as `YYYY-MM-DDThh:mm:ssZ`; what no calendar holds stays a number. Never throws. */
export function formatUtcTime(epochSeconds: number): string {
  const milliseconds = epochSeconds * 1000;
  // Beyond what a Date can hold (ECMA-262, 21.4.1.1) the number itself is the honest answer.
  if (!(Math.abs(milliseconds) <= 8.64e15)) return `${epochSeconds} s`;
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
