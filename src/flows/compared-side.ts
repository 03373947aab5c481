import { legacyFacts } from "../compare/package-facts.ts";
import type { ComparedRelease } from "../compare/compared-release.ts";
import type { Judgement } from "../judge/judge-release.ts";
import { rebuildersOf } from "../judge/checks/reproducibility-rebuild.ts";
import type { SignatureStage } from "../judge/stages.ts";
import { matchRelease } from "../judge/vulnerabilities/match-release.ts";
import { broken, valueOf, type ParsedBroken } from "../model/parsed.ts";
import type { Release, ReleaseDocuments } from "../model/release.ts";
import type { VulnerabilityDatabase } from "../model/vulnerability.ts";
import type { TrustSource } from "./trust-source.ts";

/** What a verification knows of one side; undefined when the package was not read. */
export function comparedRelease(
  judgement: Judgement | undefined,
  trust: TrustSource | undefined,
  database?: VulnerabilityDatabase,
): ComparedRelease | undefined {
  const release = judgement?.inspection?.release;
  if (judgement === undefined || release === undefined) return undefined;
  const builder = judgement.provenance?.builder;
  return {
    ...packageOf(judgement, release),
    testTrust: trust?.trust.ok === true && trust.trust.value.root.purpose === "test",
    rebuilders: judgement.rebuilds === undefined ? [] : rebuildersOf(judgement.rebuilds),
    buildLevel: builder?.result.met === true ? builder.maxBuildLevel : null,
    ...(database === undefined || judgement.legacy !== undefined
      ? {}
      : { vulnerabilities: matchRelease(release, database) }),
    ...signerFacts(judgement.signatures),
  };
}

/** Documents of the existing system have other shapes: what both can say is compared, the rest is not. */
function packageOf({ legacy }: Judgement, release: Release): Pick<ComparedRelease, "release" | "legacy"> {
  if (legacy === undefined) return { release };
  const { evidence } = legacy;
  return {
    release: { ...release, documents: unread(release.documents) },
    ...(evidence.ok ? { legacy: legacyFacts(evidence.value) } : {}),
  };
}

function notOurs({ at }: { readonly at: string }): ParsedBroken {
  return broken(at, "the package is of the system before cavra");
}

function unread(documents: ReleaseDocuments): ReleaseDocuments {
  return {
    checksums: notOurs(documents.checksums),
    manifest: notOurs(documents.manifest),
    sbom: notOurs(documents.sbom),
    provenance: notOurs(documents.provenance),
    installers: notOurs(documents.installers),
    reproducibility: notOurs(documents.reproducibility),
    goModules: notOurs(documents.goModules),
    bootstrap: notOurs(documents.bootstrap),
  };
}

type SignerKnowledge = Omit<
  ComparedRelease,
  "release" | "legacy" | "testTrust" | "buildLevel" | "rebuilders" | "rebuilt" | "vulnerabilities"
>;

function signerFacts(signatures: SignatureStage | undefined): SignerKnowledge {
  const predicate = valueOf(signatures?.statement)?.predicate;
  const stream = signatures?.thresholds.find(
    ({ role }) => role.line === predicate?.line && role.channel === predicate.channel,
  );
  const rootVersion = predicate?.rootVersion ?? null;
  const signaturesJudged = signatures !== undefined;
  if (stream === undefined) return { ...NOBODY, signaturesJudged, rootVersion };
  const { signers, unknown, needed, holders, met } = stream.result;
  return {
    signaturesJudged,
    rootVersion,
    signers,
    unknownKeyIds: unknown,
    threshold: { needed, holders: holders.length },
    trustLevel: met ? "pinned-key" : "checksum-only",
  };
}

const NOBODY = {
  signers: [],
  unknownKeyIds: [],
  threshold: { needed: 0, holders: 0 },
  trustLevel: "checksum-only",
} as const;
