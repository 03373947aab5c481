import { describe, expect, it } from "vitest";
import { openSubject } from "../../src/flows/open-subject.ts";
import { lintSbom } from "../../src/judge/sbom/lint-sbom.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { CANDIDATE, STABLE } from "../support/samples.ts";

async function sbomOf(zip: string, ending: string): Promise<Uint8Array> {
  const subject = await openSubject(zip);
  try {
    const opened = subject.openContainer(DEFAULT_LIMITS);
    if (!opened.ok) throw new Error(`${zip} cannot be opened`);
    const path = opened.container.entries.find((entry) => entry.path.endsWith(ending))?.path ?? "";
    return opened.container.read(path);
  } finally {
    await subject.close();
  }
}

describe.each([STABLE, CANDIDATE])("the SBOMs of the sample $version", ({ zip }) => {
  it.each([
    [".spdx.json", "ntia"],
    [".spdx.json", "cisa-2025"],
    [".spdx3.json", "ntia"],
    [".spdx3.json", "cisa-2025"],
    [".spdx3.json", "bsi-2.1"],
  ] as const)("%s has every minimum element of %s", async (ending, profile) => {
    expect(lintSbom(ending, await sbomOf(zip, ending), profile).defects).toEqual([]);
  });
});
