import { shortKeyId } from "../crypto/keys.ts";
import { judgeThreshold } from "../crypto/threshold.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { parseRebuildStatement, rebuildFileKey } from "../formats/rebuild-statement.ts";
import type { Envelope } from "../model/envelope.ts";
import { broken, type Parsed } from "../model/parsed.ts";
import type { RebuildStatement } from "../model/rebuild-statement.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../model/release-statement.ts";
import type { RebuildFacts } from "../model/report.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import { rebuildersOf } from "./checks/reproducibility-rebuild.ts";
import type { RebuildEvidence, RebuildStage, SignatureStage } from "./stages.ts";

/**
 * Every `rebuild.<k>.dsse.json` of a signature set (trust-spec sections 3 and 4): its signature first, and what it says
 * only when a rebuilder of the root signed it.
 */
export function judgeRebuilds(
  trust: TrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
  release: ReleaseStatement | undefined,
  policy: SignatureStage["policy"],
): RebuildStage {
  const rebuilds = [...files].flatMap(([file, bytes]) => {
    const key = rebuildFileKey(file);
    if (key === undefined) return [];
    const envelope = bytes.ok ? signedBy(key, parseEnvelope(file, bytes.value)) : bytes;
    return [judgeRebuild(trust, file, envelope, policy.now)];
  });
  return { policy, role: trust.roles.rebuild, release, rebuilds };
}

/** One file, one rebuilder: a copy of somebody's statement under another name is nobody's. */
function signedBy(key: string, envelope: Parsed<Envelope>): Parsed<Envelope> {
  if (!envelope.ok) return envelope;
  const [signature, second] = envelope.value.signatures;
  return signature !== undefined && second === undefined && shortKeyId(signature.keyid) === key
    ? envelope
    : broken(envelope.at, "must be signed once, by the key that its name says");
}

function judgeRebuild(
  trust: TrustRoot,
  file: string,
  envelope: Parsed<Envelope>,
  now: number,
): RebuildEvidence {
  if (!envelope.ok) return { file, envelope, result: undefined, releaseSigners: [], statement: envelope };
  const role = { members: trust.roles.rebuild.members, threshold: 1 };
  const result = judgeThreshold(trust, role, envelope.value, now);
  const releasers = new Set(trust.roles.release.flatMap(({ members }) => members));
  const releaseSigners = trust.keys
    .filter(({ keyId }) => releasers.has(keyId) && result.unknown.includes(keyId))
    .map(({ holder }) => holder);
  const statement = result.met
    ? readStatement(file, envelope.value)
    : broken(file, "was not read because no rebuilder's signature on it counts");
  return { file, envelope, result, releaseSigners, statement };
}

function readStatement(file: string, { payloadType, payload }: Envelope): Parsed<RebuildStatement> {
  return payloadType === IN_TOTO_PAYLOAD_TYPE
    ? parseRebuildStatement(file, payload)
    : broken(file, "has another payload type");
}

/** How many independent holders made this release again, for reports; undefined when the root names no rebuilders. */
export function rebuildFacts(stage: RebuildStage): RebuildFacts | undefined {
  return stage.role.members.length === 0
    ? undefined
    : { needed: stage.role.threshold, holders: rebuildersOf(stage) };
}
