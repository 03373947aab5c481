import { expect, it } from "vitest";
import { memberOf, withMember } from "../support/alter-json.ts";
import { BundleScene } from "../support/bundle-scene.ts";
import type { BundleParts } from "../support/sigstore-world.ts";

const scene = new BundleScene();
const STEP = 41;

it.each<[string, Partial<BundleParts>]>([
  ["statement", {}],
  ["message", { content: "message" }],
])("a bundle over a %s is refused with any byte flipped, and never throws", async (_what, parts) => {
  const bytes = Buffer.from(JSON.stringify(await scene.world.makeBundle(parts)));
  const accepted: string[] = [];
  for (let place = 0; place < bytes.length; place += STEP) {
    for (const mask of [1, 0x20]) {
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ mask;
      if (scene.judge(flipped) === "verified")
        accepted.push(flipped.toString("latin1", place - 20, place + 20));
    }
  }
  expect(accepted).toEqual([]);
});

it("takes a timestamp with a flipped byte for the same time or for none", async () => {
  const bundle = await scene.world.makeBundle({ withTimestamp: true, withPromise: false });
  const path = "verificationMaterial.timestampVerificationData.rfc3161Timestamps.0.signedTimestamp";
  const bytes = Buffer.from(String(memberOf(bundle, path)), "base64");
  const outcomes = new Set<string>();
  for (let place = 0; place < bytes.length; place += 7) {
    const flipped = Buffer.from(bytes);
    flipped[place] = (flipped[place] ?? 0) ^ 1;
    const altered = withMember(bundle, path, flipped.toString("base64"));
    const { facts, findings } = scene.question(Buffer.from(JSON.stringify(altered)));
    outcomes.add(
      facts === undefined ? findings.map(({ id }) => id).join() : `signed at ${facts.signedAt.join()}`,
    );
  }
  // The wrapper around what a timestamp authority signs (CMS version, lists of algorithms) is signed by nobody.
  expect([...outcomes].toSorted()).toEqual([
    "bundle.time-unproven",
    "bundle.unreadable",
    `signed at ${scene.world.now}`,
  ]);
});
