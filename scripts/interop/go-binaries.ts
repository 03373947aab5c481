import { inspectSlices } from "../../src/formats/binary.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import type { BinaryFacts, GoBuildInfo, GoModule } from "../../src/model/binary.ts";
import { MAX_ENTRY_BYTES } from "../../src/model/limits.ts";
import { runProgram } from "./run-program.ts";

/** What both readers say of one executable. `only cavra`: the go command does not know the format, as WebAssembly. */
export interface GoBinaryComparison {
  readonly path: string;
  readonly format: BinaryFacts["format"] | "malformed";
  /** Empty when neither reader found one. */
  readonly goVersion: string;
  readonly outcome: GoBinaryOutcome;
  /** Of "different": what differs. Of "neither": why cavra has none. */
  readonly detail: string;
}

export type GoBinaryOutcome = "equal" | "only cavra" | "neither" | "different";

/** Reads an executable and asks `go version -m` about it; undefined for files that are none. */
export async function compareWithGo(path: string): Promise<GoBinaryComparison | undefined> {
  const [slice] = slicesOf(path);
  if (slice === undefined) return undefined;
  const theirs = await goLines(path);
  if (!slice.ok) {
    const about = { path, format: "malformed", goVersion: theirs?.[0] ?? "" } as const;
    return { ...about, ...verdictOf(undefined, theirs, slice.reason) };
  }
  const { format, go, goProblem } = slice.facts;
  const goVersion = go?.goVersion ?? theirs?.[0] ?? "";
  return { path, format, goVersion, ...verdictOf(go, theirs, goProblem?.reason ?? "not Go") };
}

function verdictOf(
  ours: GoBuildInfo | undefined,
  theirs: readonly string[] | undefined,
  reason: string,
): Pick<GoBinaryComparison, "outcome" | "detail"> {
  if (ours === undefined) {
    return theirs === undefined
      ? { outcome: "neither", detail: reason }
      : { outcome: "different", detail: `only the go command reads it: ${reason}` };
  }
  if (theirs === undefined) return { outcome: "only cavra", detail: "" };
  const difference = goDifference(ours, theirs);
  return { outcome: difference === "" ? "equal" : "different", detail: difference };
}

function slicesOf(path: string): ReturnType<typeof inspectSlices> {
  const file = openByteSource(path, MAX_ENTRY_BYTES);
  try {
    return inspectSlices(file);
  } finally {
    file.close();
  }
}

/** The version, then the lines below it; undefined when the go command reads no build info. */
async function goLines(path: string): Promise<readonly string[] | undefined> {
  const result = await runProgram(["go", "version", "-m", path], { cwd: process.cwd() });
  const [first = "", ...rest] = (result?.stdout ?? "").split("\n");
  if (result?.exitCode !== 0 || !first.startsWith(`${path}: `)) return undefined;
  return [first.slice(path.length + 2), ...rest.map((text) => text.slice(1))];
}

/** The first line that `go version -m` prints otherwise, its first one being the version alone; empty when there is none. */
export function goDifference(go: GoBuildInfo, theirs: readonly string[]): string {
  const ours = [go.goVersion, ...versionLines(go)];
  const count = Math.max(ours.length, theirs.length);
  const index = Array.from({ length: count }).findIndex((_, line) => ours[line] !== theirs[line]);
  if (index === -1) return "";
  return `line ${index + 1}: ${JSON.stringify(ours[index])} and ${JSON.stringify(theirs[index])}`;
}

/** As runtime/debug.BuildInfo.String writes them. */
function versionLines(go: GoBuildInfo): readonly string[] {
  return [
    `path\t${go.path}`,
    ...(go.main.path === "" ? [] : moduleLines("mod", go.main)),
    ...go.modules.flatMap((module) => moduleLines("dep", module)),
    ...[...go.settings].map(([name, value]) => `build\t${name}=${quotedIfNeeded(value)}`),
    "",
  ];
}

function quotedIfNeeded(value: string): string {
  return /[ \t\r\n"`]/.test(value) ? JSON.stringify(value) : value;
}

function moduleLines(word: string, { path, version, sum, replacedBy }: GoModule): readonly string[] {
  return replacedBy === undefined
    ? [`${word}\t${path}\t${version}\t${sum}`]
    : [`${word}\t${path}\t${version}`, ...moduleLines("=>", replacedBy), ""];
}
