export const CHECKSUMS_FILE = "checksums.txt";
export const MANIFEST_FILE = "release-evidence.json";
export const MANIFEST_MARKDOWN_FILE = "release-evidence.md";
export const GO_MODULES_FILE = "go-modules.json";
export const BOOTSTRAP_FILE = "offline-trust-root-bootstrap.json";

export const installersFile = (product: string): string => `${product}.installers.json`;
export const reproducibilityFile = (product: string): string => `${product}.reproducibility.json`;
export const sbomFile = (product: string): string => `${product}.sbom.spdx.json`;
export const spdx3File = (product: string): string => `${product}.sbom.spdx3.json`;
export const provenanceFile = (product: string): string => `${product}.provenance.intoto.json`;

/** The signature of the existing system over one file, beside it; in legacy mode (trust-spec section 1, L4). */
export const legacySignatureFile = (path: string): string => `${path}.sig.json`;

export function isLegacySignature(path: string): boolean {
  return path.endsWith(".sig.json");
}

/** What carries such a signature: L0 to L3. Its reader asks for every artifact and for the manifest; checksums.txt lists them. */
export function takesLegacySignature(path: string): boolean {
  return layerOf(path) <= 3;
}

/**
 * L1 to L5 in the order in which they are made; an SBOM leaves them out of its verification code (SPDX 2.3, 7.9).
 * @param legacySignatures Paths; none outside of legacy mode.
 */
export function laterFiles(product: string, legacySignatures: readonly string[] = []): readonly string[] {
  return [
    sbomFile(product),
    spdx3File(product),
    provenanceFile(product),
    MANIFEST_FILE,
    MANIFEST_MARKDOWN_FILE,
    ...legacySignatures,
    CHECKSUMS_FILE,
  ];
}

/** trust-spec section 1: each layer lists exactly those below it. */
export type Layer = 0 | 1 | 2 | 3 | 4 | 5;

/** The one layer of a file, decided by its path alone (trust-spec section 1). */
export function layerOf(path: string): Layer {
  if (path === CHECKSUMS_FILE) return 5;
  if (path === MANIFEST_MARKDOWN_FILE || isLegacySignature(path)) return 4;
  if (path === MANIFEST_FILE) return 3;
  if (path.includes("/")) return 0;
  if (path.endsWith(".provenance.intoto.json")) return 2;
  return path.endsWith(".spdx.json") || path.endsWith(".spdx3.json") ? 1 : 0;
}
