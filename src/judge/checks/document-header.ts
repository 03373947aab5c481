import type { Sighting } from "../../model/check.ts";
import type { DocumentHeader } from "../../model/documents.ts";
import type { Manifest } from "../../model/manifest.ts";
import { memberSightings } from "./comparison.ts";

/** Every packaged document repeats the manifest; each member that does not is one sighting. */
export function headerSightings(
  problem: string,
  at: string,
  header: DocumentHeader,
  manifest: Manifest,
): readonly Sighting[] {
  return memberSightings(problem, at, [
    ["product", manifest.product, header.product],
    ["component", manifest.component, header.component],
    ["version", manifest.version, header.version],
    ["commit", manifest.source.commit, header.commit],
    ["ref", manifest.source.ref, header.ref],
    ["repository", manifest.source.repository, header.repository],
    ["generated_at", manifest.sourceDateEpoch, header.sourceDateEpoch],
  ]);
}
