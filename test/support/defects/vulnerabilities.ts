import type { PackageStage } from "../../../src/judge/stages.ts";
import { parsed } from "../../../src/model/parsed.ts";
import type { VulnerabilityDatabase } from "../../../src/model/vulnerability.ts";
import { withBuildInfo, withFile, type Defect } from "../alter-release.ts";
import { DAY_SECONDS, openFault, TEST_DATABASE } from "../vulnerabilities.ts";

const PROGRAM = "bin/agent_linux_amd64";

function withDatabase(stage: PackageStage, change: Partial<VulnerabilityDatabase>): PackageStage {
  const vulnerabilities = { database: { ...TEST_DATABASE, ...change }, maxAgeDays: 30 };
  return { ...stage, policy: { ...stage.policy, vulnerabilities } };
}

/** The functions of one program; those of the other two are made to hold nothing of the package. */
function withFunctions(
  stage: PackageStage,
  functions: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): PackageStage {
  const programs = [PROGRAM, "bin/agent_darwin_arm64", "bin/agent_windows_amd64.exe"];
  return programs.reduce(
    (altered, path) =>
      withFile(altered, path, (file) => {
        if (file.binary?.ok !== true) return file;
        const own = path === PROGRAM ? functions : new Map();
        const { functions: _, ...facts } = file.binary.value;
        return { ...file, binary: parsed(path, own === undefined ? facts : { ...facts, functions: own }) };
      }),
    stage,
  );
}

function faultDefect(
  problem: string,
  how: string,
  functions: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): Defect {
  return {
    problem,
    how,
    besides: problem === "vulnerabilities.code-absent" ? [] : ["vulnerabilities.code-absent"],
    alter: (stage) => withFunctions(withDatabase(stage, { vulnerabilities: [openFault()] }), functions),
  };
}

function unordered(stage: PackageStage): PackageStage {
  return withBuildInfo(stage, PROGRAM, () => ({ goVersion: "devel go1.27-0123456789" }));
}

export const vulnerabilitiesDefects: readonly Defect[] = [
  faultDefect(
    "vulnerabilities.function-linked",
    "a function of the record is in the program",
    new Map([["golang.org/x/sys/unix", new Set(["Faccessat"])]]),
  ),
  faultDefect(
    "vulnerabilities.package-linked",
    "another function of its package is in the program",
    new Map([["golang.org/x/sys/unix", new Set(["Open"])]]),
  ),
  faultDefect("vulnerabilities.reach-unknown", "the function table cannot be read", undefined),
  faultDefect("vulnerabilities.code-absent", "another package of the module is linked", new Map()),
  {
    problem: "vulnerabilities.version-unordered",
    how: "a program was built by a development tree of Go",
    besides: ["binaries.toolchain-differs", "provenance.toolchain-missing", "sbom.toolchain-differs"],
    alter: (stage) =>
      unordered(withDatabase(stage, { vulnerabilities: [openFault({ module: "stdlib", packages: [] })] })),
  },
  {
    problem: "vulnerabilities.database-empty",
    how: "the folder held no record",
    alter: (stage) => withDatabase(stage, { vulnerabilities: [] }),
  },
  {
    problem: "vulnerabilities.database-undated",
    how: "the snapshot does not say when it was taken",
    alter: (stage) => withDatabase(stage, { updatedEpochSeconds: null }),
  },
  {
    problem: "vulnerabilities.database-stale",
    how: "the snapshot is a day older than it may be",
    alter: (stage) => withDatabase(stage, { updatedEpochSeconds: stage.policy.now - 31 * DAY_SECONDS }),
  },
  {
    problem: "vulnerabilities.database-from-future",
    how: "the snapshot is from the day after tomorrow",
    alter: (stage) => withDatabase(stage, { updatedEpochSeconds: stage.policy.now + 2 * DAY_SECONDS }),
  },
  {
    problem: "vulnerabilities.record-unreadable",
    how: "one record is no OSV",
    alter: (stage) =>
      withDatabase(stage, { unreadable: [{ at: "GO-1.json", reason: "is not valid UTF-8" }] }),
  },
];
