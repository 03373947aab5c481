import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { entryPoints } from "../../scripts/build.ts";
import { NODE_RELEASES } from "../support/node-releases.ts";
import { SAMPLE_TRUST, STABLE } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { ROOT } from "../support/source-graph.ts";

const folder = scratchFolder();
const home = join(folder, "home of a user");
const installed = join(home, "node_modules", "cavra");
const VERIFY = [
  "release",
  "verify-airgap-bundle",
  STABLE.zip,
  "--trust",
  SAMPLE_TRUST,
  "--allow-test-trust",
  "--at",
  "2026-11-20T00:00:00Z",
];
let packed: readonly string[] = [];

/** The machine's own npm, without the settings that npm and npx hand to what they start. */
function npm(cwd: string, ...args: readonly string[]): string {
  const env = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_ENV$|INIT_CWD$)/i.test(name));
  const result = spawnSync("npm", args, { cwd, encoding: "utf8", env: Object.fromEntries(env) });
  if (result.status !== 0) throw new Error(`npm ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

interface PackResult {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

beforeAll(() => {
  mkdirSync(home);
  // What is built is packed: scripts would build it again, below the feet of other tests.
  const told = npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
  const [result] = JSON.parse(told) as readonly PackResult[];
  if (result === undefined) throw new Error("npm packed nothing");
  packed = result.files.map(({ path }) => path);
  const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
  npm(home, "install", "--omit=dev", ...quiet, join(folder, result.filename));
});

function runInstalled(
  node: string,
  args: readonly string[],
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(node, [join(installed, "bin", "run.js"), ...args], {
    cwd: home,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], CAVRA_HOME: join(home, ".cavra") },
  });
  return { code: status, stdout, stderr };
}

/** The Node of the machine, behind those that npm puts before it in PATH; undefined when it is one that cavra supports. */
function unsupportedNode(): string | undefined {
  const folders = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((path) => !path.includes("node_modules"));
  const node = folders.map((path) => join(path, "node")).find((path) => existsSync(path));
  if (node === undefined) return undefined;
  const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return Number(/^v([0-9]+)/.exec(stdout)?.[1]) < 22 ? node : undefined;
}

describe("the packed cavra", () => {
  it("holds what is built and nothing else: no test, fixture, key, source or source map", () => {
    const schemas = readdirSync(join(ROOT, "schemas")).map((name) => `schemas/${name}`);
    const documents = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];
    const others = ["bin/run.js", "oclif.manifest.json", "package.json"];
    const built = [...entryPoints().map((path) => path.replace(/\.ts$/, ".js")), "THIRD-PARTY-NOTICES.txt"];
    const shared = packed.filter((path) => /^dist\/chunks\/[A-Za-z0-9-]+-[\w-]{8}\.js$/.test(path));
    expect(packed.toSorted()).toEqual(
      [...documents, ...others, ...schemas, ...built.map((path) => `dist/${path}`), ...shared].toSorted(),
    );
  });

  it("installs without development dependencies", () => {
    const { devDependencies, dependencies } = JSON.parse(
      readFileSync(join(ROOT, "package.json"), "utf8"),
    ) as {
      readonly devDependencies: Readonly<Record<string, string>>;
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const names = readdirSync(join(home, "node_modules"));
    expect(names.filter((name) => Object.hasOwn(devDependencies, name))).toEqual([]);
    for (const [name, version] of Object.entries(dependencies)) {
      const path = join(home, "node_modules", name, "package.json");
      expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ name, version });
    }
  });

  it.each(Object.entries(NODE_RELEASES))("verifies a sample release on Node %s", (_, node) => {
    const { code, stdout, stderr } = runInstalled(node, VERIFY);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^PASS \(test trust\) {2}go-runtime v0\.1\.0/);
  });

  it("says one line on a Node that is too old, and ends with 2", ({ skip }) => {
    const node = unsupportedNode();
    if (node === undefined) skip("the Node of this machine is supported, or there is none");
    const { code, stdout, stderr } = runInstalled(node ?? "", VERIFY);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: cavra needs Node [^\n]+\n$/);
  });

  it("has its schemas and help with it", () => {
    const schema = runInstalled(process.execPath, ["schema", "report"]);
    expect(schema.code).toBe(0);
    expect(JSON.parse(schema.stdout)).toMatchObject({
      $id: "https://cavra.dev/schemas/report-1.schema.json",
    });
    const bin = spawnSync(join(home, "node_modules", ".bin", "cavra"), ["--help"], {
      encoding: "utf8",
      env: { PATH: `${join(NODE_RELEASES["24"], "..")}${delimiter}${process.env["PATH"] ?? ""}` },
    });
    expect(bin.status).toBe(0);
    expect(bin.stdout).toContain("cavra release verify-airgap-bundle");
  });
});
