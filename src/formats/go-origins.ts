import { NOASSERTION } from "./spdx-unstated.ts";

/** Who supplies Go itself, and under which licence: LICENSE of its source tree, unchanged since the first release. */
export const GO_AUTHORS = "Organization: The Go Authors (https://go.dev)";
export const GO_LICENSE = "BSD-3-Clause";

const GO_RELEASE = /^go1(?:\.\d+){1,2}$/;
const HOSTS_WITH_ACCOUNTS: ReadonlySet<string> = new Set([
  "bitbucket.org",
  "codeberg.org",
  "github.com",
  "gitlab.com",
]);
/** The first three parts of a module path on these hosts are its repository, always. */
const HOSTS_OF_REPOSITORIES: ReadonlySet<string> = new Set(["bitbucket.org", "codeberg.org", "github.com"]);
const PSEUDO_VERSION = /-(?:.*\.)?[0-9]{14}-([0-9a-f]{12})$/;

/** Where the source of a Go release lies; NOASSERTION for a version that is none, such as a development build. */
export function goLocation(goVersion: string): string {
  return GO_RELEASE.test(goVersion) ? `https://go.dev/dl/${goVersion}.src.tar.gz` : NOASSERTION;
}

/** The CPE name of the standard library of a Go release; empty for a version that is none. */
export function goCpe(goVersion: string): string {
  return GO_RELEASE.test(goVersion) ? `cpe:2.3:a:golang:go:${goVersion.slice(2)}:-:*:*:*:*:*:*` : "";
}

/** Whoever controls the start of the module path: a host, or an account on a host that has accounts. */
export function moduleSupplier(path: string): string {
  const [host = "", owner] = path.split("/");
  // A replacement by a folder has no host.
  if (!host.includes(".") || host.startsWith(".")) return NOASSERTION;
  const name = HOSTS_WITH_ACCOUNTS.has(host) && owner !== undefined ? `${host}/${owner}` : host;
  return `Organization: ${name} (https://${name})`;
}

/**
 * Where the source of a module lies, on hosts whose paths say so: the tag of its version, under the folder of the module
 * where that is not the root, or the commit of a pseudo-version (https://go.dev/ref/mod#vcs-version).
 */
export function moduleLocation(module: { readonly path: string; readonly version: string }): string {
  const [host = "", owner = "", name = "", ...rest] = module.path.split("/");
  if (!HOSTS_OF_REPOSITORIES.has(host) || name === "" || module.version === "") return NOASSERTION;
  const folder = rest.join("/").replace(/(?:^|\/)v[0-9]+$/, "");
  const tag = module.version.replace(/\+incompatible$/, "");
  const commit = PSEUDO_VERSION.exec(tag)?.[1];
  const ref = commit ?? (folder === "" ? tag : `${folder}/${tag}`);
  return `git+https://${host}/${owner}/${name}@${ref}`;
}
