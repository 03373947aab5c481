import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Both Node releases that cavra supports and the tests have: from the packages `node` and `node22`. */
export const NODE_RELEASES: Readonly<Record<"22" | "24", string>> = {
  "22": programOf("node22"),
  "24": programOf("node"),
};

function programOf(name: string): string {
  const folder = dirname(require.resolve(`${name}/package.json`));
  return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
}
