import type { Problem, Severity } from "../../model/finding.ts";

const ASK_AGAIN = "Look at it with: cavra trust show FILE, and ask for it again from whoever gave it to you";
const ASK_OTHER_WAY =
  "Do not install. Ask your vendor by another way than this medium. What you trust: cavra trust show";
const COPY_AGAIN =
  "Copy the .sigs folder again from the source; if it stays, do not install and tell your vendor by another way";

type Words = readonly [name: string, title: string, why: string, remedy: string];

function problems(severity: Severity, words: readonly Words[]): readonly Problem[] {
  return words.map(([name, title, why, remedy]) => ({ id: `trust.${name}`, severity, title, why, remedy }));
}

/** The trust that was given proves nothing: what is wrong with it, each with its own words. */
const unusable = problems("unknown", [
  [
    "missing",
    "no trust was given, so nothing can be proven",
    "a key that travels with a package proves nothing about who made it; trust comes by another way than the package",
    "Give the trust root that you received separately: --trust FILE, or pin it once: cavra trust pin --help",
  ],
  [
    "invalid",
    "the trust root cannot be used",
    "a trust root that is malformed, senseless or not signed by its own root holders decides nothing",
    ASK_AGAIN,
  ],
  [
    "not-signed",
    "too few of its own root holders signed the trust root",
    "a root that its holders did not agree on is a draft, or somebody's invention",
    ASK_AGAIN,
  ],
  [
    "signature-invalid",
    "a signature of a root holder under the trust root does not verify",
    "the root or the signature was changed after signing; other good signatures do not make up for it",
    ASK_AGAIN,
  ],
  [
    "signature-repeated",
    "the trust root carries two signatures of one key",
    "one signature that counts twice would meet a threshold alone",
    ASK_AGAIN,
  ],
  [
    "key-repeated",
    "the trust root lists a key or a member twice",
    "one key under two ids could count as two people",
    ASK_AGAIN,
  ],
  [
    "weak-key",
    "the trust root lists a weak key",
    "with a key outside of the prime-order subgroup one signature can fit every message",
    ASK_AGAIN,
  ],
  [
    "holder-lookalike",
    "two holders of the trust root have almost the same name",
    "thresholds count people; one person under two spellings would count as two",
    ASK_AGAIN,
  ],
  [
    "threshold-zero",
    "a role of the trust root needs nobody's signature",
    "a threshold of zero is met by a package that nobody signed",
    ASK_AGAIN,
  ],
  [
    "threshold-above-holders",
    "a role of the trust root needs more holders than it has",
    "what can never be met is no rule; somebody will be tempted to go around it",
    ASK_AGAIN,
  ],
  [
    "holder-counts-once",
    "a role of the trust root would need one holder to count more than once",
    "two keys of one person, of whatever algorithm, lie on one desk: they are one person",
    ASK_AGAIN,
  ],
  [
    "root-key-elsewhere",
    "a root key of the trust root also has another role",
    "root keys are kept offline because they can replace all others; a key in daily use cannot be kept so",
    ASK_AGAIN,
  ],
  [
    "duties-not-separated",
    "a holder who signs releases may also waive or rebuild them",
    "a second pair of eyes is none when it is the same pair",
    ASK_AGAIN,
  ],
  [
    "expired",
    "the trust root has expired",
    "after its end nobody vouches that its keys are still good; a later root may have revoked one",
    "Ask your vendor for the current trust root, by another way than this medium",
  ],
  [
    "test-root",
    "the trust root is for tests only",
    "anyone can have the keys of a test root; it says nothing about a release that you want to install",
    "Use the production trust root. For a rehearsal: --allow-test-trust",
  ],
  [
    "clock-implausible",
    "the clock is earlier than facts that are already known",
    "expiry and key periods are judged by the clock; with a wrong clock an expired release looks fresh",
    "Set the clock, or state the time that you know to be right: --at YYYY-MM-DDThh:mm:ssZ",
  ],
]);

/** What travels with the package as a later root and is not one. */
const refusedSuccessors = problems("error", [
  [
    "successor-malformed",
    "a trust root beside the package is not a well-formed envelope",
    "a file that can be read in two ways could be verified in one and used in the other",
    COPY_AGAIN,
  ],
  [
    "successor-not-signed",
    "a later trust root beside the package is not signed by the holders of yours",
    "only the root holders whom you trust can say who follows them; anyone can make a root of their own",
    ASK_OTHER_WAY,
  ],
  [
    "successor-signature-invalid",
    "a signature of a root holder under a later trust root does not verify",
    "the root was changed after signing, or the signature belongs to another one; others do not make up for it",
    COPY_AGAIN,
  ],
  [
    "successor-misplaced",
    "a later trust root beside the package is of another version or product",
    "roots follow one another one by one; one that was left out may have revoked a key",
    ASK_OTHER_WAY,
  ],
  [
    "successor-senseless",
    "a later trust root beside the package makes no sense",
    "the holders of your root signed it, but its own rules cannot be followed",
    ASK_OTHER_WAY,
  ],
  [
    "root-equivocation",
    "there are two different trust roots of one version",
    "somebody signed two roots under one number: one of the two receivers is being shown something else",
    "Do not install. Show both digests to your vendor by another way than this medium",
  ],
]);

const doubts = problems("unknown", [
  [
    "chain-gap",
    "a later trust root lies beside the package, but the step to it is missing",
    "the later root may have replaced or revoked keys that yours still trusts",
    "Copy the whole .sigs folder from the source, or ask your vendor for the current trust root",
  ],
  [
    "root-behind-record",
    "the trust root is older than one that was accepted here before",
    "the later root may have revoked keys that this one still trusts; who withholds it wants to use one of them",
    "Ask your vendor for the current trust root, by another way than this medium, and pin it",
  ],
  [
    "record-missing",
    "the record of accepted releases is missing beside the pin",
    "without it an old release with a genuine signature cannot be told from a new one",
    "If an earlier cavra made this pin, or you removed the record yourself, pin the root again: cavra trust pin --help",
  ],
  [
    "record-damaged",
    "the record of accepted releases is damaged",
    "a record that was changed by a fault or by somebody says nothing about what was accepted",
    "Find out why; then pin the root again, which begins a new record: cavra trust pin --help",
  ],
  [
    "record-required",
    "no record of accepted releases is kept, and one is demanded",
    "without a record an old release with a genuine signature cannot be told from a new one",
    "Pin the trust root, which begins a record: cavra trust pin --help; or verify without --require-state",
  ],
  [
    "chain-too-long",
    "too many trust roots lie between yours and the newest one",
    "a root this old says little about today, and every step is one more thing to believe",
    "Ask your vendor for the current trust root, by another way than this medium, and pin it",
  ],
]);

export const trustProblems: readonly Problem[] = [...unusable, ...refusedSuccessors, ...doubts];

const IDS: ReadonlySet<string> = new Set(unusable.map(({ id }) => id));

/** The id for what a root is accused of; `trust.invalid` for all that has no words of its own. */
export function trustProblemOf(defect: string | undefined): string {
  const id = `trust.${defect ?? "invalid"}`;
  return IDS.has(id) ? id : "trust.invalid";
}
