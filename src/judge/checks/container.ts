import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { ZIP_PROFILE } from "../../model/release-statement.ts";

/** What was seen of the container itself, before any file of it is read as a format. */
export interface ContainerStage {
  readonly kind: "directory" | "zip";
  /** Of the records or the tree, and of entries whose data was found damaged while it was hashed. */
  readonly sightings: readonly Sighting[];
  /** 0 when the container was refused. */
  readonly entryCount: number;
  readonly totalBytes: number;
}

const FETCH_AGAIN =
  "Do not open it with any other tool. Compare its SHA-256 with the one your vendor publishes, and fetch it again";
const COPY_AGAIN =
  "Verify the zip instead of the folder, or let this tool extract the verified zip into a new folder";
const ASK_VENDOR = "Do not use it. Get the zip from your vendor again, by another way, and verify that";
const ONE_READING =
  "two unzip tools could show different content for it, so what was checked need not be what is installed";
const NOT_OURS =
  "every zip of this profile has the same value there, so something else wrote or changed this one";

export const containerProblems: readonly Problem[] = [
  fatal(
    "end-record",
    "the file does not end with exactly one zip end record",
    "it is no zip, or bytes were cut off or added",
    FETCH_AGAIN,
  ),
  fatal(
    "layout",
    "the parts of the zip do not follow each other without gap or overlap",
    ONE_READING,
    FETCH_AGAIN,
  ),
  fatal("count", "the zip holds another number of files than it says", ONE_READING, FETCH_AGAIN),
  fatal(
    "headers-differ",
    "a file is described differently in two places of the zip",
    ONE_READING,
    FETCH_AGAIN,
  ),
  fatal("zip64", "the zip uses, or pretends to use, the zip64 extension", ONE_READING, FETCH_AGAIN),
  fatal(
    "flags",
    "a file in the zip has flags set, such as encryption or a data descriptor",
    ONE_READING,
    FETCH_AGAIN,
  ),
  fatal(
    "extra-field",
    "the zip carries extra fields",
    `${ONE_READING}; some tools take names and sizes from them`,
    FETCH_AGAIN,
  ),
  fatal(
    "comment",
    "the zip carries a comment",
    "a comment can hide a second zip that other tools read instead",
    FETCH_AGAIN,
  ),
  fatal("constant", "a field of the zip has another value than the profile fixes", NOT_OURS, FETCH_AGAIN),
  fatal(
    "method",
    "a file in the zip is stored or compressed in a way that the profile does not allow",
    NOT_OURS,
    FETCH_AGAIN,
  ),
  fatal("time", "the times in the zip are not one and the same valid time", NOT_OURS, FETCH_AGAIN),
  fatal("order", "the files of the zip are not in bytewise order of their names", NOT_OURS, FETCH_AGAIN),
  fatal(
    "records",
    "the records of the zip are not the bytes that this tool writes for them",
    NOT_OURS,
    FETCH_AGAIN,
  ),
  fatal(
    "top",
    "the zip has more than one top folder, or files outside of it",
    "files would land beside the folder that you expect",
    FETCH_AGAIN,
  ),
  fatal(
    "size",
    "a file in the zip claims a size that its data cannot have",
    "such a claim makes tools run out of memory or disk",
    FETCH_AGAIN,
  ),
  fatal(
    "data",
    "the data of a file in the zip does not unpack to what its header says",
    "the zip is damaged, or made so that tools disagree about it",
    FETCH_AGAIN,
  ),
  fatal(
    "readers-disagree",
    "two independent zip readers do not see the same content",
    ONE_READING,
    "Report this with the tool's version, and do not use the file",
  ),
  fatal(
    "name",
    "a file name is not allowed in a package",
    "such names mean different files on different systems, or leave the folder",
    ASK_VENDOR,
  ),
  fatal(
    "name-collision",
    "two names become one on some systems",
    "on a file system that ignores case one file would replace the other",
    ASK_VENDOR,
  ),
  fatal(
    "attributes",
    "an entry of the zip is not a regular file with mode 0644 or 0755",
    "links, devices and setuid files in a zip reach outside of the folder or take over the machine",
    FETCH_AGAIN,
  ),
  fatal(
    "mode",
    "a file has permission bits that a package may not have",
    "setuid and world-writable files let others take over the machine",
    COPY_AGAIN,
  ),
  fatal(
    "limit",
    "the package is larger than any real package",
    "checking it would exhaust memory or disk",
    `${ASK_VENDOR}; if the size is meant, --raise-limit accepts what its limit names`,
  ),
  fatal(
    "link",
    "the folder contains a symbolic link",
    "what a link points to can change after it was checked",
    COPY_AGAIN,
  ),
  fatal(
    "special-file",
    "the folder contains something that is neither a file nor a folder",
    "pipes and devices can block or act on the machine when read",
    COPY_AGAIN,
  ),
  fatal(
    "empty-folder",
    "the folder contains an empty folder",
    "no package has one, so something was added or removed",
    COPY_AGAIN,
  ),
];

function fatal(name: string, title: string, why: string, remedy: string): Problem {
  return { id: `container.${name}`, severity: "fatal", title, why, remedy };
}

const grammar: Check<ContainerStage> = {
  id: "container.grammar",
  title: "The zip has exactly one reading",
  run: (stage) => judged(stage, `${ZIP_PROFILE}, ${contentOf(stage)}`),
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
