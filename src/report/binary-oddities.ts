import { type BinaryFacts, type GoBuildInfo, isFolder } from "../model/binary.ts";
import { count } from "./quantity.ts";

/** What nobody would expect of a sound, released executable; sentences without a final stop. */
export function binaryOddities(slices: readonly BinaryFacts[]): readonly string[] {
  const own = slices.flatMap((slice) => oddities(slice).map((text) => inSlice(slices, slice, text)));
  const [first, ...rest] = slices;
  const differs = rest.filter((slice) => first !== undefined && codeOf(slice) !== codeOf(first));
  return [
    ...own,
    ...differs.map(({ arch }) => `the slices for ${first?.arch ?? ""} and ${arch} hold different modules`),
  ];
}

function inSlice(slices: readonly BinaryFacts[], { arch }: BinaryFacts, text: string): string {
  return slices.length === 1 ? text : `${arch}: ${text}`;
}

/** Everything that slices of one program have in common. */
function codeOf({ go, goFound }: BinaryFacts): string {
  const list = go ?? goFound;
  return JSON.stringify([go?.goVersion, list?.path, list?.main, list?.modules]);
}

function oddities(facts: BinaryFacts): readonly string[] {
  const { go, goProblem, traces, hardening, dynamic } = facts;
  return [
    ...(goProblem === undefined ? [] : [goProblem.reason]),
    ...(traces.packer === null ? [] : [`it is packed with ${traces.packer}`]),
    ...(hardening.nonExecutableData === false ? ["its stack or data can be executed"] : []),
    ...(go === undefined ? [] : goOddities(facts, go)),
    ...(dynamic && go?.settings.get("CGO_ENABLED") === "0"
      ? ["it was built without cgo, and loads libraries that its platform does not demand"]
      : []),
  ];
}

function goOddities({ arch, os, traces }: BinaryFacts, go: GoBuildInfo): readonly string[] {
  const [goos, goarch] = [go.settings.get("GOOS") ?? os, go.settings.get("GOARCH") ?? arch];
  const folders = go.modules.filter(({ replacedBy }) => replacedBy !== undefined && isFolder(replacedBy));
  const unsummed = go.modules.filter((module) => (module.replacedBy ?? module).sum === "");
  return [
    ...(goos === os && goarch === arch
      ? []
      : [`its header says ${os ?? "?"}/${arch}, its build info ${goos ?? "?"}/${goarch}`]),
    ...(go.settings.get("vcs.modified") === "true"
      ? ["the checkout that it was built from was modified"]
      : []),
    ...(go.settings.get("-trimpath") === "true" && traces.sourcePaths.length > 0
      ? ["it was built with -trimpath, and names source files by absolute path"]
      : []),
    ...(folders.length === 0 ? [] : [`${count(folders.length, "module")} came from a folder`]),
    ...(unsummed.length === 0
      ? []
      : [`${count(unsummed.length, "module")} without a sum: built from a vendor folder, or from none`]),
  ];
}
