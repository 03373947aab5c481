import "../support/sweeps/ed25519-by-node.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/formats/json.ts";
import { DOCUMENT_FAMILIES, documentPath, encodeDocument, remade } from "../support/sweeps/documents.ts";
import { falseValues } from "../support/sweeps/false-values.ts";
import { FREE_VALUES } from "../support/sweeps/free-values.ts";
import { judgeCase, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease("store");
});

describe.each([...DOCUMENT_FAMILIES.keys()])("a well-formed %s that says something else", (ending) => {
  it("fails, though its makers signed it, except where nothing in the package could contradict", async () => {
    const unnoticed = new Set<string>();
    const path = documentPath(release, ending);
    const document = JSON.parse(Buffer.from(release.files.get(path)?.bytes ?? []).toString()) as JsonValue;
    let cases = 0;
    for (const { place, how, value } of falseValues(document)) {
      if (place === "documentNamespace") continue;
      const { verdict } = await judgeCase(release, await remade(release, path, encodeDocument(value)));
      cases += 1;
      if (verdict.word !== "FAIL") unnoticed.add(`${place} ${how}: ${verdict.word}`);
    }
    expect(cases).toBeGreaterThan(20);
    expect([...unnoticed].toSorted()).toEqual(freeChanges(ending));
  });
});

function freeChanges(ending: string): readonly string[] {
  const values = FREE_VALUES[ending] ?? [];
  return values
    .flatMap(({ changes, verdict = "PASS" }) => changes.map((change) => `${change}: ${verdict}`))
    .toSorted();
}
