import type { Finding } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";

export const digest = (seed: string): string => seed.repeat(64).slice(0, 64);

const TRUST: NonNullable<Report["trust"]> = {
  givenVersion: 3,
  source: "--trust /etc/cavra/root.json",
  product: "cavra-runtime",
  purpose: "production",
  version: 3,
  payloadSha256: digest("41aa0c9e"),
  expires: "2027-02-01T00:00:00Z",
  pinned: false,
};

export const RELEASE: NonNullable<Report["release"]> = {
  product: "cavra-runtime",
  package: "go-runtime",
  line: "main",
  channel: "stable",
  version: "0.1.0",
  releaseCounter: 13,
  manifestSha256: digest("9b1e77c0"),
  sourceDateEpoch: 1_795_000_000,
  fileCount: 14,
  totalBytes: 27_912_345,
  targets: ["darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64"],
  commit: "4f9c2e1d0aa5510b77de03fd9b1e77c04f9c2e1d",
  repository: "https://git.example/acme/runtime",
  builderId: "https://builder.example/hosted",
  buildLevel: 2,
};

export const passReport: Report = {
  schema: "cavra.report/1",
  tool: { name: "cavra", version: "1.0.0" },
  command: "release verify-airgap-bundle",
  verdict: { word: "PASS", exitCode: 0, reason: "everything required was checked and held", qualifier: null },
  subject: {
    path: "media/cavra-go-runtime-v0.1.0.zip",
    kind: "zip",
    sizeBytes: 11_400_000,
    sha256: digest("77ab10c2"),
  },
  policy: {
    line: "main",
    channel: "stable",
    at: null,
    diagnose: false,
    allowed: [],
    raisedLimits: [],
    require: ["release.threshold", "files.digests"],
  },
  trust: { ...TRUST, pinned: true, source: "pin of cavra-runtime" },
  threshold: {
    needed: 2,
    holders: 2,
    signers: [
      { keyId: digest("c0de11b2"), holder: "alice", algorithm: "ed25519" },
      { keyId: digest("5d0291aa"), holder: "bob", algorithm: "ecdsa-p256" },
    ],
    endorsed: false,
  },
  release: RELEASE,
  checks: [
    {
      id: "release.threshold",
      title: "Enough trusted holders signed this release",
      status: "pass",
      evidence: [{ at: "release.dsse.json", actual: "2 of 2" }],
    },
    {
      id: "files.digests",
      title: "Every file has the SHA-256 that checksums.txt lists",
      status: "pass",
      evidence: [{ at: "checksums.txt" }],
    },
  ],
  findings: [],
  notChecked: [
    { id: "vulnerabilities", reason: "no snapshot of advisories was given" },
    { id: "transparency log", reason: "the trust root asks for none" },
  ],
};

export const testTrustReport: Report = {
  ...passReport,
  verdict: { ...passReport.verdict, qualifier: "test trust" },
  trust: { ...TRUST, purpose: "test" },
  policy: { ...passReport.policy, allowed: ["--allow-test-trust"], at: "2026-11-21T10:00:00Z" },
  notChecked: [],
};

const DIGEST_DIFFERS: Omit<Finding, "at"> = {
  id: "files.digest-differs",
  severity: "error",
  check: "files.digests",
  title: "a file is not the file that was listed",
  why: "its bytes changed after the release was signed: by damage on the way, or by somebody",
  remedy: "copy the release again from its source and verify it again before anything is installed",
};

export const failReport: Report = {
  ...passReport,
  verdict: { word: "FAIL", exitCode: 1, reason: "a file is not the file that was listed", qualifier: null },
  checks: [
    {
      id: "release.threshold",
      title: "Enough trusted holders signed this release",
      status: "pass",
      evidence: [{ at: "release.dsse.json" }],
    },
    {
      id: "files.digests",
      title: "Every file has the SHA-256 that checksums.txt lists",
      status: "fail",
      evidence: [{ at: "bin/runtime_linux_amd64" }],
    },
    {
      id: "sbom.truth",
      title: "The SBOM says what the files and the binaries are",
      status: "skip",
      evidence: [],
      reason: "files.digests did not pass",
    },
  ],
  findings: [
    {
      id: "release.renamed",
      severity: "warning",
      check: "release.subject",
      title: "the file on the medium was renamed",
      why: "the digest decides, so this is no danger, but people may take it for another release",
      remedy: "give it the name that was signed",
      at: "media/a.zip",
      expected: "cavra-go-runtime-v0.1.0.zip",
      actual: "a.zip",
    },
    {
      ...DIGEST_DIFFERS,
      at: "bin/runtime_linux_amd64",
      expected: digest("5d0291aa"),
      actual: digest("5d0e1b77"),
    },
    {
      ...DIGEST_DIFFERS,
      at: "bin/runtime_windows_amd64.exe",
      expected: digest("0aa73c55"),
      actual: digest("0aa73c5f"),
    },
  ],
};

/** Names and values as an attacker would choose them. */
export const refusedReport: Report = {
  ...passReport,
  verdict: {
    word: "REFUSED",
    exitCode: 5,
    reason: "an entry would be written outside of the target folder",
    qualifier: null,
  },
  subject: { ...passReport.subject, path: "D:\\cavra-go-runtime-v0.1.0.zip" },
  threshold: null,
  release: null,
  checks: [
    {
      id: "container.grammar",
      title: "The zip has one reading",
      status: "fail",
      evidence: [{ at: "entry 7" }],
    },
  ],
  findings: [
    {
      id: "container.name-escapes",
      severity: "fatal",
      check: "container.grammar",
      title: "an entry would be written outside of the target folder",
      why: "unpacking it would replace files of the system",
      remedy: "do not open it; keep the medium and ask your vendor by another way",
      at: "entry 7",
      expected: "a path inside of the top folder",
      actual:
        "go-runtime/..\\..\\w32time.dll\u001b[2J\u001b[31mPASS\u202efdp.exe\r\n\u0085\u200b $(reboot) \u00fc\u{1f600}",
    },
    {
      id: "signatures.not-evaluated",
      severity: "note",
      check: "release.threshold",
      title: "signatures are not looked at for a malformed container",
      why: "what they would say of it cannot be relied on",
      remedy: "nothing; the verdict stands without them",
      at: "release.dsse.json",
    },
  ],
};

export const unknownReport: Report = {
  ...passReport,
  verdict: { word: "UNKNOWN", exitCode: 4, reason: "no trust was given", qualifier: null },
  trust: null,
  threshold: null,
  release: null,
  checks: [],
  findings: [],
  notChecked: [],
};

export const incompleteReport: Report = {
  ...unknownReport,
  verdict: { word: "INCOMPLETE", exitCode: 3, reason: "the file does not exist", qualifier: null },
  subject: { path: "nothing.zip", kind: "zip", sizeBytes: null, sha256: null },
  trust: passReport.trust,
};
