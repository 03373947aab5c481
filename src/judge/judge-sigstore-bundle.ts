import type { TrustMaterial } from "@sigstore/verify";
import { judgeSigner, type SignerJudgement } from "../crypto/sigstore-guard.ts";
import { parseForeignStatement } from "../formats/foreign-statement.ts";
import { pass, type Outcome } from "../model/check.ts";
import type { Parsed } from "../model/parsed.ts";
import type { ArtifactDigests, DemandedSigner, SigstoreBundle, SigstoreFacts } from "../model/sigstore.ts";
import { bundleProblems } from "./checks/bundle-problems.ts";
import { bundleChecks } from "./checks/bundle.ts";
import { runChecks, type CheckRun } from "./run-checks.ts";

export interface BundleQuestion {
  readonly at: string;
  /** undefined: the file is too large to be read. */
  readonly bundle: Parsed<SigstoreBundle> | undefined;
  readonly artifact: ArtifactDigests;
  readonly demand: DemandedSigner;
  /** undefined: none was given; only a key can then be judged. */
  readonly roots: Parsed<readonly TrustMaterial[]> | undefined;
  readonly predicateType: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface BundleJudgement extends CheckRun {
  /** Only when every check passed. */
  readonly facts?: SigstoreFacts;
}

const PROBLEMS = new Map(bundleProblems.map((problem) => [problem.id, problem]));

/** Runs the checks of a bundle; its statement is parsed only after the signature over it was verified. */
export function judgeSigstoreBundle(question: BundleQuestion): BundleJudgement {
  const { at, bundle, artifact, predicateType } = question;
  const stage = { at, bundle, artifact, predicateType };
  if (bundle?.ok !== true)
    return runChecks(bundleChecks, { ...stage, signer: undefined, statement: undefined }, PROBLEMS);
  const { content } = bundle.value;
  const judgement = signerOf(question, bundle.value);
  const facts = "ok" in judgement && judgement.ok ? judgement.facts : undefined;
  const statement =
    facts !== undefined && content.kind === "statement"
      ? parseForeignStatement(`${at} statement`, content.payload)
      : undefined;
  const run = runChecks(bundleChecks, { ...stage, signer: outcomeOf(at, judgement), statement }, PROBLEMS);
  const holds = run.results.length > 0 && run.results.every(({ status }) => status === "pass");
  if (!holds || facts === undefined) return run;
  const predicate = statement?.ok === true ? { predicateType: statement.value.predicateType } : {};
  return { ...run, facts: { contentKind: content.kind, ...predicate, ...facts } };
}

type Judgement = SignerJudgement | { readonly brokenRoot: string; readonly at: string };

/** Each root is tried on its own: authorities of one never meet logs of another. */
function signerOf({ at, demand, roots, now }: BundleQuestion, bundle: SigstoreBundle): Judgement {
  if (roots?.ok === false) return { brokenRoot: roots.reason, at: roots.at };
  const tried = (roots?.value ?? [undefined]).map((root) => judgeSigner(at, bundle, demand, root, now));
  const [first] = tried;
  return tried.find(({ ok }) => ok) ?? first ?? { brokenRoot: "names no authority", at };
}

function outcomeOf(at: string, judgement: Judgement): Outcome {
  if ("brokenRoot" in judgement) {
    const { brokenRoot: actual, at: place } = judgement;
    return { status: "fail", sightings: [{ problem: "bundle.trusted-root-invalid", at: place, actual }] };
  }
  return judgement.ok
    ? pass(at, "signed by the signer that was asked for")
    : { status: "fail", sightings: [judgement.sighting] };
}
