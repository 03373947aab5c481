import type { Problem } from "../../model/finding.ts";
import { fatalProblems, FETCH_AGAIN, NOT_OURS, ONE_READING, type FatalWords } from "./zip-words.ts";

const COMMENT = "a comment can hide a second zip that other tools read instead";
const STREAM =
  "tools that read from front to back unpack what stands there, tools that use the directory do not";
const SEARCH = "tools search for the end record in several ways, and each would find another zip";

const layout: readonly FatalWords[] = [
  [
    "end-record",
    "the file does not end with exactly one zip end record",
    "it is no zip, or bytes were cut off or added",
  ],
  ["suffix", "bytes follow the end of the zip", SEARCH],
  ["archive-comment", "the zip carries a comment", COMMENT],
  ["second-end-record", "the zip has a second end record that some tools would use", SEARCH],
  ["multi-disk", "the zip claims to be one part of several", "tools disagree on where the other parts are"],
  ["count", "the zip holds another number of files than it says", ONE_READING],
  ["directory-offset", "the directory of the zip is not where the end record says", SEARCH],
  [
    "directory-size",
    "the directory of the zip has another size than the end record says",
    "tools that trust the size and tools that trust the count see different files",
  ],
  ["central-header", "the directory of the zip holds something that is no entry", ONE_READING],
  ["missing-record", "the directory names a file that is not where it says", STREAM],
  ["unlisted-record", "the zip holds a file that its directory does not name", STREAM],
  ["prefix", "bytes stand before the first file of the zip", "a program or a second zip can hide there"],
  ["gap", "bytes of the zip belong to no file and no record", STREAM],
  [
    "overlap",
    "two parts of the zip share bytes",
    "such zips unpack to a thousand times their size, and tools disagree about them",
  ],
  ["directory-order", "the directory lists the files in another order than they stand in", STREAM],
  ["zip64", "the zip uses, or pretends to use, the zip64 extension", ONE_READING],
];

const headers: readonly FatalWords[] = [
  ["version-differs", "the two headers of a file need different versions", ONE_READING],
  ["flags-differ", "the two headers of a file have different flags", ONE_READING],
  ["encryption-differs", "one header of a file says that it is encrypted, the other does not", ONE_READING],
  ["method-differs", "the two headers of a file name different compression methods", ONE_READING],
  ["time-differs", "the two headers of a file have different times", ONE_READING],
  ["crc-differs", "the two headers of a file have different checksums", ONE_READING],
  ["size-differs", "the two headers of a file have different sizes", ONE_READING],
  ["name-differs", "the two headers of a file have different names", ONE_READING],
  [
    "descriptor-differs",
    "the data descriptor of a file is missing or says something else than the directory",
    ONE_READING,
  ],
  [
    "data-descriptor",
    "the sizes of a file stand behind its data",
    "a tool that reads from front to back has to guess where the data ends",
  ],
  ["unicode-path", "a file has a second name in an extra field", "some tools use this name, others do not"],
  ["zip64-extra", "a file has a second size in an extra field", "some tools use these sizes, others do not"],
  ["extra-duplicate", "an extra field occurs twice", "some tools use the first, others the last"],
  ["extra-malformed", "an extra field is broken", "tools skip different parts of it"],
  ["extra-differs", "an extra field differs between the two headers of a file", ONE_READING],
  [
    "extra-field",
    "the zip carries extra fields",
    `${ONE_READING}; some tools take names, owners and times from them`,
  ],
];

const house: readonly FatalWords[] = [
  ["made-by", "the zip was not made the way this profile is made", NOT_OURS],
  ["time", "a file in the zip has a time that does not exist", NOT_OURS],
  ["time-mix", "the files in the zip do not have one and the same time", NOT_OURS],
  ["order", "the files of the zip are not in bytewise order of their names", NOT_OURS],
  ["records", "the records of the zip are not the bytes that this tool writes for them", NOT_OURS],
  [
    "top",
    "the zip has more than one top folder, or files outside of it",
    "files would land beside the folder that you expect",
  ],
  [
    "readers-disagree",
    "two independent zip readers do not see the same content",
    ONE_READING,
    "Report this with the tool's version, and do not use the file",
  ],
];

/** Words for what is wrong with the records of a zip and with their order. */
export const zipRecordProblems: readonly Problem[] = [
  ...fatalProblems(layout, FETCH_AGAIN),
  ...fatalProblems(headers, FETCH_AGAIN),
  ...fatalProblems(house, FETCH_AGAIN),
];
