import "../support/sweeps/ed25519-by-node.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { Judgement } from "../../src/judge/judge-release.ts";
import {
  DOCUMENT_FAMILIES,
  documentPath,
  encodeDocument,
  remade,
  replaced,
} from "../support/sweeps/documents.ts";
import { runSweep, SLOWEST_CASE_MS, type SweepItem } from "../support/sweeps/run-sweep.ts";
import { judgeCase, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";
import { mutationsOf, type Mutation } from "../support/sweep.ts";

/** Names and values of environment variables are free; those that a binary records are swept as false values. */
const VARIABLES = /\.environment$/;

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease("store");
});

describe.each([...DOCUMENT_FAMILIES])("a release whose %s is not what it should be", (ending, family) => {
  it("is named by the checks of the document when careless holders made and signed the rest anew", async () => {
    const result = await runSweep(items(ending, remade, namedBy(family)));
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("is named by the digests when the list stayed as it was", async () => {
    const result = await runSweep(items(ending, replaced, notTheListed(documentPath(release, ending))));
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });
});

async function* items(
  ending: string,
  make: typeof remade,
  objection: SweepItem["objection"],
): AsyncIterable<SweepItem> {
  const path = documentPath(release, ending);
  for (const { title, bytes } of mutations(path)) {
    const given = await make(release, path, bytes);
    yield { title, judge: () => judgeCase(release, given), objection };
  }
}

function mutations(path: string): readonly Mutation[] {
  return mutationsOf(release.files.get(path)?.bytes ?? new Uint8Array(), {
    encode: encodeDocument,
    maps: VARIABLES,
  });
}

/** A signer who copies a member of the wrong type into the statement has spoiled that too. */
function namedBy(family: string): (judgement: Judgement) => string | undefined {
  return ({ verdict, run: { findings } }) => {
    const isNamed = findings.some(
      ({ id, severity }) =>
        severity === "error" &&
        (id.startsWith(family) || (family === "manifest." && id === "release.statement-malformed")),
    );
    if (verdict.word === "FAIL" && isNamed) return undefined;
    return `${verdict.word} ${findings.map(({ id }) => id).join(", ")}`;
  };
}

function notTheListed(path: string): (judgement: Judgement) => string | undefined {
  return ({ verdict, run: { findings } }) => {
    const isNamed = findings.some(({ id, at }) => id === "files.digest-mismatch" && at === path);
    return verdict.word === "FAIL" && isNamed
      ? undefined
      : `${verdict.word} ${findings.map(({ id }) => id).join()}`;
  };
}
