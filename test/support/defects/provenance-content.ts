import type { PackageStage } from "../../../src/judge/stages.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { withBuildInfo, withDocument, withFacts, withFile, withZip } from "../alter-release.ts";
import { binaryFacts } from "../binary-facts.ts";
import { SYS_MODULE } from "../release-binaries.ts";
import { VALID_STAGE } from "../release-fixture.ts";
import { linkedWith, withTraces } from "./binary-traces.ts";
import { withDependency, withProvenanceJson, withSbomText, type Rule } from "./provenance-rules.ts";

const LINUX = "bin/agent_linux_amd64";
const OTHER = "9".repeat(64);

function withSetting(name: string, value: string): PackageStage {
  return withBuildInfo(VALID_STAGE, LINUX, ({ settings }) => ({
    settings: new Map([...settings, [name, value]]),
  }));
}

/** Rules that hold the provenance against what is in the package. */
export const CONTENT_RULES: readonly Rule[] = [
  [
    "P13",
    "one of the binaries was built by another Go",
    "provenance.toolchain-missing",
    () => withBuildInfo(VALID_STAGE, LINUX, () => ({ goVersion: "go1.26.7" })),
  ],
  [
    "P13",
    "the Go that built a binary is named without the digest of its source",
    "provenance.toolchain-unpinned",
    () => withDependency("toolchain", (item) => [{ ...item, digest: new Map() }]),
  ],
  [
    "P14",
    "a linked module is no dependency",
    "provenance.module-missing",
    () => withDependency(SYS_MODULE.path, () => []),
  ],
  [
    "P14",
    "a linked module has another dirHash",
    "provenance.module-differs",
    () => withDependency(SYS_MODULE.path, (item) => [{ ...item, digest: new Map([["dirHash", OTHER]]) }]),
  ],
  [
    "P15",
    "the build info names another system",
    "binaries.go-target-differs",
    () => withSetting("GOOS", "freebsd"),
  ],
  [
    "P15",
    "the machine in the header is another",
    "binaries.target-differs",
    () => withFacts(VALID_STAGE, LINUX, () => ({ arch: "arm64" })),
  ],
  ["P16", "C code was allowed", "binaries.recipe-differs", () => withSetting("CGO_ENABLED", "1")],
  ["P16", "paths were not trimmed", "binaries.recipe-differs", () => withSetting("-trimpath", "false")],
  ["P16", "a plugin was built", "binaries.recipe-differs", () => withSetting("-buildmode", "plugin")],
  ["P16", "the checkout was changed", "binaries.vcs-stamped", () => withSetting("vcs.modified", "true")],
  [
    "P17",
    "a build id is left",
    "binaries.build-id-left",
    () => withTraces(VALID_STAGE, LINUX, { buildIds: ["go:abc"] }),
  ],
  [
    "P17",
    "a path of the building machine is left",
    "binaries.build-path-left",
    () => withTraces(VALID_STAGE, LINUX, { sourcePaths: ["/home/ada/main.go"] }),
  ],
  [
    "P17",
    "a symbol table is left",
    "binaries.symbols-left",
    () => withTraces(linkedWith(VALID_STAGE, "-s -w -buildid="), LINUX, { symbolTable: true }),
  ],
  [
    "P18",
    "a module was replaced by a folder",
    "binaries.local-replacement",
    () =>
      withBuildInfo(VALID_STAGE, LINUX, ({ modules }) => ({
        modules: modules.map((module) =>
          module.path === SYS_MODULE.path
            ? { ...module, replacedBy: { path: "../sys", version: "", sum: "" } }
            : module,
        ),
      })),
  ],
  [
    "P19",
    "one copy of the module list was changed",
    "binaries.copies-differ",
    () =>
      withFile(VALID_STAGE, LINUX, (file) => {
        const goProblem = { kind: "copies-differ", reason: "the two copies differ" } as const;
        return { ...file, binary: parsed(LINUX, binaryFacts({ goProblem })) };
      }),
  ],
  [
    "P20",
    "a binary holds a module that its SBOM does not link",
    "sbom.module-missing",
    () =>
      withBuildInfo(VALID_STAGE, LINUX, ({ modules }) => ({
        modules: [...modules, { path: "example.com/added", version: "v1.0.0", sum: "" }],
      })),
  ],
  [
    "P20",
    "the SBOM gives a module another sum",
    "sbom.module-differs",
    () =>
      withDocument(VALID_STAGE, "sbom", ({ packages }) => ({
        packages: packages.map((item) =>
          item.name === SYS_MODULE.path ? { ...item, goSum: "h1:AAAA" } : item,
        ),
      })),
  ],
  [
    "P21",
    "the SBOM describes other bytes",
    "sbom.file-differs",
    () =>
      withDocument(VALID_STAGE, "sbom", ({ files }) => ({
        files: files.map((file) => (file.path === LINUX ? { ...file, sha512: OTHER.repeat(2) } : file)),
      })),
  ],
  [
    "P22",
    "the verification code is of other files",
    "sbom.verification-code-wrong",
    () =>
      withDocument(VALID_STAGE, "sbom", ({ packages }) => ({
        packages: packages.map((item) =>
          item.verificationCode === "" ? item : { ...item, verificationCode: "0".repeat(40) },
        ),
      })),
  ],
  [
    "P23",
    "the namespace is that of another document",
    "sbom.unreadable",
    () =>
      withSbomText(VALID_STAGE, (text) => text.replace(/("documentNamespace": ".*)[0-9a-f]{4}"/, '$19999"')),
  ],
  [
    "P24",
    "the SBOM was created a second later",
    "sbom.created-differs",
    () => withDocument(VALID_STAGE, "sbom", () => ({ created: "2026-01-01T00:00:01Z" })),
  ],
  [
    "P24",
    "the files of the zip carry another time",
    "manifest.zip-differs",
    () => withZip(VALID_STAGE, { modifiedEpochSeconds: 1_767_225_602 }),
  ],
  [
    "P25",
    "the SBOM is not the one that the build made",
    "provenance.subject-differs",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        const { at } = VALID_STAGE.release.documents.sbom;
        const sbom = json.subject.find(({ name }) => name === at);
        if (sbom !== undefined) sbom.digest["sha512"] = OTHER.repeat(2);
      }),
  ],
  [
    "P25",
    "a by-product that no file of the package is",
    "provenance.unreadable",
    () =>
      withProvenanceJson(VALID_STAGE, ({ predicate }) => {
        predicate.runDetails["byproducts"] = [
          { name: "acme-agent.sbom.spdx.json", digest: { sha256: OTHER } },
        ];
      }),
  ],
];
