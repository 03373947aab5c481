import { over, type Condition, sameStream, type UpgradeRule } from "../rule.ts";

const signaturesJudged: Condition = ({ previous, candidate }) =>
  previous.signaturesJudged && candidate.signaturesJudged
    ? undefined
    : "the signatures were not judged, nor what rebuilders signed";

const rebuildEvidenceLost: UpgradeRule = {
  id: "reproducibility.rebuild-evidence-lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "fewer independent holders rebuilt the candidate than the earlier release",
  why: "the earlier release was proven to come from its source by others than its makers; this one is only said to",
  remedy: "Let the same people rebuild it: cavra release rebuild PACKAGE --attest KEY --trust FILE",
  example: { was: "rebuilt by Cy and Di", now: "rebuilt by nobody" },
  ...over(
    [],
    (_sections, { previous: { rebuilders: was }, candidate: { rebuilders: now } }) =>
      now.length >= was.length
        ? []
        : [
            {
              subject: "rebuilders",
              at: "rebuild.<key>.dsse.json",
              expected: `${was.length}: ${was.join(", ")}`,
              actual: now.length === 0 ? "none" : `${now.length}: ${now.join(", ")}`,
            },
          ],
    signaturesJudged,
    sameStream,
  ),
};

const unreproducible: UpgradeRule = {
  id: "reproducibility.unreproducible",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the candidate was rebuilt, and came out different",
  why: "what is shipped is not what its source gives: nobody can tell what else is in it",
  remedy: "Remove the causes that it names, cut the candidate again: cavra release rebuild PACKAGE",
  example: { was: "rebuilt, IDENTICAL", now: "rebuilt, DIFFERENT: -trimpath is missing" },
  ...over(
    [],
    (_sections, { candidate: { rebuilt } }) => {
      if (rebuilt?.verdict !== "DIFFERENT") return [];
      const known = rebuilt.causes.map(({ at, cause, field, shipped, rebuilt: now }) => ({
        subject: `${at} ${cause}`,
        at: `${at}: ${field}`,
        expected: now,
        actual: shipped,
      }));
      return known.length > 0
        ? known
        : [{ subject: "package", at: "package", expected: "IDENTICAL", actual: "DIFFERENT" }];
    },
    ({ candidate }) =>
      candidate.rebuilt === undefined ? "nobody said what a rebuild gave: --rebuild FILE" : undefined,
  ),
};

export const rebuildRules: readonly UpgradeRule[] = [rebuildEvidenceLost, unreproducible];
