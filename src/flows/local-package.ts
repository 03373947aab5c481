import { legacySignatures } from "../judge/checks/signatures-legacy.ts";
import { judgeRelease, type Judgement } from "../judge/judge-release.ts";
import type { Inspection } from "../judge/inspect-release.ts";
import type { OpenedSubject } from "../judge/stages.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_LIMITS } from "../model/limits.ts";
import type { Manifest } from "../model/manifest.ts";
import { DEFAULT_REQUIRED, type Policy } from "../model/policy.ts";
import { openSubject } from "./open-subject.ts";

/** A package of our own that holds together; who signed it was not asked. */
export interface LocalPackage {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly subject: OpenedSubject;
  readonly inspection: Inspection;
}

/** Structure and contents are judged, signatures are not: what a maker asks of its own output. */
export const UNSIGNED: Policy = {
  now: 0,
  timeSource: "at",
  line: "main",
  channel: "stable",
  expectStream: false,
  allowTestTrust: true,
  allowUnsigned: true,
  allowMissingProvenance: false,
  allowMissingBootstrap: false,
  diagnose: false,
  mayHaveExpired: false,
  limits: DEFAULT_LIMITS,
  require: DEFAULT_REQUIRED,
};

interface LocalOptions {
  /** What the failure calls it: a draft lies under a name that is gone when the failure is read. */
  readonly name?: string;
  /** Its `.sig.json` files were taken over from another package, so they may be over other bytes. */
  readonly hasForeignSignatures?: boolean;
}

/**
 * Opens a package (zip or directory) that was made here and demands that everything in it agrees, signatures aside.
 * Throws Failure "refused" with every finding when it does not.
 */
export async function openLocalPackage(
  path: string,
  { name = path, hasForeignSignatures = false }: LocalOptions = {},
): Promise<LocalPackage> {
  const opened = await openSubject(path);
  try {
    const { subject } = opened;
    const judgement = await judgeRelease({
      policy: UNSIGNED,
      trust: undefined,
      subject,
      signatureFiles: new Map(),
      zipBytes: undefined,
      openContainer: (limits) => opened.openContainer(limits),
    });
    const tolerated = hasForeignSignatures ? legacySignatures.id : undefined;
    const inspection = demandSound(name, judgement, { isDraft: name !== path, tolerated });
    judgement.container?.assertUnchanged();
    const { manifest } = inspection.release.documents;
    if (!manifest.ok) throw new Failure("internal", "a sound package has a manifest", { at: path });
    return {
      manifest: manifest.value,
      manifestSha256: inspection.release.manifestSha256,
      subject,
      inspection,
    };
  } finally {
    await opened.close();
  }
}

interface Demand {
  readonly isDraft: boolean;
  /** The check whose findings do not count; undefined: all count. */
  readonly tolerated: string | undefined;
}

function demandSound(
  path: string,
  { run, inspection }: Judgement,
  { isDraft, tolerated }: Demand,
): Inspection {
  const wrong = run.findings.filter(
    ({ severity, check }) => (severity === "fatal" || severity === "error") && check !== tolerated,
  );
  if (inspection !== undefined && wrong.length === 0) return inspection;
  const [first] = wrong;
  throw new Failure("refused", `${path} is not a sound package: ${first?.title ?? "it cannot be read"}`, {
    at: first?.at ?? path,
    ...(first?.expected === undefined ? {} : { expected: first.expected }),
    ...(first?.actual === undefined ? {} : { found: first.actual }),
    output: wrong.map(({ id, at, title }) => `${id}: ${title} (${at})`).join("\n"),
    hint: isDraft
      ? "nothing was kept; build again, and report it when it stays"
      : "cavra release inspect PACKAGE",
  });
}
