import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { goSourceDigest } from "../../../src/make/build/go-source.ts";
import { failureOf } from "../../support/build-scratch.ts";
import { goOrSkip } from "../../support/go-toolchain.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";
import { ROOT } from "../../support/source-graph.ts";

const scratch = scratchFolder();
let copies = 0;

/** As little of a GOROOT as has one file of every kind. */
const FILES = {
  VERSION: "go1.26.8\n",
  "src/cmd/compile/main.go": "package main\n",
  "src/runtime/asm_amd64.s": "TEXT x\n",
  "src/runtime/race/race.syso": "\x7fELF",
  "lib/fips140/v1.0.0.zip": "PK",
  "bin/go": "machine code",
  "go.env": "GOPROXY=direct\n",
};

function goroot(change: Readonly<Record<string, string>> = {}): string {
  copies += 1;
  const root = join(scratch, String(copies));
  for (const [path, text] of Object.entries({ ...FILES, ...change })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe("the digest of a Go toolchain", () => {
  it("is what the lines in docs/buildtype.md compute of the installed one", async ({ skip }) => {
    goOrSkip(skip);
    const lines =
      /^```sh\n([^]*?)```/m.exec(readFileSync(join(ROOT, "docs/buildtype.md"), "utf8"))?.[1] ?? "";
    const env = { ...process.env, GOTOOLCHAIN: "local" };
    const { stdout, status } = spawnSync("sh", ["-c", lines], { encoding: "utf8", env });
    if (status !== 0) skip("no GNU find, sort and xargs");
    const { stdout: root } = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8", env });
    expect(stdout).toBe(`${await goSourceDigest(root.trim())}  -\n`);
  });

  it.each([
    "VERSION",
    "src/cmd/compile/main.go",
    "src/runtime/asm_amd64.s",
    "src/runtime/race/race.syso",
    "lib/fips140/v1.0.0.zip",
  ])("is another one when %s is", async (path) => {
    expect(await goSourceDigest(goroot({ [path]: "other\n" }))).not.toBe(await goSourceDigest(goroot()));
  });

  it("is another one with one file more, or under another name", async () => {
    const digests = [
      await goSourceDigest(goroot()),
      await goSourceDigest(goroot({ "src/runtime/extra.go": "" })),
      await goSourceDigest(goroot({ "src/runtime/zsyscall_linux.go": "" })),
    ];
    expect(new Set(digests).size).toBe(3);
  });

  it.each([
    "bin/go",
    "go.env",
    "pkg/tool/linux_amd64/compile",
    "src/cmd/go/internal/cfg/zdefaultcc.go",
    "src/internal/buildcfg/zbootstrap.go",
    "src/internal/runtime/sys/zversion.go",
    "src/go/build/zcgo.go",
    "src/_go.mod",
    "src/.DS_Store",
    "src/crypto/md5/_asm/gen.go",
    "src/runtime/proc_test.go",
    "src/debug/testdata/a.go",
  ])("is the same whatever %s holds", async (path) => {
    expect(await goSourceDigest(goroot({ [path]: "of this host\n" }))).toBe(await goSourceDigest(goroot()));
  });

  it("is the same where a distributor links the tree to another place", async () => {
    const whole = goroot();
    const root = join(scratch, "linked");
    mkdirSync(root);
    for (const name of ["VERSION", "src", "lib"]) symlinkSync(join(whole, name), join(root, name));
    expect(await goSourceDigest(root)).toBe(await goSourceDigest(whole));
  });

  it("is the same with the lock of an editor beside a file, which is a link to nowhere", async () => {
    const root = goroot();
    symlinkSync("user@host.42", join(root, "src/runtime/.#asm_amd64.s"));
    expect(await goSourceDigest(root)).toBe(await goSourceDigest(goroot()));
  });

  it("does without lib/fips140, which older releases have not, and not without src", async () => {
    const older = join(scratch, "older");
    for (const name of ["VERSION", "src"])
      cpSync(join(goroot(), name), join(older, name), { recursive: true });
    expect(await goSourceDigest(older)).not.toBe(await goSourceDigest(goroot()));
    const none = join(scratch, "none");
    cpSync(join(older, "VERSION"), join(none, "VERSION"));
    expect(await failureOf(goSourceDigest(none))).toMatchObject({ code: "input" });
  });
});
