/** What a trusted signer may say without anything in the package that contradicts it, and why. */
export interface FreeValue {
  /** Place and change, as the sweep of false values names them. */
  readonly changes: readonly string[];
  readonly why: string;
  /** Other than PASS. */
  readonly verdict?: "UNKNOWN";
}

const turned = (place: string): readonly string[] => [
  `${place} turned at its end`,
  `${place} turned at its start`,
];
const shorter = (place: string): readonly string[] => [
  `${place} without its first`,
  `${place} without its last`,
];
const anyList = (place: string): readonly string[] => [
  `${place} disordered`,
  `${place} with its first twice`,
  ...shorter(place),
  ...turned(`${place}[]`),
];
const emptiable = (place: string): readonly string[] => [`${place} emptied`, ...anyList(place)];

const PROSE = "prose for people; cavra neither runs nor reads it";
const FEWER = "claims less than it could: what is not claimed is not relied on";

/**
 * By the ending of the document's name. Whoever adds a check that contradicts takes the line away: the sweep fails while
 * a change that is listed here is noticed after all, and while one is not noticed that is not listed.
 */
export const FREE_VALUES: Readonly<Record<string, readonly FreeValue[]>> = {
  ".installers.json": [
    { changes: emptiable("operator_notes"), why: PROSE },
    {
      changes: ["install_command", "install_method", "install_path", "verification_command"].flatMap(
        (member) => turned(`targets[].${member}`),
      ),
      why: "where a machine keeps its programs, and how they get there, is not in the package",
    },
  ],
  ".reproducibility.json": [
    {
      changes: [
        ...anyList("binaries[].argv"),
        "binaries[].argv[] emptied",
        ...turned("binaries[].rebuild_command"),
      ],
      why: "a binary does not record the command that made it; only building it again can tell",
    },
    {
      changes: ["binaries[].origin_verified negated"],
      why: "an origin that was not verified keeps its target from PASS",
      verdict: "UNKNOWN",
    },
    { changes: ["controls emptied", ...shorter("controls")], why: FEWER },
    { changes: emptiable("operator_guidance"), why: PROSE },
  ],
  "offline-trust-root-bootstrap.json": [
    { changes: emptiable("offline_operator_notes"), why: PROSE },
    { changes: anyList("verification_commands"), why: PROSE },
    { changes: shorter("required_files"), why: "what proves the release must be required; the rest may be" },
  ],
  ".sbom.spdx.json": [
    {
      changes: [...turned("packages[].licenseDeclared"), ...turned("packages[].licenseConcluded")],
      why: "which licence a module declares is the maker's word: its source is not in the package",
    },
  ],
  ".provenance.intoto.json": [
    {
      changes: ["dirHash", "gitTree"].flatMap((name) =>
        turned(`predicate.buildDefinition.resolvedDependencies[].digest.${name}`),
      ),
      why: "neither the source nor its compiler is in the package: whoever builds it again finds out (of modules, a false dirHash is provenance.module-differs)",
    },
  ],
  "release-evidence.json": [
    { changes: shorter("controls"), why: FEWER },
    {
      changes: ["expires minus 1", "expires plus 1", "release_counter plus 1", ...turned("package")],
      why: "what a release is called and how long it lives is decided by its signers, in statement and manifest alike",
    },
  ],
};
