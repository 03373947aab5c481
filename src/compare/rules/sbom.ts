import type { ModuleAtVersion, ModuleChange } from "../modules-diff.ts";
import { differing, over, type RuleEvidence, type UpgradeRule } from "../rule.ts";
import type { CoverageFact, SbomDiff } from "../sbom-diff.ts";

const lost: UpgradeRule = {
  id: "sbom.lost",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the candidate has no usable SBOM and the earlier release had",
  why: "when the next vulnerability is published nobody can tell whether this release is affected",
  remedy: "Build the release again with its SBOM",
  example: { was: "SPDX 2.3", now: "none" },
  unavailable: ({ previous }) =>
    previous.release.documents.sbom.ok ? undefined : "the earlier release has no usable SBOM",
  detect({ candidate }) {
    const { sbom } = candidate.release.documents;
    return sbom.ok ? [] : [{ subject: "sbom", at: sbom.at, expected: "readable SBOM", actual: sbom.reason }];
  },
};

/** A document that lists less than this share of the packages it listed before has probably lost them. */
const ORDINARY_SHARE = 0.7;
/** Packages that may go without their module, for example a tool. */
const UNEXPLAINED_PACKAGES = 2;

const componentsCollapsed: UpgradeRule = {
  id: "sbom.components-collapsed",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the SBOM lists far fewer packages, and the binaries do not explain it",
  why: "the scanner may have broken; what is missing is not watched for vulnerabilities",
  remedy: "Compare the SBOM with: go version -m",
  example: { was: "120 packages", now: "31 packages" },
  ...over(["sbom", "modules"], ({ sbom: { packages }, modules: { removed } }) =>
    packages.now < packages.was * ORDINARY_SHARE &&
    packages.was - packages.now > removed.length + UNEXPLAINED_PACKAGES
      ? differing("packages", "sbom: packages", packages)
      : [],
  ),
};

const dependencyDowngraded: UpgradeRule = {
  id: "sbom.dependency-downgraded",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a dependency is older than in the earlier release",
  why: "fixes that were shipped are taken back",
  remedy: "Require at least the earlier version in go.mod",
  example: { was: "golang.org/x/net v0.40.0", now: "golang.org/x/net v0.38.0" },
  ...over(["modules"], ({ modules }) => modules.downgraded.map(changeEvidence)),
};

const sumChanged: UpgradeRule = {
  id: "sbom.dependency-sum-changed",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "a dependency has other content under the same version",
  why: "a published version never changes: the module was tampered with, or fetched past the checksum database",
  remedy:
    "Compare go.sum with the Go checksum database and find out which of the two is genuine before anything is shipped",
  example: { was: "golang.org/x/net v0.40.0 h1:AAAA...", now: "golang.org/x/net v0.40.0 h1:BBBB..." },
  ...over(["modules"], ({ modules }) => modules.sumChanged.map(changeEvidence)),
};

const dependencyAdded: UpgradeRule = {
  id: "sbom.dependency-added",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a dependency is new",
  why: "its maker can now change what you ship",
  remedy: "Review it as you review code",
  example: { was: "no golang.org/x/sys", now: "golang.org/x/sys v0.41.0" },
  ...over(["modules"], ({ modules }) =>
    modules.added.map((module) => moduleEvidence(module, { expected: "absent", actual: module.version })),
  ),
};

const dependencyRemoved: UpgradeRule = {
  id: "sbom.dependency-removed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a dependency is gone",
  why: "what it did is done elsewhere or not at all",
  remedy: "Nothing to do",
  example: { was: "golang.org/x/sys v0.41.0", now: "no golang.org/x/sys" },
  ...over(["modules"], ({ modules }) =>
    modules.removed.map((module) => moduleEvidence(module, { expected: module.version, actual: "absent" })),
  ),
};

const dependencyUpdated: UpgradeRule = {
  id: "sbom.dependency-updated",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "a dependency has another version",
  why: "its changes are part of this release",
  remedy: "Read its notes",
  example: { was: "golang.org/x/sys v0.40.0", now: "golang.org/x/sys v0.41.0" },
  ...over(["modules"], ({ modules }) => modules.updated.map(changeEvidence)),
};

const sourceChanged: UpgradeRule = {
  id: "sbom.supplier-or-source-changed",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a dependency comes from somewhere else",
  why: "under the same import path there is other people's code",
  remedy: "Review the fork like new code, or go back to the original",
  example: { was: "golang.org/x/text itself", now: "golang.org/x/text replaced by example.com/fork/text" },
  ...over(["modules", "sbom"], ({ modules, sbom }) => [
    // Going back to the original is what the rule asks for.
    ...modules.replacementChanged.filter(({ now, path }) => now !== path).map(changeEvidence),
    ...[...sbom.suppliers, ...sbom.downloadHosts].flatMap(({ name, ...change }) =>
      differing(name, `sbom: ${name}`, change),
    ),
  ]),
};

const unreleasedDependency: UpgradeRule = {
  id: "sbom.dirty-or-devel-dep",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "a dependency is not a released version",
  why: "its code was on one machine only; nobody else can fetch it or name what is in it",
  remedy: "Require a tagged version and remove the local replace",
  example: { was: "example.com/lib v1.2.0", now: "example.com/lib (devel)" },
  ...over(["modules"], ({ modules }) =>
    modules.unreleased.map((module) =>
      moduleEvidence(module, { expected: "a released version", actual: module.version || "a local folder" }),
    ),
  ),
};

const namespaceReused: UpgradeRule = {
  id: "sbom.namespace-reused",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "both SBOMs have the same document namespace",
  why: "it is the name of one document: tools that collect SBOMs keep only one of the two",
  remedy: "Build the release again; cavra derives the namespace from the content",
  example: { was: "https://example.com/spdx/1", now: "https://example.com/spdx/1" },
  ...over(["sbom", "version"], ({ sbom: { namespace }, version }) =>
    namespace.was === namespace.now && version.from !== version.to
      ? [
          {
            subject: "namespace",
            at: "sbom: documentNamespace",
            expected: "another namespace",
            actual: namespace.now,
          },
        ]
      : [],
  ),
};

/** In percentage points; a document that grows by a few poorly described packages is not a worse document. */
const ORDINARY_COVERAGE_LOSS = 10;
const COVERAGE_FACTS: readonly CoverageFact[] = ["purl", "checksum", "supplier", "licence"];

const qualityFell: UpgradeRule = {
  id: "sbom.quality-fell",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the SBOM says less about its packages",
  why: "a package without identity or checksum cannot be matched with a vulnerability or a file",
  remedy: "Check the settings of the SBOM",
  example: { was: "purl on 100 % of the packages", now: "purl on 60 %" },
  ...over(["sbom"], ({ sbom }) =>
    COVERAGE_FACTS.flatMap((fact) => {
      const was = coveragePercent(sbom, fact, "was");
      const now = coveragePercent(sbom, fact, "now");
      return was - now > ORDINARY_COVERAGE_LOSS
        ? differing(fact, "sbom: packages", { was: `${fact} on ${was} %`, now: `${fact} on ${now} %` })
        : [];
    }),
  ),
};

function coveragePercent({ coverage, packages }: SbomDiff, fact: CoverageFact, side: "was" | "now"): number {
  return packages[side] === 0 ? 0 : Math.floor((coverage[fact][side] / packages[side]) * 100);
}

const licenceChanged: UpgradeRule = {
  id: "sbom.licence-changed",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a package has another licence",
  why: "whoever installs the release is bound by other terms",
  remedy: "Ask those who decide about licences",
  example: { was: "Apache-2.0", now: "BUSL-1.1" },
  ...over(["sbom"], ({ sbom }) =>
    sbom.licences.flatMap(({ name, ...change }) => differing(name, `sbom: ${name} licenseDeclared`, change)),
  ),
};

function changeEvidence({ path, was, now, targets }: ModuleChange): RuleEvidence {
  return { subject: path, at: `modules: ${path} (${targets.join(" ")})`, expected: was, actual: now };
}

function moduleEvidence(
  { path }: ModuleAtVersion,
  seen: { readonly expected: string; readonly actual: string },
): RuleEvidence {
  return { subject: path, at: `modules: ${path}`, ...seen };
}

export const sbomRules: readonly UpgradeRule[] = [
  lost,
  componentsCollapsed,
  dependencyDowngraded,
  sumChanged,
  dependencyAdded,
  dependencyRemoved,
  dependencyUpdated,
  sourceChanged,
  unreleasedDependency,
  namespaceReused,
  qualityFell,
  licenceChanged,
];
