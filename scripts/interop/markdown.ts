export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

export function megabytes(sizeBytes: number): string {
  return `${grouped(Math.round(sizeBytes / 1_000_000))} MB`;
}
