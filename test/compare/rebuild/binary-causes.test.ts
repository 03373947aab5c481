import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { binaryCauses, type BinarySide } from "../../../src/compare/rebuild/binary-causes.ts";
import { inspectBinary } from "../../../src/formats/binary.ts";
import type { Cause } from "../../../src/model/rebuild.ts";
import { goOrSkip } from "../../support/go-toolchain.ts";
import { scratchFolder } from "../../support/scratch-folder.ts";

const AT = "bin/agent";
const SOURCE = 'package main\n\nvar version = "dev"\n\nfunc main() { println("agent", version) }\n';

const folder = scratchFolder();
let count = 0;

interface Build {
  readonly flags?: readonly string[];
  readonly ldflags?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly module?: string;
  /** A git repository with one commit, so that there is something to stamp. */
  readonly inGit?: boolean;
}

const HONEST = ["-trimpath", "-buildvcs=false"];

/** A program of real Go, built in a folder of its own. */
function build({ flags = HONEST, ldflags = "-s -w -buildid=", env = {}, ...given }: Build): BinarySide {
  count += 1;
  const place = join(folder, `build-${count}`);
  mkdirSync(place);
  writeFileSync(join(place, "go.mod"), given.module ?? "module example.com/agent\n\ngo 1.21\n");
  writeFileSync(join(place, "main.go"), given.source ?? SOURCE);
  const settings = {
    ...process.env,
    CGO_ENABLED: "0",
    GOENV: "off",
    GOFLAGS: "",
    GOOS: "linux",
    GOTOOLCHAIN: "local",
  };
  const run = (program: string, args: readonly string[]): void => {
    const options = { cwd: place, encoding: "utf8" as const, env: { ...settings, GOARCH: "amd64", ...env } };
    const { status, stderr } = spawnSync(program, args, options);
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  };
  if (given.inGit === true) {
    run("git", ["init", "--quiet"]);
    run("git", ["add", "."]);
    run("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "first"]);
  }
  run("go", ["build", ...flags, `-ldflags=${ldflags}`, "-o", "agent", "."]);
  const bytes = readFileSync(join(place, "agent"));
  const read = inspectBinary(bytes);
  if (read?.ok !== true) throw new Error("no executable");
  return { facts: read.facts, bytes };
}

const named = (causes: readonly Cause[]): readonly string[] => [...new Set(causes.map(({ cause }) => cause))];

describe("the cause of a Go binary that differs", () => {
  it("is nothing where it was built elsewhere in the same way", ({ skip }) => {
    goOrSkip(skip);
    expect(Buffer.compare(build({}).bytes, build({}).bytes)).toBe(0);
  });

  it.for<readonly [string, Build, readonly string[], RegExp]>([
    ["built without -trimpath", { flags: ["-buildvcs=false"] }, ["build-path"], /\/main\.go|\/src\//],
    ["with its build id left in", { ldflags: "-s -w" }, ["build-id"], /go:/],
    ["stamped with the commit", { flags: ["-trimpath"], inGit: true }, ["vcs-stamp"], /git|[0-9a-f]{40}/],
    ["with symbols left in", { ldflags: "-buildid=" }, ["symbols"], /in the file/],
    ["with other tags", { flags: [...HONEST, "-tags=netgo"] }, ["build-settings"], /netgo/],
    ["for another processor", { env: { GOAMD64: "v3" } }, ["build-settings"], /v3/],
    ["with another value linked in", { ldflags: "-s -w -X main.version=9.9.9 -buildid=" }, ["code"], /./],
    ["from another source", { source: SOURCE.replace("agent", "AGENT") }, ["code"], /AGENT|./],
    [
      "as another module",
      { module: "module example.com/other\n\ngo 1.21\n" },
      ["modules"],
      /example\.com\/other/,
    ],
  ])("%s", ([_how, change, expected, value], { skip }) => {
    goOrSkip(skip);
    const causes = binaryCauses(AT, build(change), build({}));
    expect(named(causes)).toEqual(expected);
    expect(causes.map(({ shipped }) => shipped).join("\n")).toMatch(value);
    for (const { at, field, shipped, rebuilt } of causes) {
      expect(at).toBe(AT);
      expect(field).not.toBe("");
      expect(shipped).not.toBe(rebuilt);
    }
  });

  it("names the section and the bytes where nothing else tells", ({ skip }) => {
    goOrSkip(skip);
    const [cause] = binaryCauses(AT, build({ source: SOURCE.replace('"dev"', '"rel"') }), build({}));
    expect(cause?.field).toMatch(/^\.[a-z.]+, byte \d+$/);
    expect(cause?.shipped).toMatch(/ \(\d+ bytes\)$/);
  });

  it("is the toolchain, where another one built it", ({ skip }) => {
    goOrSkip(skip);
    const other = { GOTOOLCHAIN: "go1.25.9", GOPROXY: "off" };
    const { status } = spawnSync("go", ["version"], { env: { ...process.env, GOENV: "off", ...other } });
    if (status !== 0) skip("go1.25.9 is not in the module cache");
    const [cause] = binaryCauses(AT, build({ env: other }), build({}));
    expect(cause).toMatchObject({ cause: "toolchain", field: "Go version", shipped: "go1.25.9" });
  });

  it("is the toolchain alone, where only that differs", ({ skip }) => {
    goOrSkip(skip);
    const { facts, bytes } = build({});
    const { go } = facts;
    if (go === undefined) throw new Error("no build info");
    const older = { facts: { ...facts, go: { ...go, goVersion: "go1.21.0" } }, bytes };
    expect(binaryCauses(AT, older, { facts, bytes })).toEqual([
      { cause: "toolchain", at: AT, field: "Go version", shipped: "go1.21.0", rebuilt: go.goVersion },
    ]);
  });
});
