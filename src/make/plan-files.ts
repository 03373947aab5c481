import type { EntryMode } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import type { FileConfig } from "./config/release-config.ts";
import { expandTemplate, type TemplateValues } from "./config/template.ts";
import { matchingPaths } from "./path-glob.ts";
import type { SourceFacts } from "./source.ts";

/** A committed file that goes into the package as it is. */
export interface PlannedFile {
  /** Relative to the source root. */
  readonly from: string;
  /** Path in the package. */
  readonly to: string;
  readonly mode: EntryMode;
}

const MODES: ReadonlyMap<string, EntryMode> = new Map([
  ["100644", 0o644],
  ["100755", 0o755],
]);

/** The files of a config, globs expanded over what is committed. Throws Failure "source" naming every rule without a file. */
export function planFiles(
  files: readonly FileConfig[],
  source: SourceFacts,
  values: TemplateValues,
): readonly PlannedFile[] {
  const problems: string[] = [];
  const planned = files.flatMap((file) => {
    const from = expandTemplate(file.from, values);
    const to = expandTemplate(file.to, values);
    const matches = matchingPaths(source.committedFiles.keys(), from);
    if (matches.length === 0) problems.push(`${from}: no committed file has this name`);
    return matches.flatMap((path) => {
      const gitMode = source.committedFiles.get(path) ?? "";
      const committed = MODES.get(gitMode);
      if (committed === undefined) problems.push(`${path}: is a link or a submodule, not a regular file`);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const mode = file.mode ?? committed ?? 0o644;
      return [{ from: path, to: to.endsWith("/") ? to + name : to, mode }];
    });
  });
  if (problems.length === 0) return planned;
  throw new Failure("source", "files of the config are not in the commit", {
    at: problems[0] ?? "",
    hint: "git add the file and commit it, or let a build make it",
    output: problems.join("\n"),
  });
}
