const SCP_LIKE = /^(?:[^@/]+@)?([^/:]+):(?!\/)(.+)$/;

/**
 * What makes two spellings of a repository one repository: `git+https://Host/o/r.git`, `https://host/o/r/` and
 * `git@host:o/r` are `host/o/r`. The path keeps its case. Only for comparing; never shown, fetched or written.
 */
export function repositoryName(location: string): string {
  const text = location
    .replace(/^git\+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
  if (text.includes("://") && URL.canParse(text)) {
    const { host, pathname } = new URL(text);
    return `${host.toLowerCase()}${pathname}`;
  }
  const scp = SCP_LIKE.exec(text);
  return scp?.[1] === undefined || scp[2] === undefined ? text : `${scp[1].toLowerCase()}/${scp[2]}`;
}
