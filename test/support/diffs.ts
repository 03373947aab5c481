import type { Finding } from "../../src/model/finding.ts";
import type { DiffFacts, DiffSide } from "../../src/report/diff.ts";
import { withBrokenDocument, withBuildInfo, withDocument, withFile, withManifest } from "./alter-release.ts";
import { passReport } from "./reports.ts";
import { GRACE, inCandidate, minorUpgrade, pairOf, withTrust, type Upgrade } from "./upgrade-pair.ts";

const LINUX = "bin/agent_linux_amd64";

function sideOf(name: string): DiffSide {
  const subject = { ...passReport.subject, path: `dist/${name}.zip` };
  return { subject, state: "read", reason: null, findings: [] };
}

const OLD = sideOf("acme-agent-v1.2.3");
const NEW = sideOf("acme-agent-v1.3.0");

function factsOf(upgrade: Upgrade): DiffFacts {
  const { diff } = pairOf(upgrade);
  return {
    tool: { name: "cavra", version: "1.0.0" },
    previous: OLD,
    candidate: NEW,
    trust: passReport.trust,
    signaturesJudged: diff.signers.ok,
    diff,
  };
}

/** Something in every section. */
function everything(): Upgrade {
  const altered = inCandidate(minorUpgrade(), (stage) => {
    const files = withFile(
      withFile(stage, LINUX, (file) => ({ ...file, sizeBytes: 9_000_000, mode: 0o644 })),
      "LICENSE",
      () => undefined,
    );
    const manifest = withManifest(files, {
      targets: ["darwin/arm64", "linux/amd64", "linux/riscv64"],
      controls: ["sha256-checksums"],
      builderId: "https://builder.example/other",
      expires: null,
    });
    const go = withBuildInfo(manifest, LINUX, (info) => ({
      ...info,
      goVersion: "go1.27.0",
      modules: [{ path: "golang.org/x/sys", version: "v0.29.0", sum: "" }],
      settings: new Map([...info.settings, ["CGO_ENABLED", "1"]]),
    }));
    const recipes = withDocument(go, "reproducibility", ({ binaries }) => ({
      binaries: binaries.map((binary) => ({ ...binary, argv: ["go", "build", "-race", "."] })),
    }));
    return withDocument(recipes, "installers", ({ targets }) => ({
      targets: targets.map((target) => ({ ...target, installPath: "/opt/agent" })),
    }));
  });
  return withTrust(altered, {}, { signers: [GRACE], threshold: { needed: 2, holders: 1 } });
}

/** Names and values as an attacker would choose them. */
const HOSTILE: Finding = {
  id: "container.name-escapes",
  severity: "fatal",
  check: "container.grammar",
  title: "an entry would be written outside of the target folder",
  why: "unpacking it would replace files of the system",
  remedy: "do not open it",
  at: "entry 7",
  actual: "..\\..\\w32time.dll\u001b[2J\u202e $(reboot)",
};

export const SAMPLE_DIFFS: Readonly<Record<string, DiffFacts>> = {
  "diff-sound": factsOf(minorUpgrade()),
  "diff-everything": factsOf(everything()),
  "diff-unjudged": {
    ...factsOf(withTrust(minorUpgrade(), { signaturesJudged: false }, { signaturesJudged: false })),
    trust: null,
  },
  "diff-broken": factsOf(
    inCandidate(minorUpgrade(), (stage) => withBrokenDocument(withBrokenDocument(stage, "manifest"), "sbom")),
  ),
  "diff-hostile": {
    ...factsOf(minorUpgrade()),
    candidate: { ...NEW, state: "hostile", reason: HOSTILE.title, findings: [HOSTILE] },
    diff: null,
  },
  "diff-unreadable": {
    ...factsOf(minorUpgrade()),
    previous: {
      subject: { path: "nothing", kind: "zip", sizeBytes: null, sha256: null },
      state: "unreadable",
      reason: "nothing does not exist",
      findings: [],
    },
    diff: null,
  },
};
