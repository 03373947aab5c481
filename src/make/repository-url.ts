const SCP_FORM = /^(?:[^@/:\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)\/?([^\s?#]+)$/;

/**
 * The URL of a git remote as it goes into documents: https, without user, password, query and final `.git`, so that
 * people who cloned over ssh and over https record the same. undefined for a local path and anything else.
 */
export function repositoryUrl(remote: string): string | undefined {
  const scp = SCP_FORM.exec(remote);
  // One letter before the colon is a Windows drive.
  if (scp?.[1] !== undefined && scp[2] !== undefined && scp[1].length > 1)
    return canonical(scp[1], "", scp[2]);
  let url: URL;
  try {
    url = new URL(remote);
  } catch {
    return undefined;
  }
  if (!["https:", "http:", "ssh:", "git:", "git+ssh:"].includes(url.protocol)) return undefined;
  // The port of ssh says nothing about the https address.
  const port = url.protocol === "https:" && url.port !== "" ? `:${url.port}` : "";
  return canonical(url.hostname, port, url.pathname);
}

function canonical(host: string, port: string, path: string): string | undefined {
  const trimmed = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  return host === "" || trimmed === "" ? undefined : `https://${host.toLowerCase()}${port}/${trimmed}`;
}
