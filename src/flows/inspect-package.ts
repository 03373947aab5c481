import { readSignatureSet, signatureFolderOf, type SignatureSet } from "../io/signature-set.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { judgeRelease } from "../judge/judge-release.ts";
import type { LegacyPackageStage } from "../judge/stages.ts";
import { layerOf } from "../model/layers.ts";
import { valueOf } from "../model/parsed.ts";
import type { InspectionFacts } from "../report/inspection.ts";
import { UNSIGNED } from "./local-package.ts";
import { openAnyPackage } from "./open-any-package.ts";
import { openSubject } from "./open-subject.ts";

/**
 * What a package says of itself, file by file, and whether it agrees with itself. Proves nothing about who made it: no
 * trust is asked. Throws Failure "input" when the subject cannot be opened.
 */
export async function inspectPackage(
  path: string,
  signaturesFolder: string | undefined,
): Promise<InspectionFacts> {
  const opened = await openSubject(path);
  try {
    const set = await readSignatureSet(signaturesFolder ?? signatureFolderOf(path));
    const mayBeLegacy = set?.files.has("release.dsse.json") !== true;
    const { run, inspection, legacy } = await judgeRelease({
      policy: UNSIGNED,
      trust: undefined,
      subject: opened.subject,
      signatureFiles: new Map(),
      zipBytes: undefined,
      mayBeLegacy,
      openContainer: (limits) =>
        mayBeLegacy ? openAnyPackage(opened, limits) : opened.openContainer(limits),
    });
    const release = inspection?.release;
    return {
      subject: opened.facts,
      manifest: valueOf(release?.documents.manifest) ?? null,
      ...legacyMember(legacy),
      manifestSha256: release?.manifestSha256 ?? null,
      files: [...(release?.files.values() ?? [])].map(({ path: file, mode, sizeBytes, sha256 }) => ({
        path: file,
        layer: legacy === undefined ? layerOf(file) : null,
        mode,
        sizeBytes,
        sha256,
      })),
      signedBy: keyIdsOf(set),
      findings: run.findings.filter(({ severity }) => severity === "fatal" || severity === "error"),
    };
  } finally {
    await opened.close();
  }
}

function legacyMember(legacy: LegacyPackageStage | undefined): Pick<InspectionFacts, "legacy"> {
  const evidence = legacy?.evidence.ok === true ? legacy.evidence.value : undefined;
  if (legacy === undefined || evidence === undefined) return {};
  const { product, version, commit, ref, signer } = evidence;
  return { legacy: { product, version, commit, ref, signer, signatureCount: legacy.signatures.length } };
}

function keyIdsOf(set: SignatureSet | undefined): readonly string[] {
  const file = set?.files.get("release.dsse.json");
  const envelope = file?.ok === true ? valueOf(parseEnvelope("release.dsse.json", file.value)) : undefined;
  return envelope?.signatures.map(({ keyid }) => keyid) ?? [];
}
