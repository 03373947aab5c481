import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateUpgrade } from "../../src/flows/validate-upgrade.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import type { TrustSource } from "../../src/flows/trust-source.ts";
import type { Report } from "../../src/model/report.ts";
import { sampleOf } from "../../scripts/tampered/samples.ts";
import { testPolicy } from "../support/policy.ts";
import {
  SMALL_CANDIDATE,
  SMALL_FIRST,
  SMALL_TOOL,
  smallSource,
  smallTrust,
  smallTrustRoot,
  writeSmallRelease,
  type SmallProgram,
  type SmallRelease,
} from "../support/small-release.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench } from "../support/tampering-bench.ts";

// Weaknesses of the system that cavra grows out of, upgrades: each attack must be found out.
const bench = tamperingBench();
const MANIFEST = "release-evidence.json";

async function step(
  previous: string,
  candidate: string,
  trust: TrustSource = smallTrust(),
  failOn: "error" | "warning" = "error",
): Promise<Report> {
  return validateUpgrade({
    tool: SMALL_TOOL,
    previous,
    candidate,
    policy: testPolicy({ expectStream: false }),
    trust,
    failOn,
    allowSameVersion: false,
  });
}

/** v0.2.0, the honest successor of the first sample, but for what the change says. */
async function successor(
  name: string,
  change: Partial<Parameters<typeof writeSmallRelease>[1]> = {},
  program: SmallProgram = {},
): Promise<SmallRelease> {
  const { manifest, zipPath } = sampleOf(bench.samples(), "v0.1.0");
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-go-package",
    path: zipPath,
    signaturesFolder: undefined,
    policy: testPolicy(),
    trust: smallTrust(),
  });
  const previous = { version: manifest.version, manifestSha256: report.release?.manifestSha256 ?? "" };
  const honest = { ...SMALL_CANDIDATE, version: "0.2.0", channel: "stable", previous };
  return writeSmallRelease(
    join(bench.folder, name),
    { ...honest, ...change },
    { pool: bench.pool(), program },
  );
}

const first = (): string => sampleOf(bench.samples(), "v0.1.0").zipPath;

describe("U1: a version that cannot be compared only warns, and rollback protection is skipped", () => {
  it("it fails", () => bench.demand("version-unparseable"));

  it.each(["dry-run", "2026.05", "v1.0", "v1.0.0", ""])("%j as the version fails", async (version) => {
    const found = await bench.found({
      package: [{ "edit-json": { path: MANIFEST, set: { version } } }],
      rebuild: "all-layers",
    });
    expect(found).toEqual(["release.statement-malformed"]);
  });
});

describe("U2: versions that are none are accepted, and build metadata is ignored", () => {
  it.each(["1.0.0-rc..1", "1.0.0--", "1.0.0-01", "1.0.0\n", "1.0.٠", "01.0.0", " 1.0.0"])(
    "%j as the version fails",
    async (version) => {
      const path = await bench.attack({
        package: [{ "edit-json": { path: MANIFEST, set: { version } } }],
        rebuild: "all-layers",
      });
      expect((await bench.judge(path)).verdict.exitCode).toBe(1);
    },
  );

  it("two releases that differ in build metadata alone are no upgrade", async () => {
    const other = await successor("metadata", { version: "0.1.0+build.7" });
    const { verdict, findings } = await step(first(), other.zip);
    expect(verdict.word).toBe("FAIL");
    expect(findings.map(({ id }) => id)).toContain("version.only-build-metadata-differs");
  });
});

describe("U3: signers, source, dependencies, toolchain and binaries are not compared", () => {
  it("an honest step passes", async () => {
    const next = await successor("honest");
    expect(outcomeOf(await step(first(), next.zip))).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
  });

  it.each<[string, Parameters<typeof successor>[1], SmallProgram, string]>([
    [
      "another repository",
      { source: { ...smallSource("0.2.0"), repository: "https://example.com/mallory/cavra-runtime" } },
      {},
      "provenance.source-repository-changed",
    ],
    ["an older dependency", {}, { modules: ["golang.org/x/text\tv0.29.0"] }, "sbom.dependency-downgraded"],
    [
      "a new dependency",
      {},
      { modules: ["example.com/more\tv1.0.0", "golang.org/x/text\tv0.30.0"] },
      "sbom.dependency-added",
    ],
    ["an older Go", {}, { goVersion: "go1.26.7" }, "reproducibility.toolchain-downgraded"],
    ["the binaries of before", {}, { version: "0.1.0" }, "files.binary-unchanged"],
    ["a target less", { targets: ["linux/amd64", "windows/amd64"] }, {}, "files.target-removed"],
    ["an expiry no more", { expires: null }, {}, "version.expiry-dropped"],
    [
      "another predecessor",
      { previous: { version: "0.0.9", manifestSha256: "9".repeat(64) } },
      {},
      "version.lineage-broken",
    ],
  ])("%s is told", async (name, change, program, rule) => {
    const next = await successor(name.replaceAll(" ", "-"), change, program);
    const { findings, verdict } = await step(first(), next.zip, smallTrust(), "warning");
    expect(findings.map(({ id }) => id)).toContain(rule);
    const severity = findings.find(({ id }) => id === rule)?.severity;
    expect(verdict.word).toBe(severity === "note" ? "PASS" : "FAIL");
  });

  it("another signer and a lost second signer are told, and a stranger does not pass", async () => {
    const trust = smallTrust(smallTrustRoot({ threshold: 1 }));
    const options = { pool: bench.pool(), trust };
    const folder = join(bench.folder, "signers");
    const ada = await writeSmallRelease(folder, SMALL_FIRST, { ...options, signers: ["release-ada"] });
    const previous = { version: "0.1.0", manifestSha256: ada.manifestSha256 };
    const next = { ...SMALL_CANDIDATE, version: "0.2.0", channel: "stable", previous };
    const bo = await writeSmallRelease(folder, next, { ...options, signers: ["release-bo"] });
    const rules = async (was: string, now: string): Promise<readonly string[]> =>
      (await step(was, now, trust)).findings.map(({ id }) => id);
    expect(await rules(ada.zip, bo.zip)).toEqual(["signer.rotated"]);
    expect(await rules(first(), bo.zip)).toEqual(["signer.second-person-lost"]);
    const stranger = await bench.attack({ release: "v0.2.0-rc.1", signedBy: "attacker" });
    expect(await rules(ada.zip, stranger)).toEqual(["release.signer-not-trusted"]);
  });
});

describe("U4: the comparison of controls compares constants", () => {
  it("controls follow from the package, so a lost one shows", async () => {
    const next = await successor("controls");
    const path = await bench.attack({
      release: "v0.2.0-rc.1",
      package: [{ "edit-json": { path: MANIFEST, remove: ["controls.0"] } }],
      rebuild: "all-layers",
    });
    const lost = await step(first(), path);
    expect(lost.findings.map(({ id }) => id)).toContain("controls.control-removed");
    expect(outcomeOf(await step(first(), next.zip)).findings).toEqual([]);
  });
});

describe("U5: nothing remembers, nothing expires", () => {
  it("an older release, an expired one and one below the floors fail", async () => {
    await bench.demand("older-version-replayed");
    await bench.demand("older-than-minimum");
    await bench.demand("expired");
  });

  it("the floor of the trust root holds without any memory, also against a genuine old pair", async () => {
    const trust = smallTrust(smallTrustRoot({ minimumCounter: 2 }));
    const { report } = await verifyRelease({
      tool: SMALL_TOOL,
      command: "release verify-go-package",
      path: first(),
      signaturesFolder: undefined,
      policy: testPolicy(),
      trust,
    });
    expect(outcomeOf(report).findings).toEqual(["release.below-minimum"]);
    expect((await step(first(), first(), trust)).verdict.word).toBe("FAIL");
  });

  // With a pin it is remembered: test/flows/verify-recorded.test.ts replays against the record.
  it("without a pin nothing is remembered, and what stands in is said", async () => {
    const { notChecked } = await bench.judge(first());
    const record = notChecked.find(({ id }) => id === "trust.record");
    expect(record?.reason).toContain("--min-version and --previous stand in");
  });
});

describe("U6: folders only, dry runs accepted, no severities", () => {
  it("zip and folder compare alike, and a folder's change is found", async () => {
    const folder = await bench.attack({ subject: "directory", signedBy: "none" });
    const next = await successor("mixed");
    expect(outcomeOf(await step(folder, next.zip))).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
  });

  it("a dry run is no candidate", async () => {
    const dryRun = await bench.attack({
      release: "v0.2.0-rc.1",
      package: [{ "edit-json": { path: MANIFEST, set: { dry_run: true } } }],
      rebuild: "all-layers",
    });
    const { verdict, findings } = await step(first(), dryRun);
    expect(verdict.word).toBe("FAIL");
    expect(findings.map(({ id }) => id)).toContain("manifest.dry-run");
  });

  it("severities decide, and the caller says from which on", async () => {
    const next = await successor("severities", {}, { version: "0.1.0" });
    const lenient = await step(first(), next.zip);
    expect(new Set(lenient.findings.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
    expect(lenient.verdict.word).toBe("PASS");
    expect((await step(first(), next.zip, smallTrust(), "warning")).verdict.word).toBe("FAIL");
  });
});
