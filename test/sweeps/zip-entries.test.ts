import "../support/sweeps/ed25519-by-node.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { layerOf } from "../../src/model/layers.ts";
import { centralHeader, endRecord, localHeader, type ZipRecord } from "../../src/formats/zip-records.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { dosTimeOf } from "../../src/formats/dos-time.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { testPolicy } from "../support/policy.ts";
import { runSweep, type SweepItem } from "../support/sweeps/run-sweep.ts";
import {
  judgeCase,
  negativeFindings,
  packAgain,
  signAgain,
  sweepRelease,
  type SweepRelease,
} from "../support/sweeps/sweep-release.ts";

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease("store");
});

/** Local record and data of one entry, and what its central header needs. */
interface Part {
  readonly record: ZipRecord;
  readonly data: Uint8Array;
}

describe("a zip with an entry dropped, doubled or out of order", () => {
  it("is put together from its parts as it was made", () => {
    expect(Buffer.compare(zipOf(parts()), release.zip)).toBe(0);
  });

  it.each(["drop", "double", "swap"] as const)("never passes after %s, whoever signed it", async (how) => {
    const result = await runSweep(rearranged(how));
    expect(result.cases).toBe(how === "swap" ? release.files.size - 1 : release.files.size);
    expect(result.wrong).toEqual([]);
  });

  it.each([
    ["drop", /^(?:files\.missing|files\.list-unreadable)$/],
    ["double", /^container\.duplicate-name$/],
    ["swap", /^container\.order$/],
  ] as const)(
    "is named by its container or its list after %s, when nobody judges signatures",
    async (how, problem) => {
      const unsigned = testPolicy({ allowUnsigned: true });
      const unnamed: string[] = [];
      for (const [title, zip] of arrangements(how)) {
        const judgement = await judgeCase(release, { zip, policy: unsigned });
        const found = negativeFindings(judgement).map(({ id }) => id);
        if (!found.some((id) => problem.test(id))) unnamed.push(`${title}: ${found.join(", ")}`);
      }
      expect(unnamed).toEqual([]);
    },
  );
});

describe("a release that was made and signed without one of its files", () => {
  it("never passes, and the file is missed by every layer that lists it", async () => {
    const wrong: string[] = [];
    for (const path of release.files.keys()) {
      const files = new Map([...release.files].filter(([other]) => other !== path));
      const zip = await packAgain(release, files);
      const signatures = await signAgain(release, files, zip);
      const { verdict, run } = await judgeCase(release, { zip, signatures });
      const isMissed = run.findings.some(({ id }) => id === "files.missing" || id.startsWith("files.list"));
      if (verdict.word !== "FAIL" || !isMissed) wrong.push(`${path}: ${verdict.word}`);
    }
    expect(wrong).toEqual([]);
  });

  it("never passes with a file more, in whatever layer its name puts it", async () => {
    const names = [
      "more",
      "more.json",
      "bin/more",
      "more.spdx.json",
      "more.provenance.intoto.json",
      "more.sig.json",
    ];
    expect(new Set(names.map(layerOf))).toEqual(new Set([0, 1, 2, 4]));
    for (const name of names) {
      const files = new Map(release.files).set(name, { mode: 0o644, bytes: Buffer.from("more\n") });
      const zip = await packAgain(release, files);
      const signatures = await signAgain(release, files, zip);
      const { verdict, run } = await judgeCase(release, { zip, signatures });
      expect([
        name,
        verdict.word,
        run.findings.some(({ id, at }) => id === "files.unlisted" && at === name),
      ]).toEqual([name, "FAIL", true]);
    }
  });
});

function parts(): readonly Part[] {
  const reading = readZip(bufferSource(release.zip));
  if (!reading.ok) throw new Error("the release is not a zip");
  const dosTime = dosTimeOf(reading.modifiedEpochSeconds ?? 0) ?? 0;
  return reading.entries.map(({ path, dataOffset, ...entry }) => ({
    record: { ...entry, name: `${reading.top}/${path}`, dosTime },
    data: release.zip.subarray(dataOffset, dataOffset + entry.compressedSizeBytes),
  }));
}

function zipOf(list: readonly Part[]): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { record, data } of list) {
    const header = localHeader(record);
    central.push(centralHeader(record, offset));
    local.push(header, data);
    offset += header.byteLength + data.byteLength;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, endRecord(list.length, directory.byteLength, offset)]);
}

type Arrangement = "drop" | "double" | "swap";

/** Zips that keep every rule of the records and break only what is asked for. */
function arrangements(how: Arrangement): readonly (readonly [string, Uint8Array])[] {
  const all = parts();
  return all.flatMap((part, index): readonly (readonly [string, Uint8Array])[] => {
    const title = `${how} ${part.record.name}`;
    if (how === "drop") return [[title, zipOf(all.toSpliced(index, 1))]];
    if (how === "double") return [[title, zipOf(all.toSpliced(index, 0, part))]];
    const next = all[index + 1];
    return next === undefined ? [] : [[title, zipOf(all.toSpliced(index, 2, next, part))]];
  });
}

/** Signed by nobody after the change, and by both holders. */
async function* rearranged(how: Arrangement): AsyncIterable<SweepItem> {
  for (const [title, zip] of arrangements(how)) {
    const signatures = await signAgain(release, release.files, zip);
    yield {
      title,
      judge: () => judgeCase(release, { zip, signatures }),
      objection: async ({ verdict }) =>
        verdict.word === "PASS" || (await judgeCase(release, { zip })).verdict.word !== "FAIL"
          ? verdict.word
          : undefined,
    };
  }
}
