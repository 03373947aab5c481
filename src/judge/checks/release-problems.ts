import type { Problem } from "../../model/finding.ts";

const ASK_VENDOR =
  "Do not install. Ask your vendor by another way than this medium. What you trust: cavra trust show";

/** The words of everything that release.* checks can see. No remedy contains data of the package. */
export const releaseProblems: readonly Problem[] = [
  {
    id: "release.signature-missing",
    severity: "error",
    title: "there is no signature set beside the package",
    why: "signatures travel in a folder named like the package with .sigs behind it; without it nobody vouches for these bytes",
    remedy:
      "Copy the .sigs folder from where the package came from. When it lies elsewhere, verify with --signatures DIR; when the release is your own, sign it: cavra release sign",
  },
  {
    id: "release.envelope-malformed",
    severity: "error",
    title: "the signature file is not a well-formed envelope",
    why: "a signature that can be read in two ways could be verified in one and used in the other",
    remedy: "Copy the .sigs folder again from the source; if it is the same there, ask your vendor",
  },
  {
    id: "release.wrong-payload-type",
    severity: "error",
    title: "the envelope signs something that is not a release",
    why: "a signature over another kind of document must not count for a release",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.signer-not-trusted",
    severity: "error",
    title: "the release is signed only by keys that you do not trust",
    why: "a key that comes with the package proves nothing about who made it: anyone can sign with a key of their own",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.signature-invalid",
    severity: "error",
    title: "a signature under a trusted key does not verify",
    why: "the statement or the signature was changed after signing, or the signature belongs to another release",
    remedy: "Copy package and .sigs again from the source; if it stays, do not install and tell your vendor",
  },
  {
    id: "release.signature-disputed",
    severity: "error",
    title: "two implementations disagree on a signature under a trusted key",
    why: "no honest signer makes such a signature; it was built so that some tools accept it and others do not",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.signature-not-counted",
    severity: "error",
    title: "a valid signature does not count",
    why: "a key counts only inside its period and while it is not revoked; outside of that a thief may hold it",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.threshold-not-met",
    severity: "error",
    title: "fewer holders signed than the trust root demands",
    why: "the threshold counts people: one stolen laptop must not be enough to make a release",
    remedy: "Ask your vendor for the signatures of the other holders; they are added to the .sigs folder",
  },
  {
    id: "release.statement-malformed",
    severity: "error",
    title: "the signed payload is not a release statement",
    why: "trusted holders signed something else; what it says about files and versions cannot be relied on",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.subject-differs",
    severity: "error",
    title: "this is not the zip that was signed",
    why: "one changed byte anywhere in the zip changes its digest: it is damaged, or it was exchanged",
    remedy:
      "Copy the zip and its .sigs folder, both of this one release, again from the source media and verify again; if it stays, do not install",
  },
  {
    id: "release.renamed",
    severity: "warning",
    title: "the zip has another name than when it was signed",
    why: "the digest decides, not the name; a changed name can still mislead people",
    remedy: "Compare the version that the verdict shows with the version that you expect",
  },
  {
    id: "release.wrong-product",
    severity: "error",
    title: "this is a release of another product",
    why: "a valid signature for one product must not install another",
    remedy: "Check that package and trust root belong together: cavra trust show",
  },
  {
    id: "release.wrong-line",
    severity: "error",
    title: "this is a release of another line",
    why: "each line has its own versions and support; a release of another line is not what was asked for",
    remedy: "If you want that line, say so: --line NAME",
  },
  {
    id: "release.wrong-channel",
    severity: "error",
    title: "this is a release of another channel",
    why: "a genuine release candidate is not a stable release",
    remedy:
      "If you want it all the same, say so: --channel rc for a release candidate, --channel dev for any other",
  },
  {
    id: "release.channel-disagrees",
    severity: "error",
    title: "the channel does not fit the version",
    why: "the channel follows from the version: no pre-release is stable, rc.N is rc, anything else is dev",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.stream-not-signed",
    severity: "error",
    title: "the signers may not release to this line and channel",
    why: "the trust root says who may sign for which line and channel; these signatures count for another one",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.root-behind",
    severity: "unknown",
    title: "the release was signed under a later trust root than yours",
    why: "the later root may have replaced or revoked keys that your root still trusts",
    remedy: "Ask your vendor for the current trust root, by another way than this medium",
  },
  {
    id: "release.revoked",
    severity: "error",
    title: "this release was revoked",
    why: "the vendor withdrew exactly this release after publishing it",
    remedy: "Do not install. Get the release that replaces it",
  },
  {
    id: "release.expired",
    severity: "error",
    title: "the release has expired",
    why: "a release past its end may be an old one that somebody replays to keep you from a fix",
    remedy: "Get the current release. If you know your clock to be wrong: --at YYYY-MM-DDThh:mm:ssZ",
  },
  {
    id: "release.below-minimum",
    severity: "error",
    title: "the release is older than the oldest that is allowed",
    why: "an old release with a genuine signature still has the faults that later ones fixed",
    remedy: "Get a release at or above the minimum",
  },
  {
    id: "release.older-than-previous",
    severity: "error",
    title: "the release is older than the one you compare it with",
    why: "replaying an old release with a genuine signature is how fixed faults come back",
    remedy: "Get a newer release; to go back on purpose, verify without --previous and record who decided it",
  },
  {
    id: "release.equivocation",
    severity: "error",
    title: "two different releases carry the same number",
    why: "somebody signed two releases under one counter: one of the two receivers is being shown something else",
    remedy: "Do not install either. Show both manifest digests to your vendor",
  },
  {
    id: "release.counter-jump",
    severity: "error",
    title: "the release counter jumps too far",
    why: "one release with a huge counter would make every later honest release look old",
    remedy: ASK_VENDOR,
  },
  {
    id: "release.lineage-broken",
    severity: "error",
    title: "the release does not name the previous one as its predecessor",
    why: "the chain of releases tells when one was left out or exchanged on the way",
    remedy: "Compare with the true predecessor, or ask your vendor which release came before",
  },
];
