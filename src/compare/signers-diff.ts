import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { SignerFacts } from "../model/report.ts";
import type { ComparedRelease, TrustLevel } from "./compared-release.ts";
import { changeOf, type Change, type SetChange, setChange } from "./change.ts";

export interface SignersDiff {
  readonly added: readonly SignerFacts[];
  readonly removed: readonly SignerFacts[];
  readonly kept: readonly SignerFacts[];
  readonly unknownKeyIds: SetChange;
  readonly needed: Change<number>;
  readonly holders: Change<number>;
  readonly trustLevel: Change<TrustLevel>;
  readonly rootVersion: Change<number | null>;
  readonly testTrust: Change<boolean>;
}

export function diffSigners(was: ComparedRelease, now: ComparedRelease): Parsed<SignersDiff> {
  const unjudged = [was, now].find(({ signaturesJudged }) => !signaturesJudged);
  if (unjudged !== undefined) {
    const side = unjudged === was ? "the earlier release" : "the candidate";
    return broken("signatures", `the signatures of ${side} were not judged`);
  }
  const before = new Set(was.signers.map(({ keyId }) => keyId));
  const after = new Set(now.signers.map(({ keyId }) => keyId));
  return parsed("signatures", {
    added: now.signers.filter(({ keyId }) => !before.has(keyId)),
    removed: was.signers.filter(({ keyId }) => !after.has(keyId)),
    kept: now.signers.filter(({ keyId }) => before.has(keyId)),
    unknownKeyIds: setChange(was.unknownKeyIds, now.unknownKeyIds),
    needed: changeOf(was, now, ({ threshold }) => threshold.needed),
    holders: changeOf(was, now, ({ threshold }) => threshold.holders),
    trustLevel: changeOf(was, now, ({ trustLevel }) => trustLevel),
    rootVersion: changeOf(was, now, ({ rootVersion }) => rootVersion),
    testTrust: changeOf(was, now, ({ testTrust }) => testTrust),
  });
}
