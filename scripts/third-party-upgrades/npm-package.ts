import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

/** npm, the network or the package is not there: nothing can be said about any rule. */
export class NotFetched extends Error {}

/** Unpacks one published package into `folder`, as npm delivers it. Throws NotFetched. */
export async function fetchPackage(name: string, version: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const npm = await run(
    "npm",
    ["pack", `${name}@${version}`, "--loglevel", "error", "--pack-destination", "."],
    folder,
  );
  const [archive] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  if (npm.exitCode !== 0 || archive === undefined) {
    const code = /npm error code (\w+)/.exec(npm.stderr)?.[1] ?? "no archive";
    throw new NotFetched(`npm could not fetch ${name}@${version} (${code})`);
  }
  const tar = await run("tar", ["-xzf", archive, "--strip-components", "1"], folder);
  if (tar.exitCode !== 0) throw new NotFetched(`tar could not unpack ${name}@${version}`);
  await rm(join(folder, archive));
}
