import { writeOpenVex, type VexDocument, type VexStatement, type VexStatus } from "../formats/openvex.ts";
import { genericPurl, golangPurl } from "../formats/purl.ts";
import { formatUtcTime } from "../formats/utc-time.ts";
import { matchRelease } from "../judge/vulnerabilities/match-release.ts";
import { valueOf } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Release } from "../model/release.ts";
import type { VulnerabilityMatch } from "../model/vulnerability.ts";
import type { Tool } from "./verification-report.ts";

/**
 * What the binaries of a release say about the records of the database, as OpenVEX; undefined when no record is about
 * them, or no database was given. A suggestion: whoever answers for the product reads it and makes it his own. Only for a
 * release that passed: a database that is stale, undated or half read keeps it from PASS, and no statement rests on it.
 */
export function suggestedVex(release: Release, policy: Policy, tool: Tool): Uint8Array | undefined {
  const manifest = valueOf(release.documents.manifest);
  const { vulnerabilities } = policy;
  if (manifest === undefined || vulnerabilities === undefined) return undefined;
  const { database } = vulnerabilities;
  const package_ = genericPurl(manifest.product, manifest.version);
  const [first, ...rest] = matchRelease(release, database).map((match) =>
    statementOf(match, package_, release),
  );
  if (first === undefined) return undefined;
  const document: VexDocument = {
    author: `${tool.name} ${tool.version} (a suggestion that nobody has adopted)`,
    role: "tool",
    tooling: `${tool.name} ${tool.version}; Go vulnerability database sha256:${database.sha256}`,
    timestamp: formatUtcTime(policy.now),
    statements: [first, ...rest],
  };
  return writeOpenVex(document);
}

function statementOf(match: VulnerabilityMatch, package_: string, { files }: Release): VexStatement {
  const { id, aliases, binary, module, version } = match;
  return {
    vulnerability: id,
    aliases,
    product: `${package_}#${binary}`,
    productSha256: files.get(binary)?.sha256 ?? "",
    subcomponent: golangPurl(module, module === "stdlib" ? version.replace(/^go/, "") : version),
    status: statusOf(match),
    notes: notesOf(match),
  };
}

/**
 * Only the absence of every package in question shows that the code is not there: a function can be merged into its
 * callers, and is then in no function table.
 */
function statusOf({ reach, isVersionKnown, module, fixed }: VulnerabilityMatch): VexStatus {
  if (!isVersionKnown) return { name: "under_investigation" };
  if (reach === "absent") return { name: "not_affected", justification: "vulnerable_code_not_present" };
  if (reach !== "symbol") return { name: "under_investigation" };
  const action =
    fixed === null
      ? `No fixed version of ${module} is known: find out whether the functions are called, or replace it.`
      : `Build the program with ${module} ${fixed} or later.`;
  return { name: "affected", action };
}

function notesOf({ reach, isVersionKnown, symbols, packages }: VulnerabilityMatch): string {
  if (!isVersionKnown) return "The version has no order, so nothing rules the record out.";
  if (reach === "unknown") return "The function table of the program cannot be read.";
  if (reach === "absent") return "No package that the record names is linked into the program.";
  if (reach === "package")
    return `Linked, without the functions that the record names: ${packages.join(", ") || "the module"}.`;
  return `Linked: ${[...symbols, ...(symbols.length === 0 ? packages : [])].join(", ")}.`;
}
