import type { Envelope, ThresholdResult } from "../model/envelope.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { sha256Hex } from "./digest.ts";
import { judgeThreshold } from "./threshold.ts";
import { parseRootEnvelope, readRoot, withinPeriod, type LoadedTrustRoot } from "./trust-root.ts";

/** More steps at once mean a root so old that a new one should come by another way (trust-spec section 4). */
export const MAX_CHAIN_STEPS = 64;

const ROOT_FILE = /^root\.([1-9][0-9]{0,15})\.dsse\.json$/;

/** One step that was made: the file, and the root that it led to. */
export interface ChainStep extends LoadedTrustRoot {
  readonly file: string;
  readonly envelope: Uint8Array;
}

/** What is wrong with a root beside the package, as `trust.<defect>`. */
export interface ChainProblem {
  readonly defect:
    | "successor-malformed"
    | "successor-not-signed"
    | "successor-signature-invalid"
    | "successor-misplaced"
    | "successor-senseless"
    | "root-equivocation"
    | "chain-gap"
    | "chain-too-long";
  readonly at: string;
  readonly reason: string;
}

export interface RootChain {
  /** The newest root that the first one leads to: the first itself where there is no step. */
  readonly last: LoadedTrustRoot;
  readonly steps: readonly ChainStep[];
  /** Why the chain ends before the newest file, or what contradicts it; undefined when nothing does. */
  readonly problem: ChainProblem | undefined;
}

/** Version of the root that a file of a signature set is named after; undefined for every other file. */
export function rootFileVersion(file: string): number | undefined {
  const digits = ROOT_FILE.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The name of a root's file in a signature set. */
export function rootFileName(version: number): string {
  return `root.${version}.dsse.json`;
}

/**
 * Extends a root by the `root.<N>.dsse.json` among the files of a signature set (trust-spec section 4). Each step demands
 * the threshold of N over the raw payload of N+1, then reads it, then demands its own; version exactly N+1, same product.
 */
export function extendTrustRoot(
  first: LoadedTrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
  now: number,
): RootChain {
  const steps: ChainStep[] = [];
  let last = first;
  let problem = contradiction(first, files);
  while (problem === undefined && steps.length < MAX_CHAIN_STEPS) {
    const file = rootFileName(last.root.version + 1);
    const bytes = files.get(file);
    if (bytes === undefined) break;
    const step = takeStep(last, file, bytes, now);
    if ("defect" in step) problem = step;
    else {
      steps.push(step);
      last = step;
    }
  }
  return { last, steps, problem: problem ?? unreached(last, files) };
}

/** Another root under the version that is already trusted: two roots with one number. */
function contradiction(
  { root, payloadSha256 }: LoadedTrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
): ChainProblem | undefined {
  const file = rootFileName(root.version);
  const bytes = files.get(file);
  if (bytes === undefined) return undefined;
  const envelope = bytes.ok ? parseRootEnvelope(file, bytes.value) : bytes;
  if (!envelope.ok) return { defect: "successor-malformed", at: file, reason: envelope.reason };
  const found = sha256Hex(envelope.value.payload);
  if (found === payloadSha256) return undefined;
  return { defect: "root-equivocation", at: file, reason: `its digest is ${found}` };
}

function takeStep(
  last: LoadedTrustRoot,
  file: string,
  bytes: Parsed<Uint8Array>,
  now: number,
): ChainStep | ChainProblem {
  if (!bytes.ok) return { defect: "successor-malformed", at: file, reason: bytes.reason };
  const next = succeed(last, file, bytes.value, now);
  if (next.ok) return { ...next.value, file, envelope: bytes.value };
  return { defect: defectOf(next.defect), at: file, reason: next.reason };
}

/**
 * The root that a file makes of the one before it. Broken with what is wrong: `not-signed` and `signature-invalid` of
 * either threshold, `misplaced` for another version or product.
 */
export function succeed(
  { root }: LoadedTrustRoot,
  file: string,
  bytes: Uint8Array,
  now: number,
): Parsed<LoadedTrustRoot> {
  const envelope = parseRootEnvelope(file, bytes);
  if (!envelope.ok) return broken(file, envelope.reason, "malformed");
  const threshold = predecessorThreshold({ root }, envelope.value, now);
  const wrong = [...threshold.invalid, ...threshold.disputed];
  if (wrong.length > 0)
    return broken(file, `has a signature of ${wrong.join(", ")} that does not verify`, "signature-invalid");
  if (!threshold.met) {
    const { holders, needed } = threshold;
    const reason = `is signed by ${holders.length} of ${needed} holders that root ${root.version} demands`;
    return broken(file, reason, "not-signed");
  }
  const next = readRoot(file, envelope.value, now);
  if (!next.ok) return next;
  const { product, version } = next.value.root;
  if (product !== root.product) return broken(file, `is a root for ${product}`, "misplaced");
  if (version !== root.version + 1) {
    return broken(file, `is version ${version} where ${root.version + 1} must stand`, "misplaced");
  }
  return parsed(file, next.value);
}

/** What the signatures over the next root amount to for the root holders of the one before it. */
export function predecessorThreshold(
  { root }: Pick<LoadedTrustRoot, "root">,
  envelope: Envelope,
  now: number,
): ThresholdResult {
  return judgeThreshold(root, root.roles.root, envelope, withinPeriod(root, now));
}

const SUCCESSOR_DEFECTS: ReadonlyMap<string | undefined, ChainProblem["defect"]> = new Map([
  ["malformed", "successor-malformed"],
  ["not-signed", "successor-not-signed"],
  ["signature-invalid", "successor-signature-invalid"],
  ["misplaced", "successor-misplaced"],
] as const);

/** Of all else that is wrong with a root, it makes no sense. */
function defectOf(defect: string | undefined): ChainProblem["defect"] {
  return SUCCESSOR_DEFECTS.get(defect) ?? "successor-senseless";
}

/** A later root that is there and was not reached: the step to it is missing, or there were too many. */
function unreached(
  { root }: LoadedTrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
): ChainProblem | undefined {
  const versions = [...files.keys()].map((file) => rootFileVersion(file) ?? 0);
  const newest = Math.max(0, ...versions);
  if (newest <= root.version) return undefined;
  if (versions.includes(root.version + 1)) {
    const reason = `more than ${MAX_CHAIN_STEPS} steps lead to it`;
    return { defect: "chain-too-long", at: rootFileName(newest), reason };
  }
  const reason = `root ${root.version + 1} is not there`;
  return { defect: "chain-gap", at: rootFileName(newest), reason };
}
