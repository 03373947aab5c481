/** What a Go build was told, wherever it was told: on the command line or in GOFLAGS. */
export interface GoFlags {
  /** For example `-trimpath`, `-mod=readonly`. */
  readonly flags: readonly string[];
  /** The words of `-ldflags`, for example `-s`, `-buildid=`. */
  readonly ldflags: readonly string[];
}

const LDFLAGS = "-ldflags=";

/** Flags in their `-name=value` form; a value that stands alone after its flag is not understood and not guessed. */
export function goFlags(build: {
  readonly environment: ReadonlyMap<string, string>;
  readonly argv: readonly string[];
}): GoFlags {
  const words = (build.environment.get("GOFLAGS") ?? "").split(" ");
  const flags = [...words, ...build.argv].filter((word) => word.startsWith("-"));
  // The go command lets a later -ldflags replace an earlier one.
  const ldflags = flags.findLast((flag) => flag.startsWith(LDFLAGS))?.slice(LDFLAGS.length) ?? "";
  return { flags, ldflags: ldflags.split(" ").filter((word) => word !== "") };
}
