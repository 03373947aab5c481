import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLocalPackage } from "../../src/flows/local-package.ts";
import { parseBootstrap } from "../../src/formats/bootstrap.ts";
import { parseReproducibility } from "../../src/formats/reproducibility.ts";
import { LOCAL_BUILDER_ID } from "../../src/make/builder-identity.ts";
import { UNPROVABLE_CONTROLS } from "../../src/model/controls.ts";
import { valueOf } from "../../src/model/parsed.ts";
import { fileOf, sampleOf } from "../../scripts/tampered/samples.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { rebuildWorld } from "../support/rebuild-world.ts";
import { SMALL_FIRST, writeSmallRelease } from "../support/small-release.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench, type Attack } from "../support/tampering-bench.ts";

// Weaknesses of the system that cavra grows out of, coverage of the package: each attack must be found out.
const bench = tamperingBench();
const MANIFEST = "release-evidence.json";
const PROVENANCE = "cavra-runtime.provenance.intoto.json";
const SBOM = "cavra-runtime.sbom.spdx.json";
const INSTALLERS = "cavra-runtime.installers.json";
const REPRODUCIBILITY = "cavra-runtime.reproducibility.json";
const BOOTSTRAP = "offline-trust-root-bootstrap.json";
const ALL = { rebuild: "all-layers" } as const;

/** One document with members set, everything above it made to fit and signed by careless holders. */
const edited = (path: string, set: object): Attack => ({ package: [{ "edit-json": { path, set } }], ...ALL });

function document(path: string): Uint8Array {
  return fileOf(sampleOf(bench.samples(), "v0.1.0").files, path).bytes;
}

describe("P1: files in no list, and a page in no list, pass", () => {
  it("no longer: in a zip and in a folder", async () => {
    await bench.demand("file-added");
    await bench.demand("file-added-in-folder");
    await bench.demand("page-says-something-else");
    const path = "release-evidence.md";
    const changed = {
      subject: "directory",
      signedBy: "none",
      package: [{ "append-bytes": { path, text: "Approved.\n" } }],
    };
    expect(await bench.found(changed)).toEqual(["files.digest-mismatch"]);
  });
});

describe("P2: what must be listed is what the evidence lists of itself", () => {
  it("an empty list is refused, and a file that only checksums.txt lists is missed in every document", async () => {
    await bench.demand("artifact-list-empty");
    const added = { package: [{ "add-file": { path: "NOTICE", text: "more\n" } }], rebuild: "checksums" };
    expect(await bench.found(added)).toEqual([
      "manifest.artifact-missing",
      "provenance.subject-missing",
      "sbom.file-missing",
      "sbom.verification-code-wrong",
    ]);
  });
});

describe("P3: digests, sizes, kinds, counts and commit of the evidence are never compared", () => {
  it.each([
    ["sha256", { "artifacts.0.sha256": "9".repeat(64) }, ["manifest.artifact-differs"]],
    ["size_bytes", { "artifacts.0.size_bytes": 1 }, ["manifest.artifact-differs"]],
    ["kind", { "artifacts.0.kind": "sbom" }, ["manifest.kind-wrong"]],
    ["signature_count", { signature_count: 24 }, ["manifest.unreadable"]],
    [
      "commit",
      { commit: "9".repeat(40) },
      [
        "bootstrap.release-differs",
        "installers.release-differs",
        "modules.release-differs",
        "provenance.commit-differs",
        "reproducibility.release-differs",
        "sbom.package-differs",
      ],
    ],
  ])("a wrong %s is found", async (_, set, problems) => {
    expect(await bench.found(edited(MANIFEST, set))).toEqual(problems);
  });
});

describe("P4: checksums.txt may hold a file twice, aliases, case twins and markers", () => {
  it("a repeated line is refused", () => bench.demand("checksum-line-twice"));

  it.each([
    ["an alias", (line: string) => line.replace("  LICENSE", "  bin/../LICENSE"), "files.list-unreadable"],
    ["a marker", (line: string) => line.replace("  LICENSE", " *LICENSE"), "files.list-unreadable"],
    ["an uppercase digest", (line: string) => line.toUpperCase(), "files.list-unreadable"],
    ["a case twin", (line: string) => `${line}\n${line.replace("LICENSE", "License")}`, "files.missing"],
  ])("%s is refused", async (_, change, problem) => {
    const lines = Buffer.from(document("checksums.txt")).toString("latin1").split("\n");
    const text = lines.map((line) => (line.endsWith("  LICENSE") ? change(line) : line)).join("\n");
    const found = await bench.found({ package: [{ "replace-file": { path: "checksums.txt", text } }] });
    expect(found).toEqual([problem]);
  });
});

describe("P5: provenance may claim any builder, any source and any subset of the files, unsigned", () => {
  it("a hosted builder cannot be claimed, and without a choice none is", async () => {
    await bench.demand("builder-claims-to-be-hosted");
    await bench.demand("provenance-of-another-release");
    await bench.demand("provenance-signature-missing");
    expect(LOCAL_BUILDER_ID).not.toMatch(/github|hosted/);
  });

  it.each([
    [
      "source",
      { "predicate.buildDefinition.externalParameters.repository": "https://example.com/other" },
      ["provenance.source-differs"],
    ],
    [
      "version",
      { "predicate.buildDefinition.externalParameters.version": "0.0.9" },
      ["provenance.source-differs"],
    ],
  ])("another %s is found", async (_, set, problems) => {
    expect(await bench.found(edited(PROVENANCE, set))).toEqual(problems);
  });

  it("a subset of the files is found", async () => {
    const remove = ["subject.0"];
    const found = await bench.found({ package: [{ "edit-json": { path: PROVENANCE, remove } }], ...ALL });
    expect(found).toEqual(["provenance.subject-missing"]);
  });
});

describe("P6: the SBOM is never opened", () => {
  it("another one, none, and one with a time that SPDX does not allow are found", async () => {
    await bench.demand("sbom-of-another-release");
    const without = await bench.found({ package: [{ "remove-file": { path: SBOM } }], ...ALL });
    expect(without).toEqual(["bootstrap.file-absent", "controls.control-unproven", "sbom.unreadable"]);
    const created = { "creationInfo.created": "2026-10-01T09:00:00.123456+00:00" };
    expect(await bench.found(edited(SBOM, created))).toEqual(["sbom.unreadable"]);
  });
});

describe("P7: controls are constants, claimed even where nothing was done", () => {
  it("a control that nothing proves is found", () => bench.demand("control-claimed"));

  it("what a package cannot prove of itself is never claimed by the maker", () => {
    const { controls } = sampleOf(bench.samples(), "v0.1.0").manifest;
    expect(controls.length).toBeGreaterThan(0);
    expect(controls.filter((id) => UNPROVABLE_CONTROLS.has(id))).toEqual([]);
  });
});

describe("P8: toolchain unrecorded, rebuild command unread, a lost target invisible", () => {
  it("a lost target is found", () => bench.demand("target-lost"));

  it("each binary records the Go version and a command; another version than the binary's own is found", async () => {
    const record = valueOf(parseReproducibility(REPRODUCIBILITY, document(REPRODUCIBILITY)));
    expect(record?.binaries.map(({ toolchain }) => toolchain)).toEqual(["go1.26.8", "go1.26.8", "go1.26.8"]);
    expect(record?.binaries.filter(({ rebuildCommand }) => rebuildCommand === null)).toEqual([]);
    const other = edited(REPRODUCIBILITY, { "binaries.0.toolchain": "go1.25.0" });
    expect(await bench.found(other)).toEqual(["binaries.toolchain-differs"]);
    const none = edited(REPRODUCIBILITY, { "binaries.0.rebuild_command": null });
    expect(await bench.found(none)).toEqual(["controls.control-unproven", "reproducibility.recipe-missing"]);
  });
});

describe("P8: the recorded command is believed", () => {
  it("it is never run, and one that is not the config's is found by a rebuild", async () => {
    const checkout = prebuiltCheckout();
    try {
      const { directory: lying } = await rebuildWorld(checkout.folder, join(bench.folder, "recorded"));
      const trap = join(bench.folder, "trapped");
      const path = join(lying, REPRODUCIBILITY);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace('"rebuild_command": null', `"rebuild_command": "touch ${trap}"`));
      const flags = ["--allow-unsigned", "--source", checkout.folder];
      const { exitCode, stdout } = runCli(["release", "rebuild", lying, ...flags]);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/different\[recipe\]/);
      expect(unwrapped(stdout)).toContain(`${REPRODUCIBILITY}: /binaries/0/rebuild_command`);
      expect(existsSync(trap)).toBe(false);
    } finally {
      checkout.remove();
    }
  });
});

describe("P9: words of guidance are tested instead of facts", () => {
  it("facts count", async () => {
    const wrong = edited(INSTALLERS, { "targets.0.binary_sha256": "9".repeat(64) });
    expect(await bench.found(wrong)).toEqual(["installers.entry-differs"]);
  });

  it("words do not", async () => {
    const path = await bench.attack(edited(INSTALLERS, { operator_notes: ["Ask Ada."] }));
    expect(outcomeOf(await bench.judge(path))).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
  });

  it("commands carry no placeholder for what the package knows", () => {
    const bootstrap = valueOf(parseBootstrap(BOOTSTRAP, document(BOOTSTRAP)));
    expect(bootstrap?.verificationCommands.length).toBeGreaterThan(0);
    expect(bootstrap?.verificationCommands.filter((command) => /[<>]|\$\(/.test(command))).toEqual([]);
    expect(bootstrap?.verificationCommands[0]).toContain("cavra-go-runtime-v0.1.0.zip");
  });
});

describe("P10: a package without linux/amd64 cannot verify, and some targets have no instructions", () => {
  it("any set of targets verifies, and every one of them has its instructions", async () => {
    const change = { ...SMALL_FIRST, targets: ["windows/amd64"] };
    const { zip, input } = await writeSmallRelease(join(bench.folder, "windows"), change, {
      pool: bench.pool(),
    });
    expect(input.targets).toEqual(["windows/amd64"]);
    expect(outcomeOf(await bench.judge(zip))).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
    const forgotten = { package: [{ "edit-json": { path: INSTALLERS, remove: ["targets.1"] } }], ...ALL };
    expect(await bench.found(forgotten)).toEqual(["installers.entry-missing"]);
  });
});

describe("P11: the first fault hides all others, and faults have no codes", () => {
  it("independent faults are all found at once, each with its id and place", async () => {
    const path = await bench.attack({
      package: [
        {
          "edit-json": {
            path: INSTALLERS,
            set: { "targets.0.binary_sha256": "9".repeat(64), "targets.1.size_bytes": 1 },
          },
        },
        { "edit-json": { path: BOOTSTRAP, set: { release_package: "other.zip" } } },
        { "edit-json": { path: MANIFEST, set: { dry_run: true } } },
      ],
      ...ALL,
    });
    const { findings } = await bench.judge(path);
    expect(findings.map(({ id }) => id)).toEqual([
      "manifest.dry-run",
      "installers.entry-differs",
      "installers.entry-differs",
      "bootstrap.release-differs",
    ]);
    expect(new Set(findings.map(({ at }) => at)).size).toBe(findings.length);
  });

  it("a maker is told all of them too", async () => {
    const path = await bench.attack(edited(MANIFEST, { dry_run: true, "artifacts.0.size_bytes": 1 }));
    await expect(openLocalPackage(path)).rejects.toMatchObject({
      details: { output: expect.stringMatching(/manifest\.dry-run[^]*manifest\.artifact-differs/) as string },
    });
  });
});
