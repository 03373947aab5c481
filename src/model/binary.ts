/** What an executable says of itself, read from its bytes alone. */
export interface BinaryFacts {
  readonly format: "elf" | "macho" | "pe";
  /** Machine in Go's words (GOARCH): amd64, arm64, ...; `unknown(0x...)` for a machine that is not known. */
  readonly arch: string;
  /** GOOS where the file format decides it (macho: darwin, pe: windows); undefined for ELF without Go build info. */
  readonly os?: string;
  /**
   * Needs code beyond what every program of the platform loads. ELF: PT_INTERP or DT_NEEDED; Mach-O: a library outside
   * /usr/lib and /System/Library, or another dynamic linker; PE: an imported library beside kernel32.dll.
   */
  readonly dynamic: boolean;
  readonly go?: GoBuildInfo;
  /** Why there is no Go build info, when the file looked as if it had one. */
  readonly goProblem?: string;
}

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

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** `h1:...`; empty when the linker recorded none. */
  readonly sum: string;
  readonly replacedBy?: GoModule;
}
