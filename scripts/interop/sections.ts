/** Of a page whose sections begin with `## `: the one with this heading line, undefined when there is none. */
export function sectionOf(page: string, heading: string): string | undefined {
  return partsOf(page).find((part) => isHeaded(part, heading));
}

/** The page with this section in place of the one with the same heading; a new one comes before the last. */
export function withSection(page: string, section: string): string {
  const [heading = ""] = section.split("\n", 1);
  const parts = partsOf(page);
  const known = parts.findIndex((part) => isHeaded(part, heading));
  const changed =
    known === -1 ? parts.toSpliced(parts.length - 1, 0, section) : parts.toSpliced(known, 1, section);
  return `${changed.join("\n\n")}\n`;
}

function partsOf(page: string): readonly string[] {
  return page.trimEnd().split(/\n+(?=## )/);
}

function isHeaded(part: string, heading: string): boolean {
  return part.startsWith(`${heading}\n`);
}
