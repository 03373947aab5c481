/**
 * Package URL of a Go module (purl-spec, types/golang). The case of the path is kept: module paths differ by case, and
 * purls are compared nowhere; modules are known by path and version.
 */
export function golangPurl(path: string, version: string): string {
  const name = path.split("/").map(encoded).join("/");
  return `pkg:golang/${name}${atVersion(version)}`;
}

export function genericPurl(name: string, version: string): string {
  return `pkg:generic/${encoded(name)}${atVersion(version)}`;
}

function atVersion(version: string): string {
  return version === "" ? "" : `@${encoded(version)}`;
}

/** purl-spec, "Character encoding": all but letters, digits and `.-_~` is percent-encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
