import type {
  Vulnerability,
  VulnerabilityDatabase,
  VulnerabilityMatch,
} from "../../src/model/vulnerability.ts";
import { TEST_NOW } from "./trust.ts";

export const DAY_SECONDS = 86_400;

/** A fault in `golang.org/x/sys/unix` that was fixed before the version that the test release links. */
export const OLD_FAULT: Vulnerability = {
  id: "GO-2022-0001",
  aliases: ["CVE-2022-0001", "GHSA-0000-0000-0001"],
  summary: "Faccessat reports the wrong result",
  affected: [
    {
      module: "golang.org/x/sys",
      ranges: [{ introduced: "0", fixed: "0.1.0" }],
      packages: [{ path: "golang.org/x/sys/unix", symbols: ["Faccessat"], goos: [], goarch: [] }],
    },
  ],
};

/** What a program of the test release comes to by the same record. */
export function testMatch(change: Partial<VulnerabilityMatch> = {}): VulnerabilityMatch {
  const { id, aliases, summary } = OLD_FAULT;
  return {
    id,
    aliases,
    summary,
    binary: "bin/agent_linux_amd64",
    module: "golang.org/x/sys",
    version: "v0.0.9",
    isVersionKnown: true,
    fixed: "0.1.0",
    reach: "symbol",
    packages: ["golang.org/x/sys/unix"],
    symbols: ["golang.org/x/sys/unix.Faccessat"],
    ...change,
  };
}

/** Taken the day before, with nothing in it that concerns the test release. */
export const TEST_DATABASE: VulnerabilityDatabase = {
  path: "vulndb",
  sha256: "0".repeat(64),
  updatedEpochSeconds: TEST_NOW - DAY_SECONDS,
  vulnerabilities: [OLD_FAULT],
  unreadable: [],
};

/** The same fault, still open in the version that the test release links. */
export function openFault(change: Partial<Vulnerability["affected"][number]> = {}): Vulnerability {
  return {
    ...OLD_FAULT,
    affected: OLD_FAULT.affected.map((item) => ({
      ...item,
      ranges: [{ introduced: "0.2.0", fixed: "0.31.0" }],
      ...change,
    })),
  };
}
