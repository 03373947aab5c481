import { join } from "node:path";
import { digestSet } from "../crypto/digest.ts";
import { shortKeyId } from "../crypto/keys.ts";
import type { Signer } from "../crypto/signer.ts";
import { writeEnvelope } from "../formats/dsse.ts";
import { rebuildFileName, writeRebuildStatement } from "../formats/rebuild-statement.ts";
import { readSignatureSet, signatureFolderOf, writeSignatureSet } from "../io/signature-set.ts";
import { rebuildersOf } from "../judge/checks/reproducibility-rebuild.ts";
import { judgeRebuilds } from "../judge/judge-rebuilds.ts";
import { signPayload } from "../make/sign.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import type { RebuildReport } from "../model/rebuild.ts";
import type { RebuildStatement } from "../model/rebuild-statement.ts";
import { IN_TOTO_PAYLOAD_TYPE, type Subject } from "../model/release-statement.ts";
import type { LocalPackage } from "./local-package.ts";
import type { RebuildSubject } from "./rebuild-subject.ts";
import { openSigner } from "./signers.ts";

export interface AttestRequest {
  /** The package; its signature set is written to. */
  readonly path: string;
  readonly signaturesFolder: string | undefined;
  /** Keys of rebuilders who sign when the rebuild is IDENTICAL; as for openSigner. */
  readonly attest: readonly string[];
  readonly passphraseFile: string | undefined;
}

/** Somebody of the `rebuild` role, ready to sign. */
export interface Rebuilder {
  readonly holder: string;
  readonly signer: Signer;
}

export interface Attestation {
  readonly written: RebuildReport["attested"];
  readonly rebuilders: NonNullable<RebuildReport["rebuilders"]>;
}

/**
 * The keys of `--attest`, opened before hours of building: only a key that the trust root names as a rebuilder's signs,
 * and only for a release that trust was used on. Throws Failure "usage" or "refused".
 */
export async function openRebuilders(
  { attest, passphraseFile }: AttestRequest,
  { judgement: { chain } }: RebuildSubject,
): Promise<readonly Rebuilder[]> {
  if (attest.length === 0) return [];
  if (chain === undefined) {
    throw new Failure("usage", "a rebuild is attested under a trust root, and none was used", {
      hint: "add --trust FILE",
    });
  }
  const { keys, roles } = chain.last.root;
  const opened: Rebuilder[] = [];
  for (const key of attest) {
    const signer = await openSigner(key, passphraseFile);
    const { keyId } = signer.publicKey;
    const holder = keys.find((known) => known.keyId === keyId)?.holder;
    if (holder === undefined || !roles.rebuild.members.includes(keyId)) {
      throw new Failure("refused", "this key is no rebuilder's", {
        at: key,
        expected: roles.rebuild.members.join(", ") || "a rebuild role with members in the trust root",
        found: keyId,
        hint: "who may: cavra trust show ROOT; to name one: cavra trust add-key --role rebuild",
      });
    }
    opened.push({ holder, signer });
  }
  return opened;
}

/**
 * Signs that the bytes were made again. The statement is computed from the rebuilt package, which was just found equal
 * to the one that the release statement is about.
 */
export async function attestRebuild(
  { path, signaturesFolder }: AttestRequest,
  rebuilders: readonly Rebuilder[],
  { judgement: { chain, signatures, rebuilds } }: RebuildSubject,
  made: LocalPackage,
  tool: string,
): Promise<Attestation | undefined> {
  if (rebuilders.length === 0 || chain === undefined || rebuilds === undefined) return undefined;
  const statement = statementOf(made, tool);
  demandSameSubjects(statement, signatures?.statement.ok === true ? signatures.statement.value : undefined);
  const folder = signaturesFolder ?? signatureFolderOf(path);
  const files = new Map<string, Uint8Array>();
  const written: { readonly holder: string; readonly path: string }[] = [];
  for (const { holder, signer } of rebuilders) {
    const name = rebuildFileName(shortKeyId(signer.publicKey.keyId));
    const payload = writeRebuildStatement(statement);
    const envelope = await signPayload(name, payload, IN_TOTO_PAYLOAD_TYPE, undefined, signer);
    files.set(name, writeEnvelope(envelope));
    written.push({ holder, path: join(folder, name) });
  }
  await writeSignatureSet(folder, files);
  const set = await readSignatureSet(folder);
  const stage = judgeRebuilds(chain.last.root, set?.files ?? new Map(), rebuilds.release, rebuilds.policy);
  return { written, rebuilders: { needed: stage.role.threshold, holders: rebuildersOf(stage) } };
}

function statementOf(
  { manifest, manifestSha256, subject, inspection }: LocalPackage,
  tool: string,
): RebuildStatement {
  const { release, documentBytes } = inspection;
  const checksums = documentBytes.get(CHECKSUMS_FILE);
  if (subject.zip === null || checksums === undefined)
    throw new Failure("internal", "a sound zip has a list", { at: CHECKSUMS_FILE });
  const { sha256, sha512 } = subject.zip;
  const { product, version, source } = manifest;
  return {
    zip: { name: manifest.zipName, digest: { sha256, sha512 } },
    checksums: { name: `${release.top}/${CHECKSUMS_FILE}`, digest: digestSet(checksums) },
    predicate: { product, version, manifestSha256, commit: source.commit, verdict: "IDENTICAL", tool },
  };
}

/** Equal files and an equal zip have equal subjects; anything else is a defect, and is not signed. */
function demandSameSubjects(
  ours: RebuildStatement,
  signed: { readonly zip: Subject; readonly checksums: Subject } | undefined,
): void {
  const pairs = [
    [ours.zip, signed?.zip],
    [ours.checksums, signed?.checksums],
  ] as const;
  const other = pairs.find(
    ([a, b]) =>
      a.name !== b?.name || a.digest.sha256 !== b.digest.sha256 || a.digest.sha512 !== b.digest.sha512,
  );
  if (other === undefined) return;
  throw new Failure("refused", "the rebuilt release is not the one that was signed", {
    at: other[0].name,
    expected: other[1]?.digest.sha256 ?? "a signed release",
    found: other[0].digest.sha256,
    hint: "nothing was signed; report this",
  });
}
