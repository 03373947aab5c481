import { extractTree, type VerifiedFile } from "../io/extract.ts";
import { exists, isFolder } from "../io/files.ts";
import { copyVerifiedZip } from "../io/verified-copy.ts";
import { Failure } from "../model/failure.ts";
import type { Report } from "../model/report.ts";
import { verifyRelease, type Verified, type VerifyRequest } from "./verify-release.ts";

export interface BundleRequest extends VerifyRequest {
  /** A folder that does not exist yet; gets the files of the package, only after PASS. */
  readonly extractTo: string | undefined;
  /** A folder that does not exist yet; gets the package and its signature set, only after PASS. */
  readonly copyTo: string | undefined;
}

/** Verifies a package and, only after PASS and from the verified bytes, extracts or copies it. */
export async function checkBundle(request: BundleRequest): Promise<Report> {
  const { extractTo, copyTo } = request;
  for (const path of [extractTo, copyTo]) await refuseExisting(path);
  // A package that cannot be looked at is for the verification to report.
  if (copyTo !== undefined && (await isFolder(request.path).catch(() => false))) {
    throw new Failure("usage", "--copy-to copies a zip, and this is a directory", {
      at: request.path,
      hint: "use --extract DIR",
    });
  }
  const { report } = await verifyRelease(request, async (verified) => {
    if (extractTo !== undefined) await extract(extractTo, verified);
    if (copyTo !== undefined) await copy(copyTo, verified);
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

async function extract(destination: string, { container, release }: Verified): Promise<void> {
  const files: readonly VerifiedFile[] = [...release.files.values()];
  await extractTree(destination, files, (path) => container.read(path));
}

async function copy(destination: string, { opened, signatureSet }: Verified): Promise<void> {
  const { file, facts, subject } = opened;
  if (file === undefined || facts.sha256 === null)
    throw new Failure("internal", "only a zip is copied", { at: facts.path });
  const files = [...(signatureSet?.files ?? [])].flatMap(([name, read]) =>
    read.ok ? [[name, read.value] as const] : [],
  );
  const zip = { name: subject.name, source: file, sha256: facts.sha256, signatureFiles: new Map(files) };
  await copyVerifiedZip(destination, zip);
}
