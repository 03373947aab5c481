import type { ZipProfile } from "../model/zip-profile.ts";

/** One way in which a zip can be hostile, and what is found then. */
export interface HostileClass {
  /** `a1` to `c5` as in the ZipDiff study (USENIX Security 2025); a name for the others. */
  readonly id: string;
  readonly title: string;
  /** Ids of the findings, without their family `container`: at least one of them is found, the first most often. */
  readonly problems: readonly [string, ...string[]];
  /** Profiles that refuse it. `cavra-zip/1` refuses all but what is only reported. */
  readonly refusedBy: readonly ZipProfile[];
}

const BOTH: readonly ZipProfile[] = ["cavra-zip/1", "strict"];
const HOUSE: readonly ZipProfile[] = ["cavra-zip/1"];
const NEITHER: readonly ZipProfile[] = [];

type Row = readonly [id: string, title: string, problems: HostileClass["problems"]];

/** What no two tools may read differently: refused by both profiles. */
const AMBIGUOUS: readonly Row[] = [
  ["a1", "the two headers of a file name different methods", ["method-differs"]],
  [
    "a2",
    "sizes disagree: headers, data descriptor, zip64 extra field, data",
    [
      "size-differs",
      "descriptor-differs",
      "data-descriptor",
      "zip64-extra",
      "zip64",
      "crc-differs",
      "data-size",
      "extra-duplicate",
    ],
  ],
  [
    "a3",
    "a file has two names: headers, Unicode Path extra field, UTF-8 flag",
    ["name-differs", "unicode-path", "extra-duplicate", "extra-malformed", "flags-differ"],
  ],
  [
    "a4",
    "a file is also a folder: final slash, backslash, attributes",
    ["folder-with-data", "folder-attributes", "name-backslash", "folder-entry"],
  ],
  ["a5", "encrypted by one header only", ["encryption-differs", "encrypted"]],
  ["b1", "two files with one name", ["duplicate-name"]],
  [
    "b2",
    "special bytes in names",
    [
      "name-control",
      "name-not-utf8",
      "name-not-ascii",
      "name-invisible",
      "name-backslash",
      "name-colon",
      "name-character",
      "name-trailing",
      "name-empty",
    ],
  ],
  [
    "b3",
    "two spellings of one path",
    ["name-dot-segment", "name-empty-segment", "name-absolute", "name-backslash"],
  ],
  ["b4", "names that differ in case", ["case-twins"]],
  [
    "c1",
    "front-to-back readers see other files: records without directory entry or the reverse, overlap, descriptors",
    [
      "unlisted-record",
      "missing-record",
      "overlap",
      "gap",
      "descriptor-differs",
      "data-descriptor",
      "directory-order",
      "name-differs",
      "entry-comment",
    ],
  ],
  [
    "c2",
    "several end records, or a comment that holds one",
    ["second-end-record", "archive-comment", "suffix", "directory-offset", "end-record"],
  ],
  ["c3", "count or size of the directory is wrong", ["count", "directory-size", "central-header"]],
  ["c4", "the directory is not where the end record says", ["directory-offset", "prefix"]],
  ["c5", "zip64 records, used or pretended", ["zip64", "zip64-extra"]],
  ["prefix", "bytes before the first file", ["prefix"]],
  ["suffix", "bytes after the end record", ["suffix", "end-record"]],
  ["gap", "bytes between two records", ["gap"]],
  ["overlap", "files that share data", ["overlap"]],
  ["ratio", "a size that no data can have", ["ratio"]],
  ["limits", "more files or bytes than any package", ["limit"]],
  ["no-name", "an entry without a name", ["name-empty"]],
  ["path-length", "a path of more than 240 bytes", ["path-length"]],
  ["path-depth", "a path of more than 16 segments", ["path-depth"]],
  ["macos-files", "side files of macOS: __MACOSX, .DS_Store, ._name", ["name-platform"]],
  ["windows-device", "CON, NUL, COM1 and their kind", ["name-device"]],
  ["trailing-dot-or-space", "names whose end Windows drops", ["name-trailing"]],
  ["alternate-stream", "a colon: drives and hidden streams", ["name-colon"]],
  ["short-name", "names like LONGFI~1", ["name-short"]],
  ["bidirectional", "characters that reorder a name", ["name-invisible"]],
  ["zero-width", "characters without width", ["name-invisible"]],
  ["homoglyph", "letters of other alphabets that look alike", ["name-not-ascii"]],
  ["unicode-form", "NFC and NFD of one name", ["name-not-normal"]],
  ["compatibility-twins", "full-width and other twins (NFKD)", ["name-compatible"]],
  ["case-folding", "letters without a common lower case", ["name-case-fold"]],
  ["file-and-folder", "a file a beside a file a/b", ["file-and-folder"]],
  ["symbolic-link", "an entry of type S_IFLNK", ["link-entry"]],
  ["device-or-pipe", "an entry of type S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK", ["special-entry"]],
  ["setuid", "setuid, setgid and sticky bits", ["setuid-entry"]],
  ["world-writable", "files that everybody may change", ["world-writable"]],
  ["host", "made for a system other than MS-DOS and Unix", ["host"]],
  ["version-needed", "needs more than version 2.0", ["version-needed"]],
  ["method", "bzip2, LZMA, Zstandard, Deflate64, AES", ["method"]],
  ["encryption", "encrypted data", ["encrypted"]],
  ["strong-encryption", "strong encryption", ["strong-encryption"]],
  ["masked-header", "masked headers", ["masked-header"]],
  ["patched-data", "patched data", ["patched-data"]],
  ["unknown-flags", "flags without a known meaning", ["flags"]],
  ["multi-disk", "one part of several", ["multi-disk"]],
  ["entry-comment", "a comment in the directory", ["entry-comment"]],
  ["archive-comment", "a comment in the end record", ["archive-comment"]],
  ["crc", "data with another CRC-32", ["crc", "crc-differs"]],
  ["deflate-trailing", "bytes after the final block", ["deflate-trailing"]],
  ["deflate-unfinished", "data without a final block", ["deflate-unfinished"]],
  ["deflate-two-streams", "two streams one after the other", ["deflate-second-stream"]],
  [
    "deflate-damaged",
    "oversubscribed codes and other broken streams",
    ["deflate-damaged", "deflate-unfinished"],
  ],
  [
    "deflate-odd",
    "streams that no compressor writes and some tool refuses",
    ["deflate-no-distances", "deflate-short-end"],
  ],
  ["stored-size", "stored data of two sizes", ["stored-size"]],
  ["extra-field", "extra fields outside of the list", ["extra-field"]],
  ["extra-malformed", "extra fields that are no records", ["extra-malformed"]],
  ["extra-twice", "an extra field that occurs twice", ["extra-duplicate"]],
  ["extra-differs", "times that differ between the headers", ["extra-differs", "extra-field"]],
  ["directory-order", "a directory in another order than the files", ["directory-order"]],
  ["internal-attributes", "unknown internal attributes", ["internal-attributes"]],
];

/** House style of `cavra-zip/1`; every tool reads these alike, so `strict` accepts them. */
const HOUSE_STYLE: readonly Row[] = [
  ["segment-length", "a segment of more than 100 characters", ["segment-length"]],
  ["leading-hyphen", "names that look like options", ["name-option"]],
  ["other-mode", "any other permissions than 0644 and 0755", ["attributes"]],
  ["made-by", "made by another version", ["made-by"]],
  ["mixed-methods", "stored and deflated files together", ["method-mix"]],
  ["utf8-flag", "the flag for UTF-8 names", ["utf8-flag"]],
  ["streamed-sizes", "sizes behind the data", ["data-descriptor"]],
  ["time-range", "a DOS time that does not exist", ["time"]],
  ["time-not-fixed", "files with different times", ["time-mix", "time-differs"]],
  ["extra-times", "extra fields with times and owners", ["extra-field"]],
  ["order", "files in another order than that of their names", ["order"]],
  ["folder-entry", "entries for folders", ["folder-entry"]],
  ["top-folder", "more than one top folder", ["top"]],
];

const REPORTED: readonly Row[] = [
  ["nested-zip", "a zip inside, which is reported and not opened", ["nested-zip"]],
];

/** Every class of hostile zip, with the ids of its findings. */
export const HOSTILE_CLASSES: readonly HostileClass[] = [
  ...AMBIGUOUS.map((row) => hostileClass(row, BOTH)),
  ...HOUSE_STYLE.map((row) => hostileClass(row, HOUSE)),
  ...REPORTED.map((row) => hostileClass(row, NEITHER)),
];

function hostileClass([id, title, problems]: Row, refusedBy: readonly ZipProfile[]): HostileClass {
  return { id, title, problems, refusedBy };
}
