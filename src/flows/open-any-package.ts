import { holdsLegacyManifest } from "../judge/legacy-package.ts";
import type { OpenedContainer } from "../judge/open-container.ts";
import type { Limits } from "../model/limits.ts";
import type { OpenSubject } from "./open-subject.ts";

/**
 * A package of the existing system was zipped by Info-ZIP and has no release statement. Whoever looks at it without
 * signatures, which never passes, gets it read by the rules for zips of other tools; one of ours keeps our rules.
 */
export function openAnyPackage(opened: OpenSubject, limits: Limits): OpenedContainer {
  const ours = opened.openContainer(limits);
  if (ours.ok || opened.file === undefined) return ours;
  const foreign = opened.openContainer(limits, "strict");
  return !foreign.ok || holdsLegacyManifest(foreign.container, limits.documentBytes) ? foreign : ours;
}
