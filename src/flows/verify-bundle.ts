import { extractTree, type VerifiedFile } from "../io/extract.ts";
import { exists, isFolder } from "../io/files.ts";
import { writeNewFile } from "../io/new-file.ts";
import { writeNewFolder } from "../io/new-folder.ts";
import { publishTogether, type Finish, type Writer } from "../io/publish.ts";
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
  /** What is said of a PASS to others, and the folder for it, which does not exist yet. */
  readonly attestation?: Attestation | undefined;
}

export interface Attestation {
  readonly to: string;
  /** Signed statements by file name; `now` is the time that was judged at. */
  readonly attest: (verified: Verified, now: number) => Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Verifies a package and, only after PASS and from the verified bytes, extracts, copies or attests it. */
export async function checkBundle(request: BundleRequest): Promise<Report> {
  const { extractTo, copyTo, attestation, vexTo } = request;
  for (const path of [extractTo, copyTo, attestation?.to, vexTo]) await refuseExisting(path);
  // A package that cannot be looked at is for the verification to report.
  if (copyTo !== undefined && (await isFolder(request.path).catch(() => false))) {
    throw new Failure("usage", "--copy-to copies a zip, and this is a directory", {
      at: request.path,
      hint: "use --extract DIR",
    });
  }
  const { report } = await verifyAndRecord(request, async (verified) => {
    await publishTogether(await writersOf(request, verified));
  });
  return report;
}

/** Statements are signed first: a key that fails leaves nothing written. */
async function writersOf(
  { extractTo, copyTo, attestation, vexTo, policy, tool }: BundleRequest,
  verified: Verified,
): Promise<readonly Writer[]> {
  const statements = await attestation?.attest(verified, policy.now);
  const vex = vexTo === undefined ? undefined : suggestedVex(verified.release, policy, tool);
  return [
    ...(extractTo === undefined ? [] : [extraction(extractTo, verified)]),
    ...(copyTo === undefined ? [] : [copying(copyTo, verified)]),
    ...(attestation === undefined || statements === undefined
      ? []
      : [async (finish: Finish) => writeNewFolder(attestation.to, statements, finish)]),
    ...(vexTo === undefined || vex === undefined
      ? []
      : [async (finish: Finish) => writeNewFile(vexTo, vex, { finish })]),
  ];
}

/** Said before the work, not after it. */
async function refuseExisting(path: string | undefined): Promise<void> {
  if (path === undefined || !(await exists(path))) return;
  throw new Failure("output", `${path} exists already`, {
    at: path,
    hint: "verified files go only into a new folder: choose another name",
  });
}

function extraction(destination: string, { container, release }: Verified): Writer {
  const files: readonly VerifiedFile[] = [...release.files.values()];
  const read = (path: string): AsyncIterable<Uint8Array> => container.pieces(path);
  return async (finish) => extractTree(destination, files, read, finish);
}

function copying(destination: string, { opened, signatureSet }: Verified): Writer {
  const { file, facts, subject } = opened;
  if (file === undefined || facts.sha256 === null)
    throw new Failure("internal", "only a zip is copied", { at: facts.path });
  const files = [...(signatureSet?.files ?? [])].flatMap(([name, read]) =>
    read.ok ? [[name, read.value] as const] : [],
  );
  const zip = { name: subject.name, source: file, sha256: facts.sha256, signatureFiles: new Map(files) };
  return async (finish) => copyVerifiedZip(destination, zip, finish);
}
