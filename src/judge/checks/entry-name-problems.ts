import type { Problem } from "../../model/finding.ts";
import { ASK_VENDOR, fatalProblems, type FatalWords } from "./zip-words.ts";

const ALIAS = "tools rewrite such a path, each in its own way, so two paths can become one";
const WINDOWS = "on Windows it means something else than elsewhere, or another file";
const TWINS = "on some file systems two such names are one file, on others two";
const DECODED = "tools decode such bytes in different ways, so the file gets a different name with each";

/** Words for names that mean different files on different systems, or leave the folder. */
export const entryNameProblems: readonly Problem[] = fatalProblems(
  [
    ["name-empty", "an entry has no name", "some tools skip it, others write to the folder itself"],
    ["name-absolute", "a path begins at the root of the file system", "some tools write it there"],
    ["name-dot-segment", "a path contains a segment of dots alone", "it can lead out of the folder"],
    ["name-empty-segment", "a path contains an empty segment", ALIAS],
    ["name-backslash", "a name contains a backslash", `a separator on Windows; elsewhere ${ALIAS}`],
    ["name-colon", "a name contains a colon", "on Windows it names a drive or a hidden stream of a file"],
    [
      "name-trailing",
      "a segment ends with a dot, a blank or a version, or begins with a blank",
      "Windows and some unzip tools drop them silently",
    ],
    ["name-device", "a segment is the name of a Windows device", WINDOWS],
    ["name-short", "a segment looks like a Windows short name", WINDOWS],
    ["name-character", "a name contains a character that is not allowed", WINDOWS],
    ["name-option", "a name begins with a hyphen", "scripts would take it for an option"],
    [
      "name-platform",
      "a name is that of a side file of macOS",
      "macOS merges it into the file beside it, other systems do not",
    ],
    ["name-control", "a name contains control characters", "it can end early, or steer the terminal"],
    ["name-not-utf8", "a name is not valid UTF-8", DECODED],
    ["name-not-ascii", "a name contains letters of other alphabets", DECODED],
    ["name-invisible", "a name contains characters that nobody sees", "it looks like another name"],
    ["name-not-normal", "a name is written in a second Unicode form", TWINS],
    ["name-compatible", "a name contains twins of other characters", TWINS],
    ["name-case-fold", "a name contains letters whose case depends on the system", TWINS],
    ["segment-length", "a segment is too long", "some file systems cut it"],
    ["path-length", "a path is too long", "some systems cut or refuse it"],
    ["path-depth", "a path has too many segments", "some systems refuse it"],
    ["duplicate-name", "two entries have the same name", "some tools keep the first, others the last"],
    ["case-twins", "two names differ only in case", TWINS],
    [
      "file-and-folder",
      "a file and a folder have the same name",
      "some tools keep the one, others the other",
    ],
  ] satisfies readonly FatalWords[],
  ASK_VENDOR,
);
