import type { BinaryFacts, GoModule, GoModuleList } from "../model/binary.ts";
import { binaryOddities } from "./binary-oddities.ts";
import { count, formatBytes } from "./quantity.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** An executable file as it stands on disk. */
export interface BinaryFileFacts {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** One, but for fat Mach-O files. */
  readonly slices: readonly BinaryFacts[];
}

/** The result of `sbom inspect`. Its first word is never a verdict. */
export function binaryLines(file: BinaryFileFacts): readonly Line[] {
  const odd = binaryOddities(file.slices);
  return [
    line([span("inspected ", "strong"), `${file.path}; nothing was proven about who made it`]),
    row("size", formatBytes(file.sizeBytes)),
    row("SHA-256", file.sha256),
    row(
      "odd",
      odd.length === 0 ? "nothing" : span(count(odd.length, "thing"), "doubt"),
      odd.length === 0 ? "" : ", below",
    ),
    ...file.slices.flatMap(sliceLines),
    ...(odd.length === 0 ? [] : [emptyLine, line([span("odd", "strong")])]),
    ...odd.map((text) => line([span("- ", "doubt"), text], 2, 4)),
  ];
}

function sliceLines(facts: BinaryFacts): readonly Line[] {
  return [emptyLine, ...platformLines(facts), ...traceLines(facts), ...goLines(facts)];
}

function platformLines({ format, os, arch, linkage, hardening, dynamic }: BinaryFacts): readonly Line[] {
  const loads = [...(linkage.interpreter === null ? [] : [linkage.interpreter]), ...linkage.libraries];
  const kind = dynamic ? "dynamic" : loads.length === 0 ? "static" : "only what its platform demands";
  return [
    row("target", span(`${os ?? "unknown"}/${arch}`, "strong"), `, ${format}`),
    row("linkage", loads.length === 0 ? kind : `${kind}: ${loads.join(" ")}`),
    row("hardening", hardeningWords(hardening)),
  ];
}

function hardeningWords({ positionIndependent, nonExecutableData, relro }: BinaryFacts["hardening"]): string {
  const words = [
    ...yesOrNo("position independent", positionIndependent),
    ...yesOrNo("data not executable", nonExecutableData),
    ...(relro === null ? [] : [`RELRO: ${relro}`]),
  ];
  return words.length === 0 ? "the format does not say" : words.join(", ");
}

function yesOrNo(what: string, value: boolean | null): readonly string[] {
  return value === null ? [] : [`${what}: ${value ? "yes" : "no"}`];
}

function traceLines({ traces }: BinaryFacts): readonly Line[] {
  const { buildIds, symbolTable, debugInfo, sourcePaths } = traces;
  const symbols = [...(symbolTable ? ["symbol table"] : []), ...(debugInfo ? ["debug information"] : [])];
  return [
    row("build id", buildIds.length === 0 ? "none" : buildIds.join(" ")),
    row("symbols", symbols.length === 0 ? "stripped" : symbols.join(", ")),
    row("build paths", sourcePaths.length === 0 ? "none" : sourcePaths.join(" ")),
  ];
}

function goLines({ go, goFound }: BinaryFacts): readonly Line[] {
  if (go !== undefined) return [row("toolchain", span(go.goVersion, "strong")), ...listLines(go)];
  if (goFound === undefined) return [row("Go", "no Go build info: not built by Go, or stripped of it")];
  return [
    row("toolchain", span("unknown", "doubt"), ": the module list below was found by searching the file"),
    ...listLines(goFound),
  ];
}

function listLines({ path, main, modules, settings }: GoModuleList): readonly Line[] {
  return [
    row("program", path),
    row("main module", main.path === "" ? "none" : moduleWords(main)),
    ...[...settings].map(([name, value], index) => row(index === 0 ? "settings" : "", `${name}=${value}`)),
    row("modules", modules.length === 0 ? "none" : count(modules.length, "module")),
    ...modules.map((module) => line([moduleWords(module)], 4, 8)),
  ];
}

function moduleWords({ path, version, sum, replacedBy }: GoModule): string {
  const own = [path, version, sum].filter((word) => word !== "").join(" ");
  return replacedBy === undefined ? own : `${own} => ${moduleWords(replacedBy)}`;
}

export function binaryDocument({ path, sizeBytes, sha256, slices }: BinaryFileFacts): object {
  return {
    schema: "cavra.binary/1",
    path,
    sizeBytes,
    sha256,
    slices: slices.map(sliceDocument),
    oddities: binaryOddities(slices),
  };
}

function sliceDocument({ os, go, goProblem, goFound, ...facts }: BinaryFacts): object {
  return {
    ...facts,
    os: os ?? null,
    go: go === undefined ? null : { goVersion: go.goVersion, ...listDocument(go) },
    goProblem: goProblem ?? null,
    goFound: goFound === undefined ? null : listDocument(goFound),
  };
}

function listDocument({ path, main, modules, settings }: GoModuleList): object {
  return {
    path,
    main: moduleDocument(main),
    modules: modules.map(moduleDocument),
    settings: [...settings].map(([name, value]) => ({ name, value })),
  };
}

function moduleDocument({ path, version, sum, replacedBy }: GoModule): object {
  return { path, version, sum, replacedBy: replacedBy === undefined ? null : moduleDocument(replacedBy) };
}
