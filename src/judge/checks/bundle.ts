import { pass, skip, type Check, type Outcome, type Sighting } from "../../model/check.ts";
import type { Parsed } from "../../model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../model/release-statement.ts";
import type {
  ArtifactDigests,
  ForeignStatement,
  SigstoreBundle,
  SigstoreContent,
} from "../../model/sigstore.ts";

/** What the checks of a bundle look at. The later members are there only when the ones before them are sound. */
export interface BundleStage {
  readonly at: string;
  /** undefined: the file is too large to be read. */
  readonly bundle: Parsed<SigstoreBundle> | undefined;
  readonly signer: Outcome | undefined;
  /** Parsed after its signature was verified; undefined for a message signature. */
  readonly statement: Parsed<ForeignStatement> | undefined;
  readonly artifact: ArtifactDigests;
  /** undefined: any. */
  readonly predicateType: string | undefined;
}

const bundleReadable: Check<BundleStage> = {
  id: "bundle.readable",
  title: "The bundle is one document with one reading",
  run({ at, bundle }) {
    if (bundle === undefined) return failed({ problem: "bundle.too-large", at });
    return bundle.ok
      ? pass(at, `a signature over a ${bundle.value.content.kind}`)
      : failed({ problem: "bundle.malformed", at, actual: bundle.reason });
  },
};

const bundleSigner: Check<BundleStage> = {
  id: "bundle.signer",
  title: "Exactly the signer that was asked for signed it, at a proven time where one is needed",
  needs: ["bundle.readable"],
  run({ at, signer }) {
    return signer ?? failed({ problem: "bundle.unreadable", at });
  },
};

const bundleSubject: Check<BundleStage> = {
  id: "bundle.subject",
  title: "What was signed is about this artifact, and of the kind that was asked for",
  needs: ["bundle.signer"],
  run(stage) {
    const content = stage.bundle?.ok === true ? stage.bundle.value.content : undefined;
    // A signer in doubt does not stop what needs it, but what nobody signed is not even parsed.
    if (content === undefined || stage.signer?.status !== "pass") return skip("bundle.signer did not pass");
    return content.kind === "message" ? messageOutcome(stage, content) : statementOutcome(stage, content);
  },
};

/** In run order. */
export const bundleChecks: readonly Check<BundleStage>[] = [bundleReadable, bundleSigner, bundleSubject];

function failed(sighting: Sighting): Outcome {
  return { status: "fail", sightings: [sighting] };
}

type ContentOf<Kind> = Extract<SigstoreContent, { readonly kind: Kind }>;

const ALGORITHMS = { SHA2_256: "sha256", SHA2_384: "sha384", SHA2_512: "sha512" } as const;

/** The library compares the digest in the bundle with nothing when no log entry forces it to. */
function messageOutcome(stage: BundleStage, { algorithm, digest }: ContentOf<"message">): Outcome {
  const { at, predicateType } = stage;
  if (predicateType !== undefined)
    return failed({
      problem: "bundle.wrong-predicate-type",
      at,
      expected: predicateType,
      actual: "no statement",
    });
  const named = new Map([[ALGORITHMS[algorithm], Buffer.from(digest).toString("hex")]]);
  return artifactOutcome(stage, [named], `${at} messageDigest`);
}

/** The library verifies the envelope and looks neither at its type nor at what the statement is about. */
function statementOutcome(stage: BundleStage, { payloadType }: ContentOf<"statement">): Outcome {
  const { at, statement, predicateType } = stage;
  if (payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    const actual = payloadType.slice(0, MAX_SHOWN_LETTERS);
    return failed({ problem: "bundle.wrong-payload-type", at, expected: IN_TOTO_PAYLOAD_TYPE, actual });
  }
  if (statement?.ok !== true)
    return failed({
      problem: "bundle.statement-malformed",
      at,
      ...(statement && { actual: statement.reason }),
    });
  const { subjects, predicateType: found } = statement.value;
  if (predicateType !== undefined && predicateType !== found) {
    const actual = found.slice(0, MAX_SHOWN_LETTERS);
    return failed({ problem: "bundle.wrong-predicate-type", at, expected: predicateType, actual });
  }
  const named = subjects.map(({ digest }) => digest);
  return artifactOutcome(stage, named, `${at} subject`);
}

const MAX_SHOWN_LETTERS = 300;
const MAX_SHOWN_SUBJECTS = 3;

/** One subject must agree in every digest that can be compared, and in at least one. */
function artifactOutcome(
  { artifact }: BundleStage,
  named: readonly ReadonlyMap<string, string>[],
  at: string,
): Outcome {
  const known = Object.entries(artifact) as readonly (readonly [string, string])[];
  const compared = named.map((digests) =>
    known.flatMap(([algorithm, hex]) => {
      const other = digests.get(algorithm);
      return other === undefined ? [] : [{ algorithm, isEqual: other === hex, other }];
    }),
  );
  const match = compared.find((each) => each.length > 0 && each.every(({ isEqual }) => isEqual));
  if (match !== undefined)
    return pass(at, match.map(({ algorithm, other }) => `${algorithm}:${other}`).join(" "));
  const others = compared.flatMap((each) =>
    each.map(({ algorithm, other }) => `${algorithm}:${other.slice(0, 128)}`),
  );
  const expected = known.map(([algorithm, hex]) => `${algorithm}:${hex}`).join(" ");
  if (others.length === 0) return failed({ problem: "bundle.digest-not-comparable", at, expected });
  const actual = others.slice(0, MAX_SHOWN_SUBJECTS).join(" ");
  return failed({ problem: "bundle.wrong-artifact", at, expected, actual });
}
