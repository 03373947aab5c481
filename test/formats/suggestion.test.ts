import { expect, it } from "vitest";
import { closestTo, didYouMean } from "../../src/formats/suggestion.ts";

const IDS = ["files.digests", "files.closed-world", "sbom.truth"];

it("finds what was meant", () => {
  expect(closestTo("files.digest", IDS)).toBe("files.digests");
  expect(closestTo("FILES.DIGESTS", IDS)).toBe("files.digests");
  expect(closestTo("sbom.trtuh", IDS)).toBe("sbom.truth");
});

it("keeps quiet when nothing is near", () => {
  expect(closestTo("provenance", IDS)).toBeUndefined();
  expect(closestTo("", IDS)).toBeUndefined();
  expect(closestTo("x", [])).toBeUndefined();
});

it("names the candidates when none is near", () => {
  expect(didYouMean("nothing-alike", ["a", "b"])).toBe("known: a, b");
  expect(didYouMean("targts", ["targets"])).toBe('did you mean "targets"?');
});
