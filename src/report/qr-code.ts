import { line, type Line } from "./span.ts";

/** ISO/IEC 18004, 6.3.8: what readers need around a symbol. */
const QUIET_MODULES = 4;

/**
 * A QR code of short text in half blocks, two rows of modules to a line, for a terminal that writes light on dark. One
 * that writes dark on light shows it inverted, which most readers take.
 */
export async function qrLines(text: string): Promise<readonly Line[]> {
  const { encode } = await import("uqr");
  const { data } = encode(text, { ecc: "M", border: QUIET_MODULES });
  return data.flatMap((upper, index) =>
    index % 2 === 0 ? [line([halfBlocks(upper, data[index + 1])])] : [],
  );
}

/** Dark modules are what the terminal's own background shows. */
function halfBlocks(upper: readonly boolean[], lower: readonly boolean[] | undefined): string {
  return upper.map((dark, column) => halfBlock(dark, lower?.[column] ?? true)).join("");
}

function halfBlock(upperDark: boolean, lowerDark: boolean): string {
  if (upperDark) return lowerDark ? " " : "\u2584";
  return lowerDark ? "\u2580" : "\u2588";
}
