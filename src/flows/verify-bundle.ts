import { extractTree, type VerifiedFile } from "../io/extract.ts";
import { exists, isFolder, writeFileAtomic } from "../io/files.ts";
import { publish, publishAlone, type Finish } from "../io/publish.ts";
import { copyVerifiedZip } from "../io/verified-copy.ts";
import { Failure } from "../model/failure.ts";
import type { Report } from "../model/report.ts";
import { suggestedVex } from "./suggest-vex.ts";
import { verifyAndRecord } from "./verify-recorded.ts";
import type { Verified, VerifyRequest } from "./verify-release.ts";

export interface BundleRequest extends VerifyRequest {
  /** A folder that does not exist yet; gets the files of the package, only after PASS. */
  readonly extractTo: string | undefined;
  /** A folder that does not exist yet; gets the package and its signature set, only after PASS. */
  readonly copyTo: string | undefined;
  /** A file that does not exist yet; gets what OpenVEX could say of the release, only after PASS. */
  readonly vexTo?: string | undefined;
}

/** Verifies a package and, only after PASS and from the verified bytes, extracts or copies it. */
export async function checkBundle(request: BundleRequest): Promise<Report> {
  const { extractTo, copyTo, vexTo } = request;
  for (const path of [extractTo, copyTo, vexTo]) await refuseExisting(path);
  // A package that cannot be looked at is for the verification to report.
  if (copyTo !== undefined && (await isFolder(request.path).catch(() => false))) {
    throw new Failure("usage", "--copy-to copies a zip, and this is a directory", {
      at: request.path,
      hint: "use --extract DIR",
    });
  }
  const { report } = await verifyAndRecord(request, async (verified) => {
    if (extractTo === undefined) await copy(copyTo, verified, publishAlone);
    else await extract(extractTo, verified, copyTo);
    const vex =
      vexTo === undefined ? undefined : suggestedVex(verified.release, request.policy, request.tool);
    if (vexTo !== undefined && vex !== undefined) await writeFileAtomic(vexTo, vex, { exclusive: true });
  });
  return report;
}

/** Said before the work, not after it. */
async function refuseExisting(path: string | undefined): Promise<void> {
  if (path === undefined || !(await exists(path))) return;
  throw new Failure("output", `${path} exists already`, {
    at: path,
    hint: "verified files go only into a new folder: choose another name",
  });
}

/** What was asked for appears together, or nothing of it. */
async function extract(destination: string, verified: Verified, copyTo: string | undefined): Promise<void> {
  const { container, release } = verified;
  const files: readonly VerifiedFile[] = [...release.files.values()];
  const read = (path: string): AsyncIterable<Uint8Array> => container.pieces(path);
  await extractTree(destination, files, read, async (tree) => {
    if (copyTo === undefined) await publishAlone(tree);
    else await copy(copyTo, verified, async (folder) => publish([tree, folder]));
  });
}

async function copy(
  destination: string | undefined,
  { opened, signatureSet }: Verified,
  finish: Finish,
): Promise<void> {
  if (destination === undefined) return;
  const { file, facts, subject } = opened;
  if (file === undefined || facts.sha256 === null)
    throw new Failure("internal", "only a zip is copied", { at: facts.path });
  const files = [...(signatureSet?.files ?? [])].flatMap(([name, read]) =>
    read.ok ? [[name, read.value] as const] : [],
  );
  const zip = { name: subject.name, source: file, sha256: facts.sha256, signatureFiles: new Map(files) };
  await copyVerifiedZip(destination, zip, finish);
}
