import { quoted } from "./config-problem.ts";
import {
  closedMap,
  listOf,
  mapOf,
  mismatch,
  oneOf,
  optional,
  required,
  setOf,
  withDefault,
  type ProblemList,
  type Read,
} from "./config-reader.ts";
import { memberPlace, type ConfigNode } from "./config-tree.ts";
import { FIXED_GO_VARIABLES, GO_VARIABLES, PASSED_VARIABLES } from "./environment-rules.ts";
import { plain } from "./general-sections.ts";
import type { BuildConfig } from "./release-config.ts";
import { didYouMean } from "../../formats/suggestion.ts";
import {
  refersTo,
  RELEASE_NAMES,
  TARGET_NAMES,
  templateProblem,
  templateText,
  type TemplateName,
} from "./template.ts";
import * as rules from "./text-rules.ts";

/** The pseudo target of a command that runs once for the whole release. */
export const ANY_TARGET = "any";
const PER_TARGET: readonly TemplateName[] = [...RELEASE_NAMES, ...TARGET_NAMES, "id"];
const MAX_BUILDS = 64;
const DEFAULT_TIMEOUT = "10m";
const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

type Pairs = readonly (readonly [string, string])[];

/** Reads a map of variables; `forbidden` names a reason for names that cannot be set. */
function environment(
  allowed: readonly string[] | undefined,
  forbidden: readonly string[],
  value: Read<string>,
): Read<Pairs> {
  const read = mapOf({ ...rules.ENV_NAME }, value, { max: 64 });
  return (node, problems) => {
    const pairs = read(node, problems);
    const before = problems.all.length;
    for (const [name] of pairs ?? []) {
      const place = { path: memberPlace(node.path, name), position: keyPosition(node, name) };
      if (forbidden.includes(name))
        problems.add(place, { message: "this variable is set by cavra and cannot be changed" });
      else if (allowed !== undefined && !allowed.includes(name)) {
        problems.add(place, {
          message: "this variable cannot be set for a Go build",
          hint: didYouMean(name, allowed),
        });
      }
    }
    return problems.all.length === before ? pairs : undefined;
  };
}

function keyPosition(node: ConfigNode, name: string): ConfigNode["position"] {
  return node.kind === "map" ? (node.members.get(name)?.keyPosition ?? node.position) : node.position;
}

const readGo = closedMap(
  {
    dir: withDefault(plain(rules.SOURCE_PATH), "."),
    package: required(plain(rules.GO_PACKAGE)),
    toolchain: required(plain(rules.GO_TOOLCHAIN)),
    tags: withDefault(setOf(plain(rules.GO_TAG), { max: 64 }), []),
    ldflags: withDefault(listOf(templateText(PER_TARGET, rules.GO_LDFLAG), { max: 64 }), []),
    mod: withDefault(oneOf("readonly", "vendor"), "readonly"),
    env: withDefault(environment(GO_VARIABLES, FIXED_GO_VARIABLES, plain(rules.PLAIN_LINE)), []),
  },
  { cgo: "cgo is always off: a C compiler would be an input that nobody pins" },
);

const readPrebuilt = closedMap({
  path: required(templateText(PER_TARGET, rules.SOURCE_PATH)),
  expect: optional(templateText(PER_TARGET, rules.SOURCE_PATH)),
  from: withDefault(setOf(templateText(PER_TARGET, rules.SOURCE_PATH), { max: 16 }), []),
});

const readCommandMembers = closedMap(
  {
    argv: required(listOf(templateText([...PER_TARGET, "out"]), { min: 1, max: 256 })),
    tools: withDefault(mapOf({ ...rules.TOOL_NAME }, plain(rules.TOOL_VERSION), { max: 32 }), []),
    env: withDefault(
      environment(
        undefined,
        [...PASSED_VARIABLES, "SOURCE_DATE_EPOCH"],
        templateText([...PER_TARGET, "out"]),
      ),
      [],
    ),
    timeout: withDefault(plain(rules.DURATION), DEFAULT_TIMEOUT),
  },
  { network: "cavra cannot cut a command off the network: run the release in a sandbox that does" },
);

const readBuildMembers = closedMap(
  {
    id: required(plain(rules.ID)),
    targets: optional(
      setOf(plain({ pattern: /^(?:any|[a-z0-9]+\/[a-z0-9]+)$/, expected: rules.TARGET_ID.expected }), {
        min: 1,
        max: 64,
      }),
    ),
    output: required(templateText(PER_TARGET, rules.PACKAGE_PATH)),
    inputs: withDefault(setOf(plain(rules.INPUT_GLOB), { max: 256 }), []),
    install: optional(closedMap({ name: optional(plain(rules.FILE_NAME)) })),
    go: optional(readGo),
    prebuilt: optional(readPrebuilt),
    command: optional(readCommandMembers),
  },
  { twice: "building twice is no setting: build again in another folder and compare the digests" },
);

type BuildMembers = NonNullable<ReturnType<typeof readBuildMembers>>;

/** A build as it stands in the file; `targets` may still be missing and installName may wait for the product's name. */
export interface UnresolvedBuild {
  readonly node: ConfigNode;
  readonly build: BuildConfig;
  readonly targetsGiven: boolean;
}

const readBuild: Read<UnresolvedBuild> = (node, problems) => {
  const members = readBuildMembers(node, problems);
  if (members === undefined) return undefined;
  const before = problems.all.length;
  checkBuilder(node, members, problems);
  if (problems.all.length > before) return undefined;
  const build = typedBuild(node, members, problems);
  return build === undefined ? undefined : { node, build, targetsGiven: members.targets !== null };
};

export const readBuilds: Read<readonly UnresolvedBuild[]> = listOf(readBuild, { min: 1, max: MAX_BUILDS });

function checkBuilder(node: ConfigNode, members: BuildMembers, problems: ProblemList): void {
  const builders = (["go", "prebuilt", "command"] as const).filter((name) => members[name] !== null);
  if (builders.length !== 1) {
    problems.add(node, {
      message: "needs exactly one builder",
      expected: "one of go, prebuilt, command",
      found: builders.length === 0 ? "none" : builders.join(" and "),
    });
  }
  const isCommand = builders[0] === "command";
  if (members.inputs.length > 0 && !isCommand)
    problems.add(node, { message: '"inputs" goes with "command" only' });
  if (members.targets?.includes(ANY_TARGET) !== true) return;
  if (!isCommand) problems.add(node, { message: "only a command can have the target any" });
  if (members.targets.length > 1) problems.add(node, { message: "the target any stands alone" });
  if (members.install !== null)
    problems.add(node, { message: "the output of the target any cannot be installed" });
  checkNoTargetNames(node, members, problems);
}

/** `$(os)` and its like have no value where there is no target. */
function checkNoTargetNames(node: ConfigNode, members: BuildMembers, problems: ProblemList): void {
  const values = Object.values(Object.fromEntries(members.command?.env ?? []));
  const outNames: readonly TemplateName[] = [...RELEASE_NAMES, "id", "out"];
  for (const text of [members.output, ...(members.command?.argv ?? []), ...values]) {
    const problem = refersTo(text, TARGET_NAMES) ? templateProblem(text, outNames) : undefined;
    if (problem !== undefined) problems.add(node, { ...problem, found: quoted(text) });
  }
}

function typedBuild(node: ConfigNode, members: BuildMembers, problems: ProblemList): BuildConfig | undefined {
  const { id, output, go, prebuilt, command, inputs } = members;
  const common = { id, output, targets: members.targets ?? [], installName: members.install?.name ?? null };
  if (go !== null) return { kind: "go", ...common, ...go, env: Object.fromEntries(go.env) };
  if (prebuilt !== null) return { kind: "prebuilt", ...common, ...prebuilt };
  if (command === null) return undefined;
  const [program, ...args] = command.argv;
  const timeoutMs = durationMs(command.timeout);
  if (program === undefined || program === "")
    return problems.add(node, { message: "the program in argv is empty" });
  if (timeoutMs > MAX_TIMEOUT_MS) return mismatch(node, "a timeout of at most 24h", problems);
  const maps = { tools: Object.fromEntries(command.tools), env: Object.fromEntries(command.env) };
  return { kind: "command", ...common, argv: [program, ...args], ...maps, timeoutMs, inputs };
}

function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0);
}
