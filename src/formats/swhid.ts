/**
 * The SWHID of a Git commit (SWHID 1.2, core identifiers): the same SHA-1 over the same bytes. Empty for a repository
 * with SHA-256 ids, which version 1 of the scheme does not know.
 */
export function swhidOf(commit: string): string {
  return commit.length === 40 ? `swh:1:rev:${commit}` : "";
}
