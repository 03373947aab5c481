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

export interface Purl {
  /** Lower case. */
  readonly type: string;
  /** Decoded, with slashes; empty when there is none. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

const MAX_PURL_CHARACTERS = 4096;
const PURL = /^pkg:\/{0,2}([A-Za-z][A-Za-z0-9.+-]*)\/([^@?#]+?)(?:@([^?#]*))?(?:\?([^#]*))?(?:#(.*))?$/;
const QUALIFIER = /^[A-Za-z][A-Za-z0-9._-]*=[^=&]+$/;

/** Reads a package URL (purl-spec). undefined when it is none: no `pkg:`, no name, broken percent encoding. */
export function parsePurl(text: string): Purl | undefined {
  if (text.length > MAX_PURL_CHARACTERS || /[^\u0021-\u007e]/.test(text)) return undefined;
  const match = PURL.exec(text);
  if (match === null) return undefined;
  const [, type = "", path = "", version = "", qualifiers] = match;
  if (qualifiers !== undefined && !qualifiers.split("&").every((item) => QUALIFIER.test(item)))
    return undefined;
  const segments = path
    .replaceAll(/^\/+|\/+$/g, "")
    .split("/")
    .map(decoded);
  const plainVersion = decoded(version);
  if (plainVersion === undefined || !segments.every((segment) => segment !== undefined && segment !== "")) {
    return undefined;
  }
  return {
    type: type.toLowerCase(),
    namespace: segments.slice(0, -1).join("/"),
    name: segments.at(-1) ?? "",
    version: plainVersion,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
