import type { Problem } from "../../model/finding.ts";
import {
  ASK_VENDOR,
  fatalProblems,
  FETCH_AGAIN,
  NOT_OURS,
  ONE_READING,
  type FatalWords,
} from "./zip-words.ts";

const NOT_READ_HERE = "what cannot be read cannot be checked, and tools differ in what they make of it";
const TAKES_OVER = "such entries reach outside of the folder or take over the machine";
const FOLDER = "some tools write a file there, others make a folder";
const STREAM_END = "tools that ignore it and tools that read on unpack different content";

const flags: readonly FatalWords[] = [
  ["encrypted", "a file in the zip is encrypted", NOT_READ_HERE],
  ["strong-encryption", "a file in the zip uses strong encryption", NOT_READ_HERE],
  ["masked-header", "the headers of a file are masked", NOT_READ_HERE],
  ["patched-data", "a file in the zip is only a change to another one", NOT_READ_HERE],
  ["utf8-flag", "a file name is marked as UTF-8", NOT_OURS],
  ["flags", "a file in the zip has flags without a known meaning", ONE_READING],
];

const fields: readonly FatalWords[] = [
  ["version-needed", "a file in the zip needs another version than its method does", NOT_READ_HERE],
  ["host", "the zip was made for a system whose attributes tools read differently", ONE_READING],
  [
    "method",
    "a file in the zip is compressed by a method other than deflate",
    "many tools cannot unpack it, and some skip it without a word",
  ],
  ["method-mix", "the files of the zip are not all stored or all deflated", NOT_OURS],
  ["stored-size", "a stored file has two sizes", ONE_READING],
  [
    "ratio",
    "a file in the zip claims a size that its data cannot have",
    "such a claim makes tools run out of memory or disk",
  ],
  ["entry-comment", "a file in the zip carries a comment", "a comment can hide a second file or directory"],
  ["internal-attributes", "a file in the zip has unknown internal attributes", NOT_OURS],
];

const attributes: readonly FatalWords[] = [
  ["folder-entry", "the zip has an entry for a folder", NOT_OURS],
  ["folder-with-data", "an entry whose name ends like a folder's holds data", FOLDER],
  ["folder-attributes", "name and attributes of an entry disagree on whether it is a folder", FOLDER],
  [
    "link-entry",
    "an entry of the zip is a symbolic link",
    "some tools write through it to any place of the machine, others write a text file",
  ],
  ["special-entry", "an entry of the zip is a device, a pipe or a socket", TAKES_OVER],
  ["setuid-entry", "an entry of the zip has a setuid, setgid or sticky bit", TAKES_OVER],
  [
    "world-writable",
    "an entry of the zip may be changed by everybody",
    "whoever has an account on the machine can replace it after it was verified",
  ],
  ["attributes", "an entry of the zip is not a regular file with mode 0644 or 0755", NOT_OURS],
];

const data: readonly FatalWords[] = [
  ["data-size", "the data of a file unpacks to another size than its header says", ONE_READING],
  ["crc", "the data of a file does not have the checksum of its header", "the zip is damaged or was changed"],
  ["deflate-trailing", "bytes follow the end of a file's compressed data", STREAM_END],
  ["deflate-second-stream", "a second compressed stream follows the one of a file", STREAM_END],
  [
    "deflate-unfinished",
    "the compressed data of a file does not end",
    "some tools keep what they got so far, others refuse it",
  ],
  [
    "deflate-damaged",
    "the compressed data of a file is damaged",
    "some tools keep what they got before the damage, others refuse it",
  ],
  [
    "deflate-no-distances",
    "the compressed data of a file has lengths of repeats and no distances",
    "no compressor writes that, and some tools refuse the file, so it is missing where they unpack it",
  ],
  [
    "deflate-short-end",
    "the compressed data of a file ends before a reader that looks ahead expects it",
    "no compressor writes that, and some tools refuse the file, so it is missing where they unpack it",
  ],
];

const limits: readonly FatalWords[] = [
  [
    "limit",
    "the package is larger than any real package",
    "checking it would exhaust memory or disk",
    `${ASK_VENDOR}; if the size is meant, --raise-limit accepts what its limit names`,
  ],
];

const nestedZip: Problem = {
  id: "container.nested-zip",
  severity: "note",
  title: "a file in the zip is a zip itself",
  why: "what is inside of it was not looked at; only its bytes were judged",
  remedy: "Judge it on its own before you unpack it: cavra zip check FILE --profile strict",
};

/** Words for what is wrong with single entries of a zip and with their data. */
export const zipEntryProblems: readonly Problem[] = [
  ...fatalProblems(flags, FETCH_AGAIN),
  ...fatalProblems(fields, FETCH_AGAIN),
  ...fatalProblems(attributes, FETCH_AGAIN),
  ...fatalProblems(data, FETCH_AGAIN),
  ...fatalProblems(limits, FETCH_AGAIN),
  nestedZip,
];
