const UTC_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** `YYYY-MM-DDThh:mm:ssZ` as seconds since 1970; undefined for any other spelling and for days that do not exist. */
export function parseUtcTime(text: string): number | undefined {
  if (!UTC_SECONDS.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const seconds = milliseconds / 1000;
  return formatUtcTime(seconds) === text ? seconds : undefined;
}

/** Seconds since 1970 as `YYYY-MM-DDThh:mm:ssZ`. */
export function formatUtcTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}
