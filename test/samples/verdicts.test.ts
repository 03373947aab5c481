import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli, type CliResult } from "../support/cli.ts";
import { CANDIDATE, SAMPLE_TRUST, STABLE, type Sample } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const TRUST = ["--trust", SAMPLE_TRUST];
const TEST_TRUST = [...TRUST, "--allow-test-trust"];

/** The package as a directory, with the signatures of the zip beside it: extracted by cavra, so only after PASS. */
function extracted({ top, zip, channel }: Sample): string {
  const directory = join(folder, top);
  const flags = [...TEST_TRUST, "--channel", channel, "--extract", directory];
  const { exitCode, stderr } = runCli(["release", "verify-airgap-bundle", zip, ...flags]);
  if (exitCode !== 0) throw new Error(stderr);
  cpSync(`${zip}.sigs`, `${directory}.sigs`, { recursive: true });
  return directory;
}

interface Journey {
  readonly name: string;
  readonly channel: string;
  readonly verify: (...flags: readonly string[]) => CliResult;
}

const JOURNEYS: readonly Journey[] = [STABLE, CANDIDATE].flatMap((sample) => {
  const { version, channel, zip } = sample;
  const directory = extracted(sample);
  return [
    {
      name: `${version} as a zip`,
      channel,
      verify: (...flags) => runCli(["release", "verify-airgap-bundle", zip, ...flags]),
    },
    {
      name: `${version} as a directory`,
      channel,
      verify: (...flags) => runCli(["release", "verify-go-package", directory, ...flags]),
    },
  ];
});

interface ShownReport {
  readonly verdict: { readonly word: string; readonly qualifier: string | null; readonly exitCode: number };
  readonly findings: readonly { readonly id: string }[];
  readonly threshold: { readonly needed: number; readonly holders: number } | null;
}

function reportOf({ stdout }: CliResult): ShownReport {
  return JSON.parse(stdout) as ShownReport;
}

describe.each(JOURNEYS)("the sample $name", ({ channel, verify }) => {
  const expectStream = ["--channel", channel];

  it("passes with the test root, and says what kind of trust that is", () => {
    const text = verify(...TEST_TRUST, ...expectStream);
    expect(text.exitCode, text.stderr).toBe(0);
    expect(text.stdout).toMatch(/^PASS \(test trust\) {2}go-runtime v/);
    expect(text.stdout).toContain("2 of 2 needed holders");
    const json = verify(...TEST_TRUST, ...expectStream, "--json");
    expect(json.exitCode).toBe(0);
    expect(json.stderr).toBe("");
    expect(reportOf(json)).toMatchObject({
      verdict: { word: "PASS", qualifier: "test trust", exitCode: 0 },
      findings: [],
      threshold: { needed: 2, holders: 2 },
    });
  });

  it.each([
    { name: "without --allow-test-trust", flags: TRUST },
    { name: "without trust", flags: [] },
  ])("is UNKNOWN $name", ({ flags }) => {
    const text = verify(...flags, ...expectStream);
    expect([text.exitCode, text.stdout.split(" ")[0]]).toEqual([4, "UNKNOWN"]);
    const json = verify(...flags, ...expectStream, "--json");
    expect([json.exitCode, reportOf(json).verdict.word]).toEqual([4, "UNKNOWN"]);
  });
});

describe("the samples", () => {
  it("need no clock of this year", () => {
    expect(judgeAt("2026-11-03T00:00:00Z").exitCode).toBe(0);
    expect(judgeAt("2036-08-28T00:00:00Z").exitCode).toBe(0);
    const late = judgeAt("2036-08-30T00:00:00Z");
    expect(late.exitCode).not.toBe(0);
    expect(late.stdout).toContain("unknown[trust.expired]");
  });

  it("hold a candidate that is not a stable release", () => {
    const result = runCli(["release", "verify-airgap-bundle", CANDIDATE.zip, ...TEST_TRUST, "--json"]);
    expect(result.exitCode).toBe(1);
    expect(reportOf(result).findings.map(({ id }) => id)).toEqual(["release.wrong-channel"]);
  });

  it("hold an upgrade that no rule objects to, and that does not work backwards", () => {
    const forwards = upgrade(STABLE, CANDIDATE);
    expect([forwards.exitCode, forwards.stdout.slice(0, 18)]).toEqual([0, "PASS (test trust) "]);
    const backwards = upgrade(CANDIDATE, STABLE);
    expect([backwards.exitCode, backwards.stdout.slice(0, 4)]).toEqual([1, "FAIL"]);
    expect(backwards.stdout).toContain("version.not-newer");
  });

  it("fail after one flipped byte, as a zip and as a directory", () => {
    const zip = join(folder, STABLE.zipName);
    cpSync(`${STABLE.zip}.sigs`, `${zip}.sigs`, { recursive: true });
    writeFileSync(zip, flipped(readFileSync(STABLE.zip)));
    const bundle = runCli(["release", "verify-airgap-bundle", zip, ...TEST_TRUST, "--json"]);
    expect([bundle.exitCode, reportOf(bundle).findings[0]?.id]).toEqual([1, "release.subject-differs"]);
    const directory = join(folder, "flipped", STABLE.top);
    cpSync(join(folder, STABLE.top), directory, { recursive: true });
    cpSync(`${STABLE.zip}.sigs`, `${directory}.sigs`, { recursive: true });
    const binary = join(directory, "bin", "cavra-runtime_v0.1.0_linux_amd64");
    writeFileSync(binary, flipped(readFileSync(binary)));
    const tree = runCli(["release", "verify-go-package", directory, ...TEST_TRUST, "--json"]);
    expect([tree.exitCode, reportOf(tree).findings[0]?.id]).toEqual([1, "files.digest-mismatch"]);
  });
});

function judgeAt(time: string): CliResult {
  return runCli(["release", "verify-airgap-bundle", STABLE.zip, ...TEST_TRUST, "--at", time]);
}

function upgrade(from: Sample, to: Sample): CliResult {
  return runCli(["release", "validate-upgrade", from.zip, to.zip, ...TEST_TRUST]);
}

function flipped(bytes: Buffer): Buffer {
  const middle = bytes.byteLength >>> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return bytes;
}
