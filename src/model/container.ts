/** One regular file of a package, path relative to the package's top folder, `/` between segments. */
export interface ContainerEntry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: EntryMode;
}

/** The two modes that a package knows, as permission bits. */
export type EntryMode = 0o644 | 0o755;

/** An opened package; the rules never know whether it is a directory or a zip. */
export interface Container {
  readonly kind: "directory" | "zip";
  /** Name of the one top folder. For a directory: its own name. */
  readonly top: string;
  /** Bytewise by path. */
  readonly entries: readonly ContainerEntry[];
  /** The bytes of one entry, from the handle that was opened first. Throws Failure "input" on an I/O error. */
  read(path: string): Uint8Array;
}
