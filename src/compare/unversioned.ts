/** What stands in a comparable text where the release's own version stood. */
const PLACEHOLDER = "{version}";

/**
 * A path or command with the release's own version replaced, so that `bin/tool_v1.0.0_linux_amd64` and
 * `bin/tool_v1.1.0_linux_amd64` are one file in two releases. `11.0.0` does not hold `1.0.0`.
 */
export function unversioned(text: string, version: string): string {
  if (version === "") return text;
  const escaped = version.replaceAll(/[^0-9A-Za-z]/g, "\\$&");
  return text.replaceAll(new RegExp(`(?<![0-9]|[0-9]\\.)v?${escaped}(?![0-9]|\\.[0-9])`, "g"), PLACEHOLDER);
}
