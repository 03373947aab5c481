import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectPackage } from "../../src/flows/inspect-package.ts";
import { openLocalPackage } from "../../src/flows/local-package.ts";
import { renderText } from "../../src/report/text.ts";
import { failureOf } from "../support/build-scratch.ts";
import { legacyPackage, type LegacyOptions } from "../support/legacy-package.ts";
import { hasProgram } from "../support/python-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { outcomeOf } from "../support/tampered.ts";
import { folderOf, judgedUnsigned } from "../support/unsigned-folder.ts";

const folder = scratchFolder();

function unpacked(options: LegacyOptions = {}): string {
  const { top, files } = legacyPackage(options);
  return folderOf(folder, top, files);
}

/** As the existing system zips: `zip -r`, with folders, extra fields and the times of the files. */
function zipped(directory: string, ...flags: readonly string[]): string {
  const zip = join(dirname(directory), "cavra-go-runtime-v0.0.9.zip");
  execFileSync("zip", ["-qr", ...flags, zip, basename(directory)], { cwd: dirname(directory) });
  return zip;
}

describe("a zip of the system before cavra", () => {
  it("is read without signatures, and says what it is and what to do", async ({ skip }) => {
    if (!hasProgram("zip")) skip("no zip");
    const report = await judgedUnsigned(zipped(unpacked()));
    expect(outcomeOf(report)).toMatchObject({ verdict: "UNKNOWN", exitCode: 4 });
    expect(JSON.stringify(report.checks)).toContain("strict, 35 files");
    const text = renderText(report, { widthColumns: 120, color: false, ascii: true });
    expect(text).toMatch(/^UNKNOWN/);
    expect(text).toContain("a package of the system before cavra");
    expect(text).toContain("next: ask your vendor for a release made with cavra");
  });

  it("is refused where signatures are asked for", async ({ skip }) => {
    if (!hasProgram("zip")) skip("no zip");
    const zip = zipped(unpacked());
    const asked = await judgedUnsigned(zip, { allowUnsigned: false });
    expect(outcomeOf(asked)).toEqual({
      verdict: "FAIL",
      exitCode: 1,
      findings: ["release.signature-missing"],
    });
    const diagnosed = await judgedUnsigned(zip, { allowUnsigned: false, diagnose: true });
    expect(diagnosed.verdict.word).toBe("REFUSED");
    mkdirSync(`${zip}.sigs`);
    writeFileSync(join(`${zip}.sigs`, "release.dsse.json"), "{}");
    expect((await judgedUnsigned(zip)).verdict.word).toBe("REFUSED");
  });

  it("is refused for what is damaged in it, and not for how it was zipped", async ({ skip }) => {
    if (!hasProgram("zip")) skip("no zip");
    const zip = zipped(unpacked(), "-0");
    const bytes = readFileSync(zip);
    const inManifest = bytes.indexOf('"signature_count"');
    writeFileSync(zip, bytes.fill("S", inManifest + 1, inManifest + 2));
    const { verdict, findings } = await judgedUnsigned(zip);
    expect(verdict.word).toBe("REFUSED");
    expect(findings.map(({ id }) => id)).toEqual(["container.crc"]);
  });

  it("A2: is refused with a link in it", async ({ skip }) => {
    if (!hasProgram("zip")) skip("no zip");
    const directory = unpacked();
    rmSync(join(directory, "go-modules.json"));
    symlinkSync("/etc/passwd", join(directory, "go-modules.json"));
    expect((await judgedUnsigned(zipped(directory, "-y"))).verdict.word).toBe("REFUSED");
    expect((await judgedUnsigned(directory)).verdict.word).toBe("REFUSED");
  });

  it("is shown by inspect, without layers", async ({ skip }) => {
    if (!hasProgram("zip")) skip("no zip");
    const facts = await inspectPackage(zipped(unpacked()), undefined);
    expect(facts).toMatchObject({
      manifest: null,
      findings: [],
      legacy: { product: "CAVRA", version: "v0.0.9", signatureCount: 17 },
    });
    expect(new Set(facts.files.map(({ layer }) => layer))).toEqual(new Set([null]));
  });

  it("is no package of our own: nothing is signed, bundled or continued from it", async () => {
    expect(await failureOf(openLocalPackage(unpacked()))).toMatchObject({ code: "refused" });
  });
});
