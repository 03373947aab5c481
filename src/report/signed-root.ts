import type { TrustRoot } from "../model/trust-root.ts";
import { fingerprintRows } from "./fingerprint.ts";
import { rootChangeLines } from "./root-changes.ts";
import { line, row, span, type Line } from "./span.ts";
import { trustRootLines } from "./trust-root.ts";

interface ShownRoot {
  readonly root: TrustRoot;
  readonly before: TrustRoot | undefined;
  readonly payloadSha256: string;
}

interface SignedRoot extends ShownRoot {
  readonly holders: number;
  readonly needed: number;
  readonly previousHolders: number;
  readonly previousNeeded: number;
}

/** What somebody reads before they sign: all of a first root, and the changes of every later one. */
export function shownRootLines({ root, before, payloadSha256 }: ShownRoot): readonly Line[] {
  const lines = before === undefined ? trustRootLines(root, null) : rootChangeLines(before, root);
  return [...lines, row("pin", payloadSha256), ...fingerprintRows(payloadSha256)];
}

export function signedRootDocument(signed: SignedRoot, path: string): object {
  const { root, before: _before, ...counts } = signed;
  return { schema: "cavra.trust-signed/1", path, product: root.product, version: root.version, ...counts };
}

export function signedRootLines(signed: SignedRoot, path: string): readonly Line[] {
  const { root, before, holders, needed, previousHolders, previousNeeded, payloadSha256 } = signed;
  const ofPrevious =
    before === undefined ? "" : `, ${previousHolders} of ${previousNeeded} holders of root ${before.version}`;
  const isComplete = holders >= needed && previousHolders >= previousNeeded;
  const next = isComplete
    ? finished(root)
    : "the other holders sign it too: cavra trust sign ROOT --key FILE";
  return [
    line([span("signed ", "good"), path, `, ${holders} of ${needed} root holders${ofPrevious}`]),
    row("pin", payloadSha256),
    line([span("next: ", "strong"), next], 0, 6),
  ];
}

function finished({ version }: TrustRoot): string {
  return version === 1
    ? "give file and pin to operators, each by its own way: cavra trust pin --help"
    : "put it into the .sigs folder of each release: cavra trust verify-chain --help";
}
