import { sha256Hex } from "../../../src/crypto/digest.ts";
import { CHECKSUMS_FILE } from "../../../src/model/layers.ts";
import {
  type Defect,
  withBrokenDocument,
  withDocument,
  withFile,
  withRelease,
  withStatement,
} from "../alter-release.ts";

const OTHER = sha256Hex(Buffer.from("other"));

export const filesDefects: readonly Defect[] = [
  {
    problem: "files.list-not-signed",
    how: "the signed SHA-256 is of another list",
    alter: (stage) =>
      withStatement(stage, ({ checksums }) => ({
        checksums: { ...checksums, digest: { ...checksums.digest, sha256: OTHER } },
      })),
  },
  {
    problem: "files.list-not-signed",
    how: "the signed SHA-512 alone is of another list",
    alter: (stage) =>
      withStatement(stage, ({ checksums }) => ({
        checksums: { ...checksums, digest: { ...checksums.digest, sha512: OTHER.repeat(2) } },
      })),
  },
  {
    problem: "files.list-not-signed",
    how: "the list is gone",
    alter: (stage) => withFile(withBrokenDocument(stage, "checksums"), CHECKSUMS_FILE, () => undefined),
  },
  {
    problem: "files.top-differs",
    how: "a zip has another top folder",
    alter: (stage) => withRelease(stage, { top: "other-v1.2.3" }),
  },
  {
    problem: "files.folder-renamed",
    how: "a directory has another name",
    alter: (stage) => withRelease(stage, { top: "copy of the release", kind: "directory" }),
  },
  {
    problem: "files.list-unreadable",
    how: "checksums.txt cannot be parsed",
    alter: (stage) => withBrokenDocument(stage, "checksums"),
  },
  {
    problem: "files.list-empty",
    how: "checksums.txt has no line",
    alter: (stage) => withDocument(stage, "checksums", () => []),
  },
  {
    problem: "files.unlisted",
    how: "a script was put beside the binaries",
    alter: (stage) => {
      const extra = {
        path: "bin/extra.sh",
        mode: 0o755,
        sizeBytes: 1,
        sha1: "",
        sha256: OTHER,
        sha512: "",
      } as const;
      return withRelease(stage, { files: new Map([...stage.release.files, [extra.path, extra]]) });
    },
  },
  {
    problem: "files.unlisted",
    how: "a line was taken out of the list",
    alter: (stage) => withDocument(stage, "checksums", (lines) => lines.slice(1)),
  },
  {
    problem: "files.missing",
    how: "a file was taken out of the package",
    alter: (stage) => withFile(stage, "LICENSE", () => undefined),
  },
  {
    problem: "files.listed-twice",
    how: "a line stands twice",
    alter: (stage) => withDocument(stage, "checksums", (lines) => [...lines, ...lines.slice(0, 1)]),
  },
  {
    problem: "files.lists-itself",
    how: "the list names its own file",
    alter: (stage) => {
      const sha256 = stage.release.files.get(CHECKSUMS_FILE)?.sha256 ?? "";
      return withDocument(stage, "checksums", (lines) => [...lines, { path: CHECKSUMS_FILE, sha256 }]);
    },
  },
  {
    problem: "files.digest-mismatch",
    how: "the bytes of a file changed",
    alter: (stage) => withFile(stage, "LICENSE", (file) => ({ ...file, sha256: OTHER })),
  },
  {
    problem: "files.digest-mismatch",
    how: "the second of two lines for one file is another digest",
    alter: (stage) =>
      withDocument(stage, "checksums", (lines) => [...lines, { path: "LICENSE", sha256: OTHER }]),
    besides: ["files.listed-twice"],
  },
];
