import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkZip } from "../../src/flows/check-zip.ts";
import { layOut } from "../../src/report/layout.ts";
import { zipCheckLines } from "../../src/report/zip-check.ts";
import { runCli } from "../support/cli.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { hostileData } from "../support/hostile-zip-cases.ts";
import { a, b, plain } from "../support/hostile-zips/parts.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();

function write(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return name;
}

function check(...args: readonly string[]) {
  return runCli(["zip", "check", ...args], { cwd: folder });
}

const sound = write("sound.zip", forgeZip(plain));
const streamed = write("foreign.zip", forgeZip([b, a]));
const hostile = write("hostile.zip", forgeZip([a, { ...b, name: "t/\u001b[2J", before: Buffer.from("PK") }]));
const text = write("text.zip", Buffer.from("no zip"));

describe("zip check", () => {
  it("ends with 0 for one reading and with 5 otherwise, the verdict first", () => {
    expect(check(sound)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(check(sound).stdout).toMatch(
      /^PASS {2}sound\.zip: exactly one reading\n {2}profile +cavra-zip\/1\n/,
    );
    expect(check(streamed).exitCode).toBe(5);
    expect(check(streamed, "--profile", "strict").exitCode).toBe(0);
    expect(check(hostile).stdout).toMatch(/^REFUSED {2}hostile\.zip: /);
    expect(check(text, "--profile", "strict").exitCode).toBe(5);
  });

  it("prints one document for machines, as its schema says and the same each time", () => {
    for (const args of [
      [sound],
      [hostile, "--map"],
      [text, "--map"],
      [streamed, "--profile", "strict", "--map"],
    ]) {
      const { stdout } = check(...args, "--json");
      expect(closedSchemaProblems("zip-check-1", JSON.parse(stdout))).toBe("");
      expect(check(...args, "--json").stdout).toBe(stdout);
    }
    const { findings } = JSON.parse(check(hostile, "--json").stdout) as { findings: readonly object[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ id: "container.gap", offset: 42, preview: "PK" }),
    );
  });

  it.each([
    ["a folder", () => mkdirSync(join(folder, "folder")), "folder", "a folder"],
    ["a link", () => symlinkSync(sound, join(folder, "link.zip")), "link.zip", "link"],
    ["a pipe", () => execFileSync("mkfifo", [join(folder, "pipe.zip")]), "pipe.zip", "a named pipe"],
    ["a device", () => undefined, "/dev/null", "a device"],
    ["nothing", () => undefined, "nothing.zip", "nothing.zip"],
  ])("ends with 3 for %s, and says so", (_, make, name, words) => {
    make();
    const { exitCode, stdout, stderr } = check(name);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain(words);
  });

  it("says first which cap was raised, and refuses to lower one", () => {
    const { exitCode, stdout } = check(sound, "--raise-limit", "expansion=500");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^PASS .*\n {2}raised +limit expansion is 500 instead of/);
    const document: unknown = JSON.parse(check(sound, "--raise-limit", "expansion=500", "--json").stdout);
    expect(closedSchemaProblems("zip-check-1", document)).toBe("");
    expect(document).toMatchObject({ raisedLimits: [{ name: "expansion", value: 500 }] });
    expect(check(sound, "--raise-limit", "expansion=1").exitCode).toBe(2);
  });

  it("ends with 2 for an unknown profile", () => {
    expect(check(sound, "--profile", "loose").exitCode).toBe(2);
  });
});

describe("what zip check shows", () => {
  it.each([60, 80, 120])("at %i columns", async (widthColumns) => {
    for (const [name, withMap] of [
      ["sound", true],
      ["hostile", false],
    ] as const) {
      const facts = await checkZip({
        path: join(folder, `${name}.zip`),
        profile: "cavra-zip/1",
        withMap,
        raiseLimits: [],
      });
      const lines = zipCheckLines({ ...facts, subject: { ...facts.subject, path: `${name}.zip` } });
      const shown = layOut(lines, { color: false, ascii: false, widthColumns });
      const limit = Math.max(widthColumns, 80);
      expect(shown.split("\n").filter((row) => row.length > limit)).toEqual([]);
      await expect(shown).toMatchFileSnapshot(`golden/zip-check-${name}-${widthColumns}.txt`);
    }
  });
});

describe("the content", () => {
  it.each(hostileData)("$class: $how", async ({ entries, zip, found }) => {
    const path = join(folder, "content.zip");
    writeFileSync(path, forgeZip(entries, zip));
    for (const profile of ["cavra-zip/1", "strict"] as const) {
      const { findings } = await checkZip({ path, profile, withMap: false, raiseLimits: [] });
      expect(findings.map(({ id }) => id.replace("container.", ""))).toEqual(found);
    }
  });
});
