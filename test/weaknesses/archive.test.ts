import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkBundle } from "../../src/flows/verify-bundle.ts";
import { fileDigests } from "../../src/crypto/digest.ts";
import type { Report } from "../../src/model/report.ts";
import { sampleOf } from "../../scripts/tampered/samples.ts";
import { testPolicy } from "../support/policy.ts";
import { SMALL_FIRST, SMALL_TOOL, smallTrust, writeSmallRelease } from "../support/small-release.ts";
import { tamperingBench, type Attack } from "../support/tampering-bench.ts";

// Weaknesses of the system that cavra grows out of, the archive: each attack must be found out.
const bench = tamperingBench();
const BOOTSTRAP = "offline-trust-root-bootstrap.json";

const entry = (given: object): Attack => ({ zip: [{ "add-entry": { text: "content", ...given } }] });
const raw = (given: object): Attack => ({ zip: [{ "raw-entry": { path: "LICENSE", ...given } }] });

async function extracted(path: string, extractTo: string): Promise<Report> {
  return checkBundle({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy(),
    trust: smallTrust(),
    extractTo,
    copyTo: undefined,
  });
}

describe("A1: everything is extracted before it is verified, without a limit", () => {
  it("sizes that no data can have, and that no package has, are refused unread", async () => {
    await bench.demand("zip-size-bomb");
    await bench.demand("zip-size-over-limit");
  });

  it.each(["file-added", "zip-symbolic-link", "attacker-re-signs-everything"])(
    "nothing of %s is written",
    async (defect) => {
      const recipe = JSON.parse(
        readFileSync(new URL(`../../fixtures/tampered/${defect}.json`, import.meta.url), "utf8"),
      ) as object;
      const path = await bench.attack({ ...recipe });
      const destination = join(bench.folder, `extracted-${defect}`);
      const before = readdirSync(bench.folder).length;
      const { verdict } = await extracted(path, destination);
      expect(verdict.exitCode).not.toBe(0);
      expect(existsSync(destination)).toBe(false);
      expect(readdirSync(bench.folder).length).toBe(before);
    },
  );

  it("nothing is merged into a folder that exists", async () => {
    const destination = join(bench.folder, "mine");
    mkdirSync(destination);
    writeFileSync(join(destination, "note"), "keep me");
    const { zipPath } = sampleOf(bench.samples(), "v0.1.0");
    await expect(extracted(zipPath, destination)).rejects.toMatchObject({ code: "output" });
    expect(readdirSync(destination)).toEqual(["note"]);
  });
});

describe("A2: links and modes in the archive are never looked at", () => {
  it("a symbolic link is refused", () => bench.demand("zip-symbolic-link"));

  it.each([
    ["a setuid program", 0x89ed0020, "setuid-entry"],
    ["a file that all may write", 0x81b60020, "world-writable"],
    ["a device", 0x21a40020, "special-entry"],
    ["a folder with the name of a file", 0x41ed0010, "folder-attributes"],
  ])("%s is refused", async (_, external, problem) => {
    expect(await bench.found(raw({ central: { external } }))).toEqual([`container.${problem}`]);
  });
});

describe("A3: two readers may see two contents", () => {
  it.each([
    "zip-duplicate-name",
    "zip-two-names",
    "zip-prefix",
    "zip-suffix",
    "zip-comment",
    "zip-unicode-path-field",
  ])("%s is refused", (defect) => bench.demand(defect));

  it("another CRC, size or method in one of the two headers is refused", async () => {
    expect(await bench.found(raw({ local: { crc32: 1 } }))).toEqual(["container.crc-differs"]);
    expect(await bench.found(raw({ local: { size: 1 } }))).toEqual(["container.size-differs"]);
    expect(await bench.found(raw({ local: { method: 0 } }))).toEqual(["container.method-differs"]);
  });
});

describe("A4: names of other systems, escapes and twins pass", () => {
  it.each([
    ["a drive", "C:\\x", "backslash"],
    ["a step up with a backslash", "..\\x", "backslash"],
    ["steps up inside a name", "a\\..\\..\\x", "backslash"],
    ["a device", "CON", "device"],
    ["a device with an ending", "nul.txt", "device"],
    ["an escape sequence", "a\u001b[2Jb", "control"],
    ["a step up", "../x", "dot-segment"],
    ["an empty segment", "a//b", "empty-segment"],
    ["a stream", "LICENSE:hidden", "colon"],
    ["a name that looks like an option", "-rf", "option"],
    ["letters of other alphabets", "L\u00ccCENSE", "not-utf8"],
  ])("%s is refused", async (_, name, problem) => {
    expect(await bench.found(entry({ name: `$TOP/${name}` }))).toEqual([`container.name-${problem}`]);
  });

  it("twins are refused", async () => {
    await bench.demand("zip-path-escape");
    await bench.demand("zip-case-twin");
  });
});

describe("A5: files beside the one folder are extracted too", () => {
  it("they are refused", async () => {
    expect(await bench.found(entry({ name: "install.sh" }))).toContain("container.top");
    expect(await bench.found(entry({ name: "other/install.sh" }))).toEqual(["container.top"]);
  });
});

describe("A6: encrypted entries and unknown methods end in an exception", () => {
  it("they are findings", async () => {
    await bench.demand("zip-encrypted");
    expect(await bench.found(raw({ both: { method: 14, need: 63 } }))).toContain("container.method");
  });
});

describe("A7: the answer names things that were not verified, in a folder that is gone", () => {
  it("every passed check shows what it saw, and what is extracted is what was verified", async () => {
    const sample = sampleOf(bench.samples(), "v0.1.0");
    const destination = join(bench.folder, "installed");
    const report = await extracted(sample.zipPath, destination);
    expect(report.verdict.word).toBe("PASS");
    const passed = report.checks.filter(({ status }) => status === "pass");
    expect(passed.length).toBeGreaterThan(20);
    expect(passed.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
    expect(report.notChecked.length).toBeGreaterThan(0);
    expect(report.subject.sha256).toBe(fileDigests(sample.zip).sha256);
    const names = readdirSync(destination, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(names).toHaveLength(sample.files.size);
    for (const [path, { bytes }] of sample.files) {
      expect(Buffer.compare(readFileSync(join(destination, path)), bytes), path).toBe(0);
    }
  });
});

describe("A8: a fault of the offline instructions is told twice, once falsely", () => {
  it("missing instructions are one finding; without them no PASS", async () => {
    const attack = { package: [{ "remove-file": { path: BOOTSTRAP } }], rebuild: "all-layers" };
    const path = await bench.attack(attack);
    const { findings } = await bench.judge(path);
    expect(findings.map(({ id }) => id)).toEqual(["bootstrap.unreadable", "controls.control-unproven"]);
  });

  it("wrong instructions are not called missing", async () => {
    const set = { commit: "9".repeat(40) };
    const found = await bench.found({
      package: [{ "edit-json": { path: BOOTSTRAP, set } }],
      rebuild: "all-layers",
    });
    expect(found).toEqual(["bootstrap.release-differs"]);
  });
});

describe("A9: folder, zip name and offline instructions may be those of another release", () => {
  it.each([
    ["version", { version: "0.0.9" }, "bootstrap.release-differs"],
    ["commit", { commit: "9".repeat(40) }, "bootstrap.release-differs"],
    ["zip", { release_package: "cavra-go-runtime-v0.0.9.zip" }, "bootstrap.release-differs"],
    ["list of required files", { required_files: ["LICENSE"] }, "bootstrap.requires-too-little"],
  ])("another %s in them is found", async (_, set, problem) => {
    const found = await bench.found({
      package: [{ "edit-json": { path: BOOTSTRAP, set } }],
      rebuild: "all-layers",
    });
    expect(found).toEqual([problem]);
  });

  it("a folder of another version is not even signed", async () => {
    const change = { ...SMALL_FIRST, topFolder: "go-runtime-v9.9.9" };
    const written = writeSmallRelease(join(bench.folder, "other-top"), change, { pool: bench.pool() });
    await expect(written).rejects.toMatchObject({ code: "refused", details: { found: "go-runtime-v9.9.9" } });
  });

  it("a renamed zip is told, and cannot pass for what its name says", () =>
    bench.demand("older-version-renamed"));
});

describe("A10: nothing vouches for the zip itself", () => {
  it.each(["binary-byte-flipped", "zip-header-byte-flipped", "zip-truncated"])(
    "%s is found out unread",
    (defect) => bench.demand(defect),
  );
});
