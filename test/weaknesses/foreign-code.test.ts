import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CLI_PATH, runCli, unwrapped, type CliResult } from "../support/cli.ts";
import {
  foreignBundle,
  judgingCommands,
  JUDGING_COMMANDS,
  type JudgingCommand,
} from "../support/judging-commands.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { directoryOf, smallWorld, type SmallWorld } from "../support/small-world.ts";

// What lies in the working folder or at home is data: none of it runs inside cavra.
const folder = scratchFolder();
let world: SmallWorld;
let directory: string;
let bundle: readonly string[];

beforeAll(async () => {
  world = await smallWorld(folder);
  directory = directoryOf(world, world.first);
  bundle = await foreignBundle(folder);
});

/** A folder with a program in it that leaves a file behind wherever it is run. */
interface Trap {
  readonly place: string;
  readonly code: string;
  wasSprung(): boolean;
}

function newTrap(): Trap {
  const place = mkdtempSync(join(folder, "trap-"));
  const canary = join(place, "canary");
  const code = `require("node:fs").appendFileSync(${JSON.stringify(canary)}, "sung ");\nmodule.exports = () => {};\n`;
  return { place, code, wasSprung: () => existsSync(canary) };
}

function put(path: string, content: string | object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

/** A plugin of oclif whose hooks and whose version of every command are the trap. */
function putPlugin({ code }: Trap, modules: string): void {
  const hooks = { init: "./index.js", prerun: "./index.js", postrun: "./index.js", finally: "./index.js" };
  const oclif = { commands: "./commands", hooks };
  put(join(modules, "canary/package.json"), { name: "canary", version: "1.0.0", main: "index.js", oclif });
  put(join(modules, "canary/index.js"), code);
  for (const id of JUDGING_COMMANDS) put(join(modules, `canary/commands/${id.replace(":", "/")}.js`), code);
}

const PLUGINS = [
  { name: "canary", type: "user" },
  { name: "canary", type: "link", root: "node_modules/canary" },
];

/** Where oclif, Node and their like look for code, with the trap in every place. */
function setTraps(trap: Trap, at: string): void {
  const pjson = {
    name: "cavra",
    version: "9.9.9",
    oclif: { schema: 1, plugins: PLUGINS, commands: "./commands" },
  };
  for (const data of [
    at,
    join(at, ".local/share/cavra"),
    join(at, ".config/cavra"),
    join(at, ".cache/cavra"),
  ]) {
    put(join(data, "package.json"), pjson);
    putPlugin(trap, join(data, "node_modules"));
  }
  for (const name of [".cavrarc", ".cavrarc.js", ".cavrarc.cjs", "cavra.config.js", ".oclifrc.js"]) {
    put(join(at, name), trap.code);
  }
  for (const name of ["supports-color", "ts-node", "tsx", "typescript", "@oclif/plugin-plugins", "debug"]) {
    for (const modules of ["node_modules", ".node_modules", ".node_libraries"])
      put(join(at, modules, name, "index.js"), trap.code);
  }
  put(join(at, "tsconfig.json"), { "ts-node": { require: ["./.cavrarc.js"] } });
  put(join(at, ".env"), `NODE_OPTIONS=--require ${join(at, ".cavrarc.js")}\n`);
}

function run(id: JudgingCommand, cwd: string, env: Readonly<Record<string, string>>): CliResult {
  return runCli([...id.split(":"), ...judgingCommands(world, directory, bundle)[id]], { cwd, env });
}

function homeAt(place: string): Readonly<Record<string, string>> {
  return { HOME: place, USERPROFILE: place, LOCALAPPDATA: join(place, ".local/share") };
}

describe("code that lies around", () => {
  it.each(JUDGING_COMMANDS)("%s runs none of the working folder and none of the home", (id) => {
    const trap = newTrap();
    setTraps(trap, trap.place);
    const { stdout, stderr } = run(id, trap.place, homeAt(trap.place));
    expect(trap.wasSprung()).toBe(false);
    expect(stderr).toBe("");
    expect(stdout).not.toBe("");
  });

  it("is not found by variables that lead to it either, and changes no verdict", () => {
    const trap = newTrap();
    setTraps(trap, trap.place);
    const plain = run("release:verify-airgap-bundle", folder, {});
    for (const env of [
      { NODE_PATH: join(trap.place, "node_modules"), NODE_ENV: "development", ...homeAt(trap.place) },
      { XDG_DATA_HOME: join(trap.place, ".local/share"), CAVRA_DATA_DIR: trap.place },
    ]) {
      expect(run("release:verify-airgap-bundle", trap.place, env)).toEqual(plain);
      expect(trap.wasSprung()).toBe(false);
    }
  });

  it("is a trap indeed", () => {
    const trap = newTrap();
    setTraps(trap, trap.place);
    const { status } = spawnSync(process.execPath, ["-e", 'require("supports-color")'], { cwd: trap.place });
    expect(status).toBe(0);
    expect(trap.wasSprung()).toBe(true);
  });
});

describe("bytecode of earlier runs", () => {
  it.each([
    ["022", 0o755],
    ["077", 0o700],
    ["002", undefined],
    ["000", undefined],
  ])("lies where nobody else can write, or nowhere (umask %s)", (umask, mode) => {
    const installed = mkdtempSync(join(folder, "installed-"));
    const root = dirname(dirname(CLI_PATH));
    cpSync(join(root, "bin/run.js"), join(installed, "bin/run.js"));
    cpSync(join(root, "package.json"), join(installed, "package.json"));
    for (const part of ["bin", "chunks"])
      cpSync(join(root, "dist", part), join(installed, "dist", part), { recursive: true });
    const { status, stdout } = spawnSync(
      "sh",
      ["-c", `umask ${umask} && exec "$0" bin/run.js --version`, process.execPath],
      { cwd: installed, encoding: "utf8" },
    );
    expect(stdout).toMatch(/^cavra \d/);
    expect(status).toBe(0);
    const bytecode = join(installed, "dist/bytecode");
    expect(existsSync(bytecode) ? statSync(bytecode).mode & 0o777 : undefined).toBe(mode);
  });
});

describe("code that Node is told to load", () => {
  it.each([
    ["--require", "--require"],
    ["--require, glued", "--require="],
    ["--import", "--import"],
  ])("%s in NODE_OPTIONS: nothing is judged beside it", (_, option) => {
    const trap = newTrap();
    const module = join(trap.place, "trap.cjs");
    put(module, trap.code);
    const given = option.endsWith("=") ? option + module : `${option} ${module}`;
    const { exitCode, stdout, stderr } = run("release:verify-airgap-bundle", folder, { NODE_OPTIONS: given });
    // It has run by now: nothing in a process can prevent what was before it. But it gets no verdict to speak for it.
    expect(trap.wasSprung()).toBe(true);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain("unset NODE_OPTIONS");
  });

  it("is not loaded where the command of the guide takes the variable away", ({ skip }) => {
    if (spawnSync("env", ["-u", "NODE_OPTIONS", "true"]).status !== 0) skip("no env -u");
    const guide = readFileSync(new URL("../../docs/operator-guide.md", import.meta.url), "utf8");
    expect(guide).toContain(
      "env -u NODE_OPTIONS -u NODE_COMPILE_CACHE -u OPENSSL_CONF cavra release verify-airgap-bundle",
    );
    const trap = newTrap();
    const module = join(trap.place, "trap.cjs");
    put(module, trap.code);
    const args = judgingCommands(world, directory, bundle)["release:verify-airgap-bundle"];
    const command = [
      "-u",
      "NODE_OPTIONS",
      process.execPath,
      CLI_PATH,
      "release",
      "verify-airgap-bundle",
      ...args,
    ];
    const { status, stdout } = spawnSync("env", command, {
      cwd: folder,
      env: { PATH: process.env["PATH"], CAVRA_HOME: trap.place, NODE_OPTIONS: `--require ${module}` },
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^PASS/);
    expect(status).toBe(0);
    expect(trap.wasSprung()).toBe(false);
  });

  it.each([
    "NODE_COMPILE_CACHE",
    "OPENSSL_CONF",
    "NODE_ICU_DATA",
    "NODE_PRESERVE_SYMLINKS",
    "NODE_PRESERVE_SYMLINKS_MAIN",
  ])("%s names code too, or tables: nothing is judged beside it", (name) => {
    const { exitCode, stdout, stderr } = run("release:verify-airgap-bundle", folder, {
      [name]: join(folder, "nothing-here"),
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain(`unset ${name}`);
  });

  it("is not that of a neighbour where the command is a link and Node keeps links", ({ skip }) => {
    if (process.platform === "win32") skip("npm makes no links on Windows");
    const trap = newTrap();
    const command = join(trap.place, "node_modules/.bin/cavra");
    put(join(trap.place, "node_modules/dist/bin/version.js"), trap.code);
    mkdirSync(dirname(command));
    symlinkSync(CLI_PATH, command);
    const env = { PATH: process.env["PATH"], NODE_PRESERVE_SYMLINKS_MAIN: "1" };
    const { stdout } = spawnSync(process.execPath, [command, "--version"], { env, encoding: "utf8" });
    expect(stdout).toMatch(/^cavra \d/);
    expect(trap.wasSprung()).toBe(false);
  });

  it("a file or folder that is called like a harmless option is still one", () => {
    for (const name of ["NODE_COMPILE_CACHE", "OPENSSL_CONF"]) {
      const cwd = mkdtempSync(join(folder, "named-"));
      expect(run("release:verify-airgap-bundle", cwd, { [name]: "--no-warnings" }).exitCode).toBe(2);
    }
  });

  it("no configuration of OpenSSL is none of our business either", () => {
    expect(run("release:verify-airgap-bundle", folder, { OPENSSL_CONF: devNull }).stdout).toMatch(/^PASS/);
  });

  it("options that load nothing are none of our business", () => {
    const { exitCode, stdout } = run("release:verify-airgap-bundle", folder, {
      NODE_OPTIONS: "--max-old-space-size=512 --no-warnings",
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^PASS/);
  });
});
