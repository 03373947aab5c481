import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkBundle } from "../../src/flows/verify-bundle.ts";
import type { Report } from "../../src/model/report.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { a, b } from "../support/hostile-zips/parts.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { SMALL_TOOL } from "../support/small-release.ts";

const folder = scratchFolder();
const LEGACY_MANIFEST = '{"schema_version":"cavra.go-release.evidence.v1"}';

async function judged(path: string, allowUnsigned: boolean): Promise<Report> {
  return checkBundle({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy({ allowUnsigned, diagnose: !allowUnsigned }),
    trust: undefined,
    extractTo: undefined,
    copyTo: undefined,
  });
}

function grammarOf({ checks }: Report): string | undefined {
  return checks.find(({ id }) => id === "container.grammar")?.status;
}

describe("a zip that another tool made", () => {
  // In another order than ours, with two times: no tool reads that differently.
  const foreign = join(folder, "foreign.zip");
  const manifest = { name: "t/release-evidence.json", content: LEGACY_MANIFEST };
  writeFileSync(foreign, forgeZip([b, { ...a, both: { time: 0 } }, manifest]));

  it("is read without signatures by the rules for such zips, when it holds a manifest of the system before cavra", async () => {
    const report = await judged(foreign, true);
    expect(grammarOf(report)).toBe("pass");
    expect(JSON.stringify(report.checks)).toContain("strict, 3 files");
    expect(report.verdict.exitCode).not.toBe(0);
  });

  it.each([
    ["none", undefined],
    ["one of ours", LEGACY_MANIFEST.replace("}", ',"release_counter":1}')],
    ["one that is no JSON", "{"],
  ])("is refused with another manifest: %s", async (_, text) => {
    const path = join(folder, "other.zip");
    const more = text === undefined ? [] : [{ ...manifest, content: text }];
    writeFileSync(path, forgeZip([b, { ...a, both: { time: 0 } }, ...more]));
    expect((await judged(path, true)).verdict.word).toBe("REFUSED");
  });

  it("is refused when signatures are judged, and beside a release statement", async () => {
    expect((await judged(foreign, false)).verdict.word).toBe("REFUSED");
    mkdirSync(`${foreign}.sigs`);
    writeFileSync(`${foreign}.sigs/release.dsse.json`, "{}");
    expect((await judged(foreign, true)).verdict.word).toBe("REFUSED");
  });

  it("is refused whatever is allowed when two tools could read it differently, or without one top folder", async () => {
    const hostile = join(folder, "hostile.zip");
    writeFileSync(hostile, forgeZip([{ ...a, local: { name: "t/z" } }]));
    expect((await judged(hostile, true)).verdict.word).toBe("REFUSED");
    writeFileSync(hostile, forgeZip([a, { ...b, name: "u/b" }]));
    expect((await judged(hostile, true)).findings.map(({ id }) => id)).toContain("container.top");
  });
});
