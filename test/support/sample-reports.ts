import type { UpgradeFinding } from "../../src/compare/judge-upgrade.ts";
import type { Report } from "../../src/model/report.ts";
import {
  digest,
  failReport,
  incompleteReport,
  passReport,
  refusedReport,
  RELEASE,
  testTrustReport,
  unknownReport,
} from "./reports.ts";

const SEVERAL_CHANNELS = "the releases belong to different channels, which have signers of their own";

/** As `validate-upgrade` reports it: the members of the candidate, and the step to it. */
export const upgradeReport: Report = {
  ...passReport,
  command: "release validate-upgrade",
  verdict: {
    word: "FAIL",
    exitCode: 1,
    reason: "a target was shipped before and is gone",
    qualifier: null,
  },
  release: { ...RELEASE, version: "0.2.0-rc.1", channel: "rc", releaseCounter: 14 },
  findings: [
    upgradeFinding({
      id: "files.target-removed",
      severity: "error",
      title: "a target was shipped before and is gone",
      why: "machines of this kind cannot take the upgrade, and nobody told their owners",
      remedy: "build the target, or bump the major version and announce its end",
      subject: "windows/arm64",
      at: "release-evidence.json targets",
      expected: "windows/arm64",
      needs: "major",
    }),
    upgradeFinding({
      id: "reproducibility.toolchain-changed",
      severity: "note",
      title: "the toolchain changed",
      why: "new compilers bring new behaviour",
      remedy: "nothing, when it was meant",
      subject: "linux/amd64",
      at: "linux/amd64",
      expected: "go1.25.4",
      actual: "go1.26.3",
      needs: "minor",
      bumpMade: true,
    }),
  ],
  notChecked: [
    { id: "sbom.vulnerabilities", reason: "no vulnerability data was given" },
    { id: "signer.rotated", reason: SEVERAL_CHANNELS },
    { id: "signer.threshold-lowered", reason: SEVERAL_CHANNELS },
  ],
  upgrade: {
    previous: {
      path: "dist/cavra-go-runtime-v0.1.0.zip",
      version: "0.1.0",
      manifestSha256: digest("41aa0c9e"),
      verdict: "PASS",
    },
    candidate: {
      path: passReport.subject.path,
      version: "0.2.0-rc.1",
      manifestSha256: digest("9b1e77c0"),
      verdict: "PASS",
    },
    bump: "minor",
    failOn: "error",
    rows: [
      { what: "version", was: "0.1.0", now: "0.2.0-rc.1 (minor)", findings: [] },
      { what: "targets", was: "5", now: "4  - windows/arm64", findings: ["files.target-removed"] },
      {
        what: "modules",
        was: "21",
        now: "21  github.com/elliotchance/orderedmap v1.6.0 -> v1.7.0  golang.org/x/net v0.31.0 -> v0.32.0",
        findings: ["sbom.dependency-updated"],
      },
    ],
    rulesEvaluated: 79,
  },
};

/** A finding of an upgrade rule, with what would make it acceptable. */
function upgradeFinding(
  words: Omit<UpgradeFinding, "check" | "bumpMade" | "waivable"> & Partial<UpgradeFinding>,
): UpgradeFinding {
  return { check: words.id, bumpMade: false, waivable: "one", ...words };
}

export const SAMPLE_REPORTS: Readonly<Record<string, Report>> = {
  pass: passReport,
  "pass-test-trust": testTrustReport,
  fail: failReport,
  refused: refusedReport,
  unknown: unknownReport,
  incomplete: incompleteReport,
  upgrade: upgradeReport,
};
