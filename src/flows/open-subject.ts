import { basename, resolve } from "node:path";
import { openByteSource, type OpenedFile } from "../io/byte-source.ts";
import { isFolder } from "../io/files.ts";
import { Inspector } from "../io/inspector.ts";
import type { OpenedContainer } from "../judge/open-container.ts";
import { openDirectory } from "../judge/open-directory.ts";
import { openZip } from "../judge/open-zip.ts";
import type { OpenedSubject } from "../judge/stages.ts";
import type { Limits } from "../model/limits.ts";
import type { SubjectFacts } from "../model/report.ts";
import type { ZipProfile } from "../model/zip-profile.ts";

/** A package on the medium, opened once; zip and directory alike (trust-spec section 6, step 3). */
export interface OpenSubject {
  readonly facts: SubjectFacts;
  readonly subject: OpenedSubject;
  /** The descriptor of a zip; undefined for a directory. */
  readonly file: OpenedFile | undefined;
  /** For a zip: reads its structure. Called only when the signatures allow it. */
  openContainer(limits: Limits, profile?: ZipProfile): OpenedContainer;
  close(): Promise<void>;
}

/**
 * Opens the subject and takes the digests of a zip's raw bytes; nothing is parsed. Throws Failure "input" when there is
 * no such thing, it is neither file nor folder, or it is too large.
 */
export async function openSubject(
  path: string,
  inspector: Inspector = new Inspector(),
): Promise<OpenSubject> {
  return (await isFolder(path)) ? folderSubject(path, inspector) : await zipSubject(path, inspector);
}

function folderSubject(path: string, inspector: Inspector): OpenSubject {
  return {
    facts: { path, kind: "directory", sizeBytes: null, sha256: null },
    subject: { kind: "directory", name: basename(resolve(path)), zip: null },
    file: undefined,
    openContainer: (limits) => openDirectory(path, limits, inspector),
    close: async () => await inspector.close(),
  };
}

async function zipSubject(path: string, inspector: Inspector): Promise<OpenSubject> {
  const file = openByteSource(path);
  // In this order: a number that was closed may at once be another file's, for the threads too.
  const close = async (): Promise<void> => {
    await inspector.close();
    file.close();
  };
  try {
    const digests = await inspector.rawDigests(file);
    const { sizeBytes } = file;
    return {
      facts: { path, kind: "zip", sizeBytes, sha256: digests.sha256 },
      subject: { kind: "zip", name: basename(path), zip: { sizeBytes, ...digests } },
      file,
      openContainer: (limits, profile) => openZip(file, limits, inspector, profile),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
