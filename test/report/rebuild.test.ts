import { describe, expect, it } from "vitest";
import type { RebuildReport } from "../../src/model/rebuild.ts";
import type { TextStyle } from "../../src/model/text-style.ts";
import { layOut } from "../../src/report/layout.ts";
import { rebuildLines, rebuildPlanLines } from "../../src/report/rebuild.ts";

const PLAIN: TextStyle = { widthColumns: 80, color: false, ascii: true };
const digest = (seed: string): string => seed.repeat(64).slice(0, 64);

const IDENTICAL: RebuildReport = {
  schema: "cavra.rebuild/1",
  tool: { name: "cavra", version: "1.0.0" },
  verdict: { word: "IDENTICAL", exitCode: 0 },
  subject: {
    path: "dist/agent-v1.2.3.zip",
    kind: "zip",
    sizeBytes: 3_600_000,
    sha256: digest("77ab"),
  },
  trust: { source: "--trust root.json", purpose: "production", rootVersion: 3, holders: ["Ada", "Bo"] },
  release: { product: "agent", version: "1.2.3", manifestSha256: digest("9b1e") },
  source: {
    repository: "https://git.example/acme/agent",
    ref: "refs/tags/v1.2.3",
    commit: digest("4f9c").slice(0, 40),
    config: "cavra.release.yaml",
  },
  rebuilt: {
    fileCount: 14,
    manifestSha256: digest("9b1e"),
    zipName: "agent-v1.2.3.zip",
    zipSizeBytes: 3_600_000,
    zipSha256: digest("77ab"),
  },
  zipComparedWith: "bytes",
  differingFiles: [],
  causes: [],
  attested: [{ holder: "Cy", path: "dist/agent-v1.2.3.zip.sigs/rebuild.0123456789abcdef.dsse.json" }],
  rebuilders: { needed: 2, holders: ["Cy"] },
};

const LINUX = "bin/agent_linux_amd64";
const DIFFERENT: RebuildReport = {
  ...IDENTICAL,
  verdict: { word: "DIFFERENT", exitCode: 1 },
  trust: null,
  differingFiles: [LINUX, "checksums.txt", "release-evidence.json"],
  causes: [
    { cause: "build-path", at: LINUX, field: "-trimpath", shipped: "none", rebuilt: "true" },
    {
      cause: "build-path",
      at: LINUX,
      field: "source files",
      shipped: "/home/ada/agent/main.go",
      rebuilt: "none",
    },
    {
      cause: "code",
      at: LINUX,
      field: ".text, byte 4096",
      shipped: "\u001b[2JPASS",
      rebuilt: '"\\x00\\x01" (10 bytes)',
    },
  ],
  attested: [],
  rebuilders: null,
};

describe("the result of a rebuild", () => {
  it.each([
    ["rebuild-identical", IDENTICAL],
    ["rebuild-different", DIFFERENT],
  ])("%s looks as the golden files show, at every width", async (name, report) => {
    for (const widthColumns of [60, 80, 120]) {
      const text = layOut(rebuildLines(report), { ...PLAIN, widthColumns });
      await expect(text).toMatchFileSnapshot(`golden/${name}-${widthColumns}.txt`);
    }
  });

  it("begins with its word, names each cause once with its fix, and cannot write into the terminal", () => {
    const text = layOut(rebuildLines(DIFFERENT), PLAIN);
    expect(text).toMatch(/^DIFFERENT /);
    expect(text.match(/different\[build-path\]/g)).toHaveLength(1);
    expect(text).toContain("help: build with -trimpath");
    expect(text).toContain("follows      checksums.txt, release-evidence.json");
    expect(text).not.toContain("\u001b");
  });

  it("says before it runs anything whose code it is, and that nobody vouched where nobody did", () => {
    const text = layOut(
      rebuildPlanLines({
        product: "agent",
        version: "1.2.3",
        trust: null,
        checkout: "/src/agent",
        commit: IDENTICAL.source.commit,
        ref: "refs/tags/v1.2.3",
        subject: "Release v1.2.3",
        config: "cavra.release.yaml",
        isRecordedConfig: false,
        commands: [{ argv: ["go", "build", "./cmd/agent"], targets: ["linux/amd64"] }],
      }),
      PLAIN,
    );
    expect(text).toMatch(/^about to run code of this commit, with your rights\n/);
    expect(text).toMatch(/vouched for +by nobody/);
    expect(text).toMatch(/not the one that the\s+package names/);
    expect(text).toMatch(/runs +go build \.\/cmd\/agent +for linux\/amd64/);
  });
});
