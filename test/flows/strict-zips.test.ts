import { execFileSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { ZipArchive } from "archiver";
import { beforeAll, describe, expect, it } from "vitest";
import { checkZip } from "../../src/flows/check-zip.ts";
import { zipCheckExitCode } from "../../src/report/zip-check.ts";
import { hasProgram } from "../support/python-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const PYTHON = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.write("t/a"); z.writestr("t/empty", ""); z.writestr("t/b", "text", zipfile.ZIP_STORED); z.mkdir("t/d")
`;
const GO = `package main
import ("archive/zip"; "os")
func main() {
  f, _ := os.Create(os.Args[1]); w := zip.NewWriter(f); x, _ := w.Create("t/c"); x.Write([]byte("streamed"))
  w.Create("t/empty"); w.Create("t/e/"); w.AddFS(os.DirFS("t")); w.Close(); f.Close()
}
`;

/** Programs that write zips, as their users call them, in the folder that holds \`t\`. */
const WRITERS: readonly (readonly [
  how: string,
  program: string,
  args: (zip: string) => readonly string[],
])[] = [
  ["Info-ZIP", "zip", (zip) => ["-qr", zip, "t"]],
  ["Info-ZIP without extra fields", "zip", (zip) => ["-qrX", zip, "t"]],
  ["Info-ZIP, stored", "zip", (zip) => ["-qr0", zip, "t"]],
  ["Python", "python3", (zip) => ["-c", PYTHON, zip]],
  ["7z", "7z", (zip) => ["a", "-bd", "-tzip", zip, "t"]],
  ["bsdtar", "bsdtar", (zip) => ["-c", "--format", "zip", "-f", zip, "t"]],
  ["Go", "go", (zip) => ["run", "main.go", zip]],
];

beforeAll(() => {
  mkdirSync(join(folder, "t/d"), { recursive: true });
  writeFileSync(join(folder, "t/a"), "text ".repeat(1000));
  writeFileSync(join(folder, "t/d/run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(folder, "t/empty"), "");
  writeFileSync(join(folder, "main.go"), GO);
});

async function problemsOf(path: string): Promise<readonly string[]> {
  const facts = await checkZip({ path, profile: "strict", withMap: false, raiseLimits: [] });
  return zipCheckExitCode(facts) === 0 ? [] : facts.findings.map(({ id, at }) => `${id} ${at}`);
}

describe("strict accepts what other tools write", () => {
  it.for(WRITERS)("%s", { timeout: 60_000 }, async ([how, program, args], { skip }) => {
    if (!hasProgram(program)) skip(`no ${program}`);
    const path = join(folder, `${how}.zip`);
    execFileSync(program, args(path), { cwd: folder, stdio: "ignore" });
    expect(await problemsOf(path)).toEqual([]);
  });

  it("archiver", async () => {
    const path = join(folder, "archiver.zip");
    const archive = new ZipArchive();
    const written = createWriteStream(path);
    archive.pipe(written);
    archive.append(readFileSync(join(folder, "t/a")), { name: "t/a" });
    archive.append("", { name: "t/empty" });
    await archive.finalize();
    await finished(written);
    expect(await problemsOf(path)).toEqual([]);
  });
});
