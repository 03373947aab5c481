const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** `712 bytes`, `27.9 MB` (decimal units, one digit). */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1000) return count(sizeBytes, "byte");
  let value = sizeBytes;
  let unit = "";
  for (const next of UNITS) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** `+1.9 %`, `-40.0 %`, `same size`; `+12 bytes` where one digit of a percentage would show nothing. */
export function formatGrowth(wasBytes: number, nowBytes: number): string {
  const delta = nowBytes - wasBytes;
  if (delta === 0) return "same size";
  const sign = delta > 0 ? "+" : "-";
  const percent = (Math.abs(delta) / wasBytes) * 100;
  if (wasBytes === 0 || percent < 0.05) return `${sign}${formatBytes(Math.abs(delta))}`;
  return percent > MAX_PERCENT ? `> +${MAX_PERCENT} %` : `${sign}${percent.toFixed(1)} %`;
}

/** More says no more. */
const MAX_PERCENT = 999;

/** `1 file`, `14 files`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
