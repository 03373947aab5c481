import { dirname, join } from "node:path";
import type { WrittenFile } from "../io/atomic-stream.ts";
import { exists } from "../io/files.ts";
import { packZip } from "../io/zip-archive.ts";
import { openDirectory } from "../judge/open-directory.ts";
import { Failure } from "../model/failure.ts";
import { openLocalPackage } from "./local-package.ts";

export interface Bundle extends WrittenFile {
  readonly path: string;
}

/**
 * Packs a package directory into the zip that its manifest names, after everything in it agreed. The bytes are a
 * function of the directory alone, so a lost zip can be made again and its signatures still hold.
 */
export async function bundlePackage(folder: string, outDir: string | undefined): Promise<Bundle> {
  const { manifest } = await openLocalPackage(folder);
  const path = join(outDir ?? dirname(folder.replace(/[/\\]+$/, "")), manifest.zipName);
  if (await exists(path)) {
    throw new Failure("output", `${path} exists already`, {
      at: path,
      hint: "remove it, or choose another folder with --out",
    });
  }
  const written = await packFolder(folder, path, manifest.zip.method, manifest.sourceDateEpoch);
  return { path, ...written };
}

/** Packs a tree whose names, modes and file types the judge's own walk accepted. */
export async function packFolder(
  folder: string,
  destination: string,
  method: "deflate" | "store",
  sourceDateEpoch: number,
): Promise<WrittenFile> {
  const opened = openDirectory(folder);
  if (!opened.ok) {
    const [first] = opened.stage.sightings;
    throw new Failure("refused", "the folder holds what a package cannot hold", { at: first?.at ?? folder });
  }
  const { container } = opened;
  const entries = container.entries.map(({ path, mode }) => ({
    path,
    mode,
    read: () => container.read(path),
  }));
  return packZip(destination, entries, { top: container.top, method, sourceDateEpoch });
}
