/** What to do about an SBOM that is not that of the files beside it. */
export const ASK_FOR_TRUE_SBOM = "Ask the maker for a release whose SBOM was made from these very files";
