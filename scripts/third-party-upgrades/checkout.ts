import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchPackage } from "./npm-package.ts";
import { run } from "./run.ts";
import { extensionOf, type Platform, type Tool } from "./tools.ts";

/** The sources are dated from here on, a day for each version: a release names no day of this run. */
const FIRST_COMMIT_SECONDS = Date.UTC(2026, 0, 1) / 1000;
const DAY_SECONDS = 24 * 60 * 60;

/**
 * A repository with one tagged commit for each version: release config and checksum list. The programs themselves are
 * ignored by git, as build results are. Throws NotFetched.
 */
export async function makeCheckout(tool: Tool, folder: string, fetched: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await git(folder, ["init", "--quiet", "--initial-branch=main"]);
  await writeFile(join(folder, ".gitignore"), "/out/\n");
  await writeFile(join(folder, "cavra.release.yaml"), releaseConfig(tool));
  for (const [index, version] of tool.versions.entries()) {
    for (const { npmPackage, target } of tool.platforms) {
      await fetchPackage(npmPackage, version, join(fetched, version, folderOf(target)));
    }
    await placePrograms(tool, version, folder, fetched);
    const date = `${FIRST_COMMIT_SECONDS + index * DAY_SECONDS} +0000`;
    await git(folder, ["add", "."], date);
    await git(folder, ["commit", "--quiet", "--message", `Release v${version}`], date);
    await git(folder, ["tag", "--annotate", "--message", `v${version}`, `v${version}`], date);
  }
}

/** Puts the checkout at a version, with its programs in place. */
export async function checkOut(tool: Tool, version: string, folder: string, fetched: string): Promise<void> {
  await git(folder, ["checkout", "--quiet", `v${version}`]);
  await placePrograms(tool, version, folder, fetched);
}

async function placePrograms(tool: Tool, version: string, folder: string, fetched: string): Promise<void> {
  const lines: string[] = [];
  for (const platform of tool.platforms) {
    const place = join("out", folderOf(platform.target));
    await mkdir(join(folder, place), { recursive: true });
    for (const name of fileNames(tool, platform)) {
      const from = join(fetched, version, folderOf(platform.target), platform.folder, name);
      await copyFile(from, join(folder, place, name));
      const digest = createHash("sha256").update(await readFile(from));
      lines.push(`${digest.digest("hex")}  out/${folderOf(platform.target)}/${name}\n`);
    }
  }
  await writeFile(join(folder, "SHA256SUMS"), lines.join(""));
}

function fileNames({ programs }: Tool, platform: Platform): readonly string[] {
  return programs.map((program) => program + extensionOf(platform));
}

function folderOf(target: string): string {
  return target.replace("/", "-");
}

function releaseConfig({ product, license, repository, platforms, programs }: Tool): string {
  return [
    "schema: cavra.release/1",
    `product: { name: ${product}, license: ${license}, repository: "${repository}" }`,
    "version: { from: tag }",
    "source: { require: [clean, tagged] }",
    "targets:",
    ...platforms.map((platform) => `  ${platform.target}: { ext: "${extensionOf(platform)}" }`),
    "builds:",
    ...programs.flatMap((program) => [
      `  - id: ${program}`,
      `    prebuilt: { path: out/$(os)-$(arch)/${program}$(ext), expect: SHA256SUMS }`,
      `    output: bin/${program}_v$(version)_$(os)_$(arch)$(ext)`,
      `    install: { name: ${program} }`,
    ]),
    "packages:",
    `  - id: ${product}`,
    `    name: ${product}-v$(version).zip`,
    `    include: [${programs.join(", ")}]`,
    "    format: { kind: zip, profile: cavra-zip/1 }",
    "",
  ].join("\n");
}

async function git(
  folder: string,
  args: readonly string[],
  date = `${FIRST_COMMIT_SECONDS} +0000`,
): Promise<void> {
  const person = { name: "CAVRA Fixtures", email: "fixtures@cavra.example" };
  const settings = ["core.autocrlf=false", "commit.gpgSign=false", "tag.gpgSign=false", "gc.auto=0"];
  const { exitCode, stderr } = await run(
    "git",
    [...settings.flatMap((setting) => ["-c", setting]), ...args],
    folder,
    {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
      GIT_COMMITTER_DATE: date,
    },
  );
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.trim()}`);
}
