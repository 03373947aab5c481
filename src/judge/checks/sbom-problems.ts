import type { Problem } from "../../model/finding.ts";
import { sbomComponentProblems } from "./sbom-components.ts";
import { sbomRelationshipProblems } from "./sbom-relationships.ts";
import { sbomSpdx3Problems } from "./sbom-spdx3.ts";

const ASK_MAKER = "Ask the maker for a release whose SBOM was made from these very files";

export const sbomProblems: readonly Problem[] = [
  {
    id: "sbom.unreadable",
    severity: "error",
    title: "the SBOM is missing or cannot be read",
    why: "nothing says which code of others is inside, so known faults cannot be looked up",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.no-files",
    severity: "error",
    title: "the SBOM lists no file",
    why: "a list of nothing must not look as if everything was described",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-missing",
    severity: "error",
    title: "a file is not in the SBOM",
    why: "nobody can look up what this file is made of",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-unknown",
    severity: "error",
    title: "the SBOM lists a file that it must not list or that is not in the package",
    why: "it describes another set of files than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-repeated",
    severity: "error",
    title: "the SBOM lists a file more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-differs",
    severity: "error",
    title: "the SBOM describes other bytes of a file",
    why: "what it says of this file is about another build",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.file-not-contained",
    severity: "error",
    title: "the SBOM does not put a file into the package that it describes",
    why: "readers start at the package, and would not come across this file",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.package-missing",
    severity: "error",
    title: "the SBOM does not describe exactly one package",
    why: "it must be clear what the document is about",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.package-differs",
    severity: "error",
    title: "the SBOM is about another release",
    why: "its list of components is not that of the release you have",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.verification-code-wrong",
    severity: "error",
    title: "the verification code of the SBOM is not that of the files",
    why: "the one value that ties the SBOM to its files does not hold",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.created-differs",
    severity: "error",
    title: "the SBOM was made at another time than the release says",
    why: "it was made apart from the release, or by a tool that reads the clock; nobody could make it again",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-missing",
    severity: "error",
    title: "a module that is linked into a binary is not in the SBOM",
    why: "known faults in this code would go unnoticed",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-unknown",
    severity: "error",
    title: "the SBOM links a module to a binary that does not hold it",
    why: "the SBOM describes another build, and sends people after faults that are not there",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.module-differs",
    severity: "error",
    title: "the SBOM names other code for a module than the binary holds",
    why: "the same version with another sum is other code: one of the two was exchanged",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.purl-differs",
    severity: "error",
    title: "the package URL of a module names something else than the module",
    why: "scanners look up known faults by this URL, and would look up those of other code",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.toolchain-differs",
    severity: "error",
    title: "the SBOM names another standard library than a binary was built with",
    why: "most known faults of Go programs are looked up by the version of the standard library",
    remedy: ASK_MAKER,
  },
  {
    id: "sbom.document-differs",
    severity: "error",
    title: "the SBOM names another document, author or tool than the release has",
    why: "it was made by something else, or for another release",
    remedy: ASK_MAKER,
  },
  ...sbomComponentProblems,
  ...sbomRelationshipProblems,
  ...sbomSpdx3Problems,
];
