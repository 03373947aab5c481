import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { goOrSkip } from "../support/go-toolchain.ts";
import { compareGoModuleVersions, compareGoToolchains } from "../../src/formats/go-version.ts";

/** Go's own code: semver as the go command has it vendored, and go/version of the standard library. */
const ORACLE = `package main

import (
	"encoding/json"
	"go/version"
	"os"

	"example.com/oracle/semver"
)

func main() {
	var pairs [][2]string
	if err := json.NewDecoder(os.Stdin).Decode(&pairs); err != nil {
		panic(err)
	}
	var answers [][6]int
	for _, p := range pairs {
		answers = append(answers, [6]int{
			num(semver.IsValid(p[0])), num(semver.IsValid(p[1])), semver.Compare(p[0], p[1]),
			num(version.IsValid(p[0])), num(version.IsValid(p[1])), version.Compare(p[0], p[1]),
		})
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}

func num(b bool) int {
	if b {
		return 1
	}
	return 0
}
`;

type Answer = readonly [number, number, number, number, number, number];

/** Mostly well formed, so that there is an order to compare; some not, so that both refuse the same. */
const mostly = (good: readonly string[], bad: readonly string[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
const id = mostly(
  ["0", "1", "2", "10", "rc", "rc1", "A", "a-b", "-", "20260101120000-abcdef012345", "99999999999999999999"],
  ["01", "", "é"],
);
const number = mostly(["0", "1", "2", "10", "20", "21", "26", "99999999999999999999"], ["01", "", "x"]);
const numbers = (counts: readonly number[]) =>
  fc.constantFrom(...counts).chain((length) => fc.array(number, { minLength: length, maxLength: length }));
const pre = fc.array(id, { maxLength: 3 }).map((ids) => (ids.length === 0 ? "" : `-${ids.join(".")}`));
const build = mostly(["", "+incompatible", "+dirty", "+a.b"], ["+", "+a..b"]);
const moduleVersion = fc
  .tuple(mostly(["v"], [""]), numbers([3, 3, 3, 3, 1, 2, 4]), pre, build)
  .map(([prefix, core, ...rest]) => prefix + core.join(".") + rest.join(""));
const kind = mostly(["", "rc1", "rc2", "beta1", "rc", "-custom"], ["rc01", "x-1", "RC1"]);
const toolchain = fc
  .tuple(mostly(["go"], [""]), numbers([1, 2, 2, 3, 3]), kind)
  .map(([prefix, core, suffix]) => prefix + core.join(".") + suffix);
const PAIRS = [
  ...fc.sample(fc.tuple(moduleVersion, moduleVersion), { numRuns: 3000, seed: 1 }),
  ...fc.sample(fc.tuple(toolchain, toolchain), { numRuns: 3000, seed: 2 }),
];

it("orders versions as Go's own code does", ({ skip }) => {
  goOrSkip(skip);
  const goroot = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout.trim();
  const semver = join(goroot, "src/cmd/vendor/golang.org/x/mod/semver/semver.go");
  if (!existsSync(semver)) skip("the Go toolchain has no sources");
  const answers = askGo(semver);
  expect(answers).toHaveLength(PAIRS.length);
  const seen = { modules: 0, toolchains: 0 };
  for (const [index, [a, b]] of PAIRS.entries()) {
    const [validA = 0, validB = 0, order, goA = 0, goB = 0, goOrder] = answers[index] ?? [];
    const modules = validA + validB === 2 ? order : undefined;
    const toolchains = goA + goB === 2 ? goOrder : undefined;
    expect([a, b, compareGoModuleVersions(a, b), compareGoToolchains(a, b)]).toEqual([
      a,
      b,
      modules,
      toolchains,
    ]);
    seen.modules += modules === undefined ? 0 : 1;
    seen.toolchains += toolchains === undefined ? 0 : 1;
  }
  expect(seen.modules).toBeGreaterThan(500);
  expect(seen.toolchains).toBeGreaterThan(500);
});

function askGo(semver: string): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), "go-order-"));
  try {
    mkdirSync(join(folder, "semver"));
    copyFileSync(semver, join(folder, "semver/semver.go"));
    writeFileSync(join(folder, "go.mod"), "module example.com/oracle\n\ngo 1.22\n");
    writeFileSync(join(folder, "main.go"), ORACLE);
    const { stdout, stderr, status } = spawnSync("go", ["run", "."], {
      cwd: folder,
      encoding: "utf8",
      input: JSON.stringify(PAIRS),
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" },
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as readonly Answer[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
