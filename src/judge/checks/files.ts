import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { CHECKSUMS_FILE } from "../../model/layers.ts";
import type { Release } from "../../model/release.ts";
import type { ReleaseStatement } from "../../model/release-statement.ts";
import type { PackageStage } from "../stages.ts";
import { compareByKey, digestMembers, fail, memberSightings } from "./comparison.ts";

const COPY_AGAIN =
  "Copy the package again from where it came from; if it fails again, do not install it and ask your vendor by another way";
const ASK_MAKER = "Do not install it; ask the maker for a release whose documents agree with each other";

export const filesProblems: readonly Problem[] = [
  {
    id: "files.list-not-signed",
    severity: "error",
    title: "checksums.txt is not the list that was signed",
    why: "every digest of the package hangs on this list, so nothing in the package is covered by the signatures",
    remedy: COPY_AGAIN,
  },
  {
    id: "files.top-differs",
    severity: "error",
    title: "the top folder has not the name that was signed",
    why: "the signatures are for another folder, so these files may belong to another release",
    remedy: ASK_MAKER,
  },
  {
    id: "files.folder-renamed",
    severity: "warning",
    title: "the folder was renamed after it was signed",
    why: "the digests decide what it is, but its name no longer says which release this is",
    remedy: "Give the folder the name that the release was signed with",
  },
  {
    id: "files.list-unreadable",
    severity: "error",
    title: "checksums.txt is missing or cannot be read",
    why: "without the list no file of the package can be told from one that was put there later",
    remedy: COPY_AGAIN,
  },
  {
    id: "files.list-empty",
    severity: "error",
    title: "checksums.txt lists no file",
    why: "a list of nothing proves nothing",
    remedy: ASK_MAKER,
  },
  {
    id: "files.unlisted",
    severity: "error",
    title: "a file is in the package and in no list",
    why: "nobody signed it: it may have been put there after the release was made",
    remedy: "Do not install it and do not open the file; copy the package again from where it came from",
  },
  {
    id: "files.missing",
    severity: "error",
    title: "a listed file is not in the package",
    why: "the package is not complete, so what you would install is not what was signed",
    remedy: COPY_AGAIN,
  },
  {
    id: "files.listed-twice",
    severity: "error",
    title: "checksums.txt names a file more than once",
    why: "two tools may take different lines for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "files.lists-itself",
    severity: "error",
    title: "checksums.txt has a line for itself",
    why: "no file can hold its own digest, so the line cannot be true",
    remedy: ASK_MAKER,
  },
  {
    id: "files.digest-mismatch",
    severity: "error",
    title: "a file is not the file that was listed",
    why: "its bytes changed after the list was made: damaged media, or a change that nobody signed",
    remedy: COPY_AGAIN,
  },
];

const listSigned: Check<PackageStage> = {
  id: "files.list-signed",
  title: "checksums.txt is the list that was signed",
  run({ statement, release }) {
    if (statement === undefined) return skip("the signatures are not judged");
    const file = release.files.get(CHECKSUMS_FILE);
    const { digest } = statement.checksums;
    if (file === undefined) {
      const sighting = { problem: "files.list-not-signed", at: CHECKSUMS_FILE };
      return failOr(
        [{ ...sighting, expected: digest.sha256, actual: "not in the package" }],
        skip("no list"),
      );
    }
    const differing = memberSightings("files.list-not-signed", CHECKSUMS_FILE, digestMembers(digest, file));
    return failOr(differing, pass(CHECKSUMS_FILE, `sha256 ${file.sha256}`));
  },
};

function isSignedList(statement: ReleaseStatement | undefined, { files }: Release): boolean {
  const file = files.get(CHECKSUMS_FILE);
  const signed = statement?.checksums.digest;
  return signed === undefined || (file?.sha256 === signed.sha256 && file.sha512 === signed.sha512);
}

const topSigned: Check<PackageStage> = {
  id: "files.top",
  title: "The top folder has the name that was signed",
  run({ statement, release }) {
    if (statement === undefined) return skip("the signatures are not judged");
    const actual = `${release.top}/${CHECKSUMS_FILE}`;
    const expected = statement.checksums.name;
    // A zip carries the name inside its signed bytes; a folder can be renamed by whoever copies it.
    const problem = release.kind === "zip" ? "files.top-differs" : "files.folder-renamed";
    return failOr(
      expected === actual ? [] : [{ problem, at: release.top, expected, actual }],
      pass(release.top, actual),
    );
  },
};

const list: Check<PackageStage> = {
  id: "files.list",
  title: "checksums.txt can be read and is not empty",
  run({ policy, statement, release }) {
    const { checksums } = release.documents;
    // Bytes that nobody signed are not parsed, except in a diagnosis: files.list-signed has said so.
    if (!checksums.ok && !policy.diagnose && !isSignedList(statement, release))
      return skip("it is not the list that was signed");
    if (!checksums.ok) {
      return fail({ problem: "files.list-unreadable", at: CHECKSUMS_FILE, actual: checksums.reason });
    }
    const count = checksums.value.length;
    const empty = {
      problem: "files.list-empty",
      at: CHECKSUMS_FILE,
      expected: "at least one line",
      actual: "none",
    };
    return failOr(count === 0 ? [empty] : [], pass(CHECKSUMS_FILE, `${count} lines`));
  },
};

const closedWorld: Check<PackageStage> = {
  id: "files.closed-world",
  title: "The package holds the listed files and nothing else",
  needs: ["files.list"],
  run({ release }) {
    const { checksums } = release.documents;
    if (!checksums.ok) return skip("checksums.txt cannot be read");
    const present = [...release.files.keys()].filter((path) => path !== CHECKSUMS_FILE);
    const listed = checksums.value.filter(({ path }) => path !== CHECKSUMS_FILE);
    const {
      missing: unlisted,
      extra: absent,
      repeated,
    } = compareByKey(
      present,
      (path) => path,
      listed,
      ({ path }) => path,
    );
    const sightings: Sighting[] = [
      ...Array.from(unlisted.keys(), (at) => ({ problem: "files.unlisted", at, expected: "no such file" })),
      ...Array.from(absent, ([at, { sha256 }]) => ({
        problem: "files.missing",
        at,
        expected: `sha256 ${sha256}`,
      })),
      ...repeated.map((at) => ({ problem: "files.listed-twice", at })),
    ];
    if (listed.length < checksums.value.length)
      sightings.push({ problem: "files.lists-itself", at: CHECKSUMS_FILE });
    return failOr(sightings, pass(CHECKSUMS_FILE, `${present.length + 1} files, none missing, none besides`));
  },
};

const digests: Check<PackageStage> = {
  id: "files.digests",
  title: "Every file has the SHA-256 that checksums.txt lists",
  needs: ["files.list"],
  run({ release }) {
    const { checksums } = release.documents;
    if (!checksums.ok) return skip("checksums.txt cannot be read");
    const compared = checksums.value.flatMap(({ path, sha256 }) => {
      const file = release.files.get(path);
      return file === undefined ? [] : [{ at: path, expected: sha256, actual: file.sha256 }];
    });
    if (compared.length === 0) return skip("no listed file is in the package");
    const changed = compared.filter(({ expected, actual }) => expected !== actual);
    return failOr(
      changed.map((evidence) => ({ problem: "files.digest-mismatch", ...evidence })),
      pass(CHECKSUMS_FILE, `${compared.length} digests equal`),
    );
  },
};

export const filesChecks: readonly Check<PackageStage>[] = [
  listSigned,
  topSigned,
  list,
  closedWorld,
  digests,
];
