export const EXECUTABLE_FORMATS = ["elf", "macho", "pe", "xcoff", "plan9", "wasm"] as const;
export type ExecutableFormat = (typeof EXECUTABLE_FORMATS)[number];

/** What an executable says of itself, read from its bytes alone. */
export interface BinaryFacts {
  readonly format: ExecutableFormat;
  /** Machine in Go's words (GOARCH): amd64, arm64, ...; `unknown(0x...)` for a machine that is not known. */
  readonly arch: string;
  /** GOOS where the file format decides it (macho: darwin, pe: windows), else that of the Go build info. */
  readonly os?: string;
  /**
   * Needs code beyond what every program of the platform loads: an interpreter or library of `linkage` that the platform
   * does not demand (formats/system-linkage.ts).
   */
  readonly dynamic: boolean;
  readonly linkage: Linkage;
  readonly hardening: Hardening;
  readonly traces: BuildTraces;
  readonly go?: GoBuildInfo;
  /** Why there is no Go build info, when the file looked as if it had one. */
  readonly goProblem?: GoProblem;
  /** Without build info to rely on: the first module list that a search of the whole file found. */
  readonly goFound?: GoModuleList;
  /** Of a Go program, by package, when they were asked for and its function table can be read. */
  readonly functions?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Facts of a binary as a manifest records them. */
export interface RecordedBinary extends Pick<
  BinaryFacts,
  "format" | "arch" | "dynamic" | "linkage" | "hardening" | "traces"
> {
  readonly os: string | null;
  /** null: no Go build info. */
  readonly goVersion: string | null;
  /** `name=value`, in the order of the binary. */
  readonly goSettings: readonly string[];
}

/** What the loader is told to load besides the file. */
export interface Linkage {
  /** Program interpreter or dynamic linker; null when none is named. */
  readonly interpreter: string | null;
  /** As written, in file order, each once. */
  readonly libraries: readonly string[];
}

/** null: format or file do not say. */
export interface Hardening {
  /** Can be loaded at any address (PIE, ASLR). */
  readonly positionIndependent: boolean | null;
  /** Stack, and on Windows all data, is not executable. */
  readonly nonExecutableData: boolean | null;
  /** Relocated data is made read-only before the program runs: all of it, without the jump table, or none. */
  readonly relro: "full" | "partial" | "none" | null;
}

/** What a build leaves behind that the program does not need. */
export interface BuildTraces {
  /** Build ids of any kind, for example `go:...`, `gnu:<hex>`, `uuid:<hex>`; sorted. */
  readonly buildIds: readonly string[];
  /** Names of the program's own functions and variables, for linkers and debuggers. */
  readonly symbolTable: boolean;
  /** DWARF sections. */
  readonly debugInfo: boolean;
  /** Source files of the build machine by absolute path; the first few distinct ones, in file order. */
  readonly sourcePaths: readonly string[];
  /** For example `UPX`; null when nothing looks packed. */
  readonly packer: string | null;
}

/**
 * `copies-differ`: the module list stands twice in the file and the two do not agree. `missing`: nothing where it should be.
 * `damaged`: something else stands there.
 */
export interface GoProblem {
  readonly kind: "copies-differ" | "damaged" | "missing";
  /** Lower case, no final stop, no bytes of the file. */
  readonly reason: string;
}

/** What the module list says; the Go version stands outside it. */
export type GoModuleList = Omit<GoBuildInfo, "goVersion">;

/** runtime/debug.BuildInfo as embedded by the Go linker. */
export interface GoBuildInfo {
  /** For example `go1.26.8`. */
  readonly goVersion: string;
  /** Import path of the main package. */
  readonly path: string;
  readonly main: GoModule;
  readonly modules: readonly GoModule[];
  /** `CGO_ENABLED`, `GOARCH`, `-trimpath`, ... as written; keys are unique. */
  readonly settings: ReadonlyMap<string, string>;
}

/** A replacement by a folder: a module path never starts with a dot, a slash or a drive letter (go.dev/ref/mod#go-mod-file-replace). */
export function isFolder({ path }: GoModule): boolean {
  return /^(\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:[/\\])/.test(path);
}

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** `h1:...`; empty when the linker recorded none. */
  readonly sum: string;
  readonly replacedBy?: GoModule;
}
