/** A document of a package, ready to be written with mode 0644. */
export interface PackageDocument {
  readonly path: string;
  readonly bytes: Uint8Array;
}
