import { beforeAll, describe, expect, it } from "vitest";
import { CLI_PATH, runCli } from "../support/cli.ts";
import {
  foreignBundle,
  JUDGING_COMMANDS,
  judgingCommands,
  undecidedCommands,
} from "../support/judging-commands.ts";
import { modulesOfBuilt } from "../support/built-graph.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { directoryOf, smallWorld, type SmallWorld } from "../support/small-world.ts";
import { loadedBy, NETWORK_MODULE, readSources } from "../support/source-graph.ts";
import { NO_NAMESPACE, probeWithoutNetwork, withoutNetwork } from "../support/without-network.ts";

// Whoever judges asks nobody: there is no module with which it could, and it needs none.
const folder = scratchFolder();
let world: SmallWorld;
let directory: string;
let bundle: readonly string[];

beforeAll(async () => {
  world = await smallWorld(folder);
  directory = directoryOf(world, world.first);
  bundle = await foreignBundle(folder);
});

it("every command is known to judge, or not to", () => {
  expect(undecidedCommands()).toEqual([]);
});

const JUDGE_BUNDLES =
  /^(?:verify-bundle|release:(?:diff|inspect|validate-upgrade|verify-.*)|trust:(?:show|verify-chain))$/;

describe("the modules of a judging command", () => {
  const sources = readSources(["src", "commands", "bin"]);

  it.each(JUDGING_COMMANDS)("%s: none reaches a network or a process, at any distance", (id) => {
    const { files, modules } = loadedBy([`commands/${id.replace(":", "/")}.ts`], sources);
    expect(files.size).toBeGreaterThan(10);
    expect([...modules].filter((name) => NETWORK_MODULE.test(name))).toEqual([]);
    expect([...modules].filter((name) => name.startsWith("a computed"))).toEqual([]);
    expect([...files].filter((path) => path === "src/io/process.ts")).toEqual([]);
    expect([...files].filter((path) => sources.get(path)?.uses.has("fetch"))).toEqual([]);
    // What oclif loads by itself is the one exception. Of Sigstore's packages only those without network code are
    // loaded, and only by what judges bundles; test/architecture.test.ts walks into them.
    const offline = JUDGE_BUNDLES.test(id) ? /^@sigstore\/(?:bundle|protobuf-specs|verify)$/ : /^$/;
    const foreign = [...modules].filter((name) => /sigstore|undici|make-fetch|node-fetch/.test(name));
    expect(foreign.filter((name) => !offline.test(name))).toEqual([]);
  });
});

describe("the built files of a judging command", () => {
  it.each(JUDGING_COMMANDS)("%s: of what could reach others they load only what oclif does", (id) => {
    const modules = [
      ...modulesOfBuilt("bin/main.js"),
      ...modulesOfBuilt(`commands/${id.replace(":", "/")}.js`),
    ];
    expect(modules).toContain("node:crypto");
    // oclif asks the system whether it runs below Windows; our own part of that file is judged above.
    expect([...new Set(modules)].filter((name) => NETWORK_MODULE.test(name))).toEqual(["node:child_process"]);
  });

  it("finds what a command that builds loads", () => {
    expect([...modulesOfBuilt("commands/release/build.js")]).toContain("node:child_process");
  });
});

describe("in an empty network namespace", () => {
  const probed = probeWithoutNetwork();
  const isEmpty = probed.exitCode === 0;

  it("not even this machine can be reached", ({ skip }) => {
    if (!isEmpty) skip(NO_NAMESPACE);
    expect(probed.stdout).toBe("ENETUNREACH\n");
  });

  it.for(JUDGING_COMMANDS)("%s does its work", (id, { skip }) => {
    if (!isEmpty) skip(NO_NAMESPACE);
    const alone = withoutNetwork([
      CLI_PATH,
      ...id.split(":"),
      ...judgingCommands(world, directory, bundle)[id],
    ]);
    expect(alone).toMatchObject({ stderr: "", exitCode: 0 });
    expect(alone.stdout).not.toBe("");
  });

  it("a verification says there what it says elsewhere", ({ skip }) => {
    if (!isEmpty) skip(NO_NAMESPACE);
    const args = ["release", "verify-airgap-bundle", world.first, ...world.flags];
    expect(withoutNetwork([CLI_PATH, ...args])).toEqual(runCli(args));
  });
});
