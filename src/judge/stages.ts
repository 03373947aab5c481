import type { PublicKey } from "../crypto/keys.ts";
import type { SignatureVerdict } from "../crypto/signature-verdict.ts";
import type { Envelope, MemberSignature, ThresholdResult } from "../model/envelope.ts";
import type { ChecksumLine } from "../model/documents.ts";
import type {
  LegacyBootstrap,
  LegacyDocument,
  LegacyEvidence,
  LegacyProvenance,
  LegacySbom,
} from "../model/legacy-package.ts";
import type { LegacySignature } from "../model/legacy-signature.ts";
import type { Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Release } from "../model/release.ts";
import type { RebuildStatement } from "../model/rebuild-statement.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import type { RootChain } from "../crypto/root-chain.ts";
import type { RollbackRecord } from "../model/trust-state.ts";
import type { Endorsement, ReleaseRole, ThresholdRole, TrustRoot } from "../model/trust-root.ts";

/** The subject as it was opened, before anything of it is read as a format. */
export interface OpenedSubject {
  readonly kind: "directory" | "zip";
  /** Base name of the path on the medium; it may have been renamed. */
  readonly name: string;
  /** Raw digests and size of the zip; null for a directory. */
  readonly zip: { readonly sizeBytes: number; readonly sha256: string; readonly sha512: string } | null;
}

/** A `roles.release[]` entry and what the signatures over the raw payload amount to for it. */
export interface StreamThreshold {
  readonly role: ReleaseRole;
  readonly result: ThresholdResult;
}

/** Steps 4 to 6 of trust-spec section 6: nothing of the subject has been parsed yet. */
export interface SignatureStage {
  readonly policy: Policy;
  readonly trust: TrustRoot;
  readonly subject: OpenedSubject;
  /** release.dsse.json; undefined: the signature set or the file is missing. */
  readonly envelope: Parsed<Envelope> | undefined;
  readonly thresholds: readonly StreamThreshold[];
  /** Sigstore bundles of identities of the root over the payload of the envelope. */
  readonly keyless: readonly MemberSignature[];
  /** What was accepted on this machine before. */
  readonly record: RollbackRecord;
  /** The entry of the trust root that stands in for threshold and expiry; undefined: these bytes are not endorsed. */
  readonly endorsement: Endorsement | undefined;
  /** Read only after a threshold was met (or with `--diagnose`); broken with that reason otherwise. */
  readonly statement: Parsed<ReleaseStatement>;
}

/** The provenance envelope beside the subject (of a Sigstore bundle where there is no other) and who signed it for the builder that the provenance names. */
export interface ProvenanceSignature {
  readonly envelope: Parsed<Envelope>;
  /** The release, and with it the digest of this provenance, is endorsed by the root holders. */
  readonly isEndorsed: boolean;
  /** What the Sigstore bundle over it is worth, for each identity that may sign for the builder. */
  readonly keyless: readonly MemberSignature[];
  /** undefined: the trust root does not list the builder, or there is no trust. */
  readonly builder:
    | { readonly id: string; readonly maxBuildLevel: number; readonly result: ThresholdResult }
    | undefined;
}

/** Steps 7 to 13: the inspected package. `statement` is undefined when signatures are not judged (`--allow-unsigned`, own checks of the maker). */
export interface PackageStage {
  readonly policy: Policy;
  readonly statement: ReleaseStatement | undefined;
  readonly release: Release;
  readonly provenanceSignature: ProvenanceSignature | undefined;
  /** release-evidence.md as the manifest renders; undefined when the manifest is broken. */
  readonly renderedEvidence: string | undefined;
}

/** A stock copy of a signature (trust-spec section 3); it never counts, but one of a trusted key must verify. */
export interface SignatureCopy {
  readonly file: string;
  /** The trusted key that the file name means; undefined: no key of the root, or over a zip that is not at hand. */
  readonly keyId: string | undefined;
  readonly verdict: SignatureVerdict;
}

/** A `.sig.json` of the existing system (trust-spec section 1, L4) and what it amounts to under the key inside it. */
export interface LegacySignatureReading {
  readonly path: string;
  readonly document: Parsed<LegacySignature>;
  /** The key inside it, with the SHA-256 of its PEM text. */
  readonly key: Parsed<PublicKey & { readonly pemSha256: string }>;
  /** undefined: broken, over another file than the one that is there, or over one that is too large. */
  readonly verdict: SignatureVerdict | undefined;
}

export interface LegacyStage {
  readonly signatures: readonly LegacySignatureReading[];
  /** Paths that may have such a signature, and must when any has. */
  readonly signable: ReadonlySet<string>;
  readonly files: Release["files"];
  /** undefined: signatures are not judged. */
  readonly trust: TrustRoot | undefined;
}

/** A package of the existing system, which is only read where the user asks for no signatures. */
export interface LegacyPackageStage {
  readonly policy: Policy;
  readonly top: string;
  /** Every file, bytewise by path. */
  readonly files: Release["files"];
  /** checksums.txt, in any order. */
  readonly list: Parsed<readonly ChecksumLine[]>;
  readonly evidence: Parsed<LegacyEvidence>;
  readonly signatures: readonly LegacySignatureReading[];
  /** As in LegacyStage. */
  readonly signable: ReadonlySet<string>;
  /** Paths that no list of that system covers. */
  readonly uncovered: readonly string[];
  /** Those that are there, with the `schema_version` that their name promises. */
  readonly documents: readonly { readonly schema: string; readonly document: Parsed<LegacyDocument> }[];
  readonly bootstrap: Parsed<LegacyBootstrap>;
  readonly provenance: Parsed<LegacyProvenance>;
  readonly sbom: Parsed<LegacySbom>;
}

export interface CopiesStage {
  readonly copies: readonly SignatureCopy[];
}

/** A statement of somebody who rebuilt the release, beside the package, and what its signature amounts to. */
export interface RebuildEvidence {
  readonly file: string;
  readonly envelope: Parsed<Envelope>;
  /** Of the `rebuild` role, with a threshold of one; undefined where the envelope cannot be read. */
  readonly result: ThresholdResult | undefined;
  /** Holders who sign releases and signed this too; they vouch for themselves. */
  readonly releaseSigners: readonly string[];
  /** Read only after a signature of a rebuilder counted; broken with that reason otherwise. */
  readonly statement: Parsed<RebuildStatement>;
}

/** Step 13: who else made this release from its source. */
export interface RebuildStage {
  readonly policy: Policy;
  readonly role: ThresholdRole;
  readonly release: ReleaseStatement | undefined;
  readonly rebuilds: readonly RebuildEvidence[];
}

/** A statement for readers of in-toto beside the package, and what its one right payload would be. */
export interface CompanionStatement {
  readonly file: string;
  readonly envelope: Parsed<Envelope>;
  /** Of the release role, with a threshold of one; undefined where the envelope or the stream cannot be read. */
  readonly result: ThresholdResult | undefined;
  readonly expectedType: string;
  /** Digests of payloads, in words. */
  readonly expected: string;
  readonly actual: string;
}

export interface CompanionStage {
  readonly isEndorsed: boolean;
  readonly statements: readonly CompanionStatement[];
}

/** Steps 1 and 2: the trust that was given. */
export interface TrustStage {
  readonly policy: Policy;
  /** As it was given; undefined: none was. */
  readonly trust: Parsed<LoadedTrustRoot> | undefined;
  /** Where the roots beside the package lead from there; undefined when there is nothing to start from. */
  readonly chain: RootChain | undefined;
  readonly record: RollbackRecord;
}
