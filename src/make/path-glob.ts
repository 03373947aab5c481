/**
 * The paths that a glob names, sorted. `*` stands for any characters of one segment, a segment `**` for any number of
 * segments; nothing else is special. A name without `*` is itself.
 */
export function matchingPaths(paths: Iterable<string>, glob: string): readonly string[] {
  const pattern = globPattern(glob);
  return [...paths].filter((path) => pattern.test(path)).toSorted();
}

function globPattern(glob: string): RegExp {
  const segments = glob.split("/");
  const source = segments
    .map((segment, index) => {
      const last = index === segments.length - 1;
      if (segment === "**") return last ? ".*" : "(?:[^/]+/)*";
      return literal(segment) + (last ? "" : "/");
    })
    .join("");
  return new RegExp(`^${source}$`, "s");
}

function literal(segment: string): string {
  return segment
    .split(/\*+/)
    .map((part) => part.replaceAll(/[.+^${}()|[\]\\?]/g, String.raw`\$&`))
    .join("[^/]*");
}
