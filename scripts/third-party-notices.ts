import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RolldownOutput } from "rolldown";

interface Notice {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Writes the licences of every package that went into the bundle beside it: MIT and BSD ask for that. */
export function writeNotices({ output }: RolldownOutput, folder: string): void {
  const modules = output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
  const packages = new Set(modules.flatMap((path) => packageFolder(path) ?? []));
  const notices = [...packages].map(noticeOf).toSorted((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
  const sections = notices.map((notice) => `${titleOf(notice)} (${notice.license})\n\n${notice.text}\n`);
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), sections.join(`\n${"-".repeat(80)}\n\n`));
}

/** The outermost folder below the last node_modules that is a package; undefined for our own files. */
function packageFolder(path: string): string | undefined {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll("\\", "/")) ?? [];
  return folder;
}

function noticeOf(folder: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Notice;
  return { name, version, license, text: licenseText(folder) };
}

function licenseText(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined
    ? "No licence file is in the package."
    : readFileSync(join(folder, file), "utf8").trim();
}

function titleOf({ name, version }: Notice): string {
  return `${name} ${version}`;
}
