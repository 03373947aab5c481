import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";
import { ROOT } from "./root.ts";

// `npm run cavra -- ...`: the CLI of this clone, in the folder in which npm was called.
await buildIfStale();
const { status } = spawnSync(process.execPath, [join(ROOT, "bin", "run.js"), ...process.argv.slice(2)], {
  cwd: process.env["INIT_CWD"] ?? process.cwd(),
  stdio: "inherit",
});
process.exitCode = status ?? 70;
