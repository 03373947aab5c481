import { sha256Hex } from "../crypto/digest.ts";
import { judgeThreshold } from "../crypto/threshold.ts";
import { companionPayloads, isCompanionFile } from "../formats/companion-statements.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { writeSpdx3 } from "../formats/spdx3.ts";
import { valueOf, type Parsed } from "../model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { Inspection } from "./inspect-release.ts";
import type { CompanionStage, CompanionStatement } from "./stages.ts";

export interface CompanionContext {
  readonly trust: TrustRoot;
  readonly now: number;
  readonly isEndorsed: boolean;
  /** undefined: no statement was accepted; then nothing is made of the release. */
  readonly release: ReleaseStatement | undefined;
  readonly inspection: Inspection;
}

const NOT_MADE = "a payload that is made of the release";

/** Companion statements are made again from the verified package, and must be exactly that; they are never parsed. */
export function judgeCompanions(
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
  context: CompanionContext,
): CompanionStage {
  const companions = [...files].filter(([name]) => isCompanionFile(name));
  const payloads = companions.length === 0 ? undefined : payloadsOf(context);
  const { isEndorsed } = context;
  return {
    isEndorsed,
    statements: companions.map(([file, bytes]) => judgeOne(file, bytes, payloads?.get(file), context)),
  };
}

function judgeOne(
  file: string,
  bytes: Parsed<Uint8Array>,
  payload: Uint8Array | undefined,
  { trust, now, release }: CompanionContext,
): CompanionStatement {
  const envelope = bytes.ok ? parseEnvelope(file, bytes.value) : bytes;
  const stream = trust.roles.release.find(
    ({ line, channel }) => line === release?.predicate.line && channel === release.predicate.channel,
  );
  const result =
    envelope.ok && stream !== undefined
      ? judgeThreshold(trust, { members: stream.members, threshold: 1 }, envelope.value, now)
      : undefined;
  return {
    file,
    envelope,
    result,
    expectedType: IN_TOTO_PAYLOAD_TYPE,
    expected: payload === undefined ? NOT_MADE : `SHA-256 ${sha256Hex(payload)}`,
    actual: envelope.ok ? `SHA-256 ${sha256Hex(envelope.value.payload)}` : "unread",
  };
}

function payloadsOf({
  release,
  inspection: { release: packaged, documentBytes },
}: CompanionContext): ReadonlyMap<string, Uint8Array> | undefined {
  const { manifest, sbom } = packaged.documents;
  const spdx2 = documentBytes.get(sbom.at);
  if (release === undefined || !manifest.ok || !sbom.ok || spdx2 === undefined) return undefined;
  const spdx3 = writeSpdx3(sbom.value);
  return valueOf(companionPayloads({ zip: release.zip, manifest: manifest.value, spdx2, spdx3 }));
}
