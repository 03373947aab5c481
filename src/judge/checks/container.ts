import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { ZIP_PROFILE } from "../../model/release-statement.ts";
import type { ZipProfile } from "../../model/zip-profile.ts";
import { entryNameProblems } from "./entry-name-problems.ts";
import { zipEntryProblems } from "./zip-entry-problems.ts";
import { zipRecordProblems } from "./zip-record-problems.ts";
import { fatalProblems } from "./zip-words.ts";

/** What was seen of the container itself, before any file of it is read as a format. */
export interface ContainerStage {
  readonly kind: "directory" | "zip";
  /** Of the records or the tree, and of entries whose data was found damaged while it was hashed. */
  readonly sightings: readonly Sighting[];
  /** 0 when the container was refused. */
  readonly entryCount: number;
  readonly totalBytes: number;
  /** Of a zip; left out: `cavra-zip/1`. */
  readonly profile?: ZipProfile;
}

const COPY_AGAIN =
  "Verify the zip instead of the folder, or let this tool extract the verified zip into a new folder";

/** Words for what is wrong with the tree of a folder. */
const treeProblems: readonly Problem[] = fatalProblems(
  [
    [
      "mode",
      "a file has permission bits that a package may not have",
      "setuid and world-writable files let others take over the machine",
    ],
    ["link", "the folder contains a symbolic link", "what a link points to can change after it was checked"],
    [
      "special-file",
      "the folder contains something that is neither a file nor a folder",
      "pipes and devices can block or act on the machine when read",
    ],
    [
      "empty-folder",
      "the folder contains an empty folder",
      "no package has one, so something was added or removed",
    ],
  ],
  COPY_AGAIN,
);

export const containerProblems: readonly Problem[] = [
  ...zipRecordProblems,
  ...zipEntryProblems,
  ...entryNameProblems,
  ...treeProblems,
];

const grammar: Check<ContainerStage> = {
  id: "container.grammar",
  title: "The zip has exactly one reading",
  run: (stage) => judged(stage, `${stage.profile ?? ZIP_PROFILE}, ${contentOf(stage)}`),
};

const tree: Check<ContainerStage> = {
  id: "container.tree",
  title: "The folder holds only plain files",
  run: (stage) => judged(stage, contentOf(stage)),
};

export const containerChecks: readonly Check<ContainerStage>[] = [grammar, tree];

/** The one that applies; the other is not asked. */
export function containerCheck(kind: ContainerStage["kind"]): Check<ContainerStage> {
  return kind === "zip" ? grammar : tree;
}

function judged(
  { kind, sightings, entryCount }: ContainerStage,
  actual: string,
): ReturnType<Check<ContainerStage>["run"]> {
  if (sightings.length === 0 && entryCount === 0) {
    return failOr(
      [{ problem: "container.count", at: kind, expected: "at least one file", actual: "none" }],
      skip("empty"),
    );
  }
  return failOr(sightings, pass(kind, actual));
}

function contentOf({ entryCount, totalBytes }: ContainerStage): string {
  return `${entryCount} files, ${totalBytes} bytes`;
}
