import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { LegacyEvidence, LegacyProvenance } from "../../model/legacy-package.ts";
import type { LegacyPackageStage } from "../stages.ts";
import { compareByKey, fail, membershipSightings, memberSightings, place } from "./comparison.ts";
import { unreadable } from "./legacy-documents.ts";

const HOSTED = "https://github.com/actions/runner/github-hosted";
/** Where `--run-id` is not given. */
const NO_RUN = /\/runs\/local$/;

export const legacyProvenance: Check<LegacyPackageStage> = {
  id: "legacy.provenance",
  title: "The provenance of the system before cavra is about exactly the listed files of this release",
  needs: ["legacy.artifacts"],
  run({ evidence, list, files, provenance, policy }) {
    if (!evidence.ok || !list.ok) return skip("the manifest cannot be read");
    const { at } = provenance;
    if (!provenance.ok) {
      if (policy.allowMissingProvenance && !files.has(at)) return skip("--allow-missing-provenance");
      return fail(unreadable(provenance, files.has(at)));
    }
    const { subjects } = provenance.value;
    const covered = list.value.filter(({ path }) => path !== at);
    const comparison = compareByKey(covered, pathOf, subjects, pathOf);
    const sightings = [
      ...membershipSightings(comparison, PROBLEMS, at),
      ...comparison.pairs.flatMap(({ key, expected, actual }) =>
        memberSightings("legacy.subject-differs", key, [["sha256", expected.sha256, actual.sha256]]),
      ),
      ...releaseSightings(at, provenance.value, evidence.value),
      ...targetSightings(at, provenance.value, evidence.value),
    ];
    return failOr(sightings, pass(at, `${subjects.length} subjects equal`));
  },
};

const PROBLEMS = {
  missing: "legacy.subject-missing",
  extra: "legacy.subject-unknown",
  repeated: "legacy.subject-repeated",
};

const pathOf = ({ path }: { readonly path: string }): string => path;

function releaseSightings(
  at: string,
  { version, ref, commits, builderId, invocationId }: LegacyProvenance,
  evidence: LegacyEvidence,
): readonly Sighting[] {
  const other = commits.find((commit) => commit !== evidence.commit);
  const isShown = builderId !== HOSTED || !NO_RUN.test(invocationId);
  return [
    ...memberSightings("legacy.provenance-differs", at, [
      ["version", evidence.version, version],
      ["ref", evidence.ref, ref],
      ["gitCommit", evidence.commit, commits.length === 0 ? "none" : (other ?? evidence.commit)],
    ]),
    ...(isShown
      ? []
      : [
          {
            problem: "legacy.builder-not-shown",
            at,
            expected: "the run of a hosted runner",
            actual: invocationId,
          },
        ]),
  ];
}

/** The list of targets is written before anything is built: what it names and is not there was lost. */
function targetSightings(
  document: string,
  { targets }: LegacyProvenance,
  { artifacts }: LegacyEvidence,
): readonly Sighting[] {
  const binaries = artifacts.filter(({ kind }) => kind === "go-binary");
  return targets
    .filter((target) => {
      const ending = `_${target.replace("/", "_")}`;
      return !binaries.some(({ path }) => path.replace(/\.exe$/, "").endsWith(ending));
    })
    .map((actual) => ({ problem: "legacy.target-lost", at: place(document, "go_targets"), actual }));
}

export const legacySbom: Check<LegacyPackageStage> = {
  id: "legacy.sbom",
  title: "The SBOM of the system before cavra is about this release and knows every linked module",
  needs: ["legacy.manifest"],
  run({ evidence, sbom, files }) {
    if (!evidence.ok) return skip("the manifest cannot be read");
    const { at } = sbom;
    if (!sbom.ok) return fail(unreadable(sbom, files.has(at)));
    const { namespace, packages } = sbom.value;
    const { version, commit } = evidence.value;
    const isOfRelease = namespace.includes(`/${version}/`) && namespace.endsWith(`/${commit}`);
    const linked = [...files.values()].flatMap(({ path, binary }) =>
      (binary?.ok === true ? (binary.value.go?.modules ?? []) : []).map((module) => ({ path, module })),
    );
    const sightings = [
      ...(isOfRelease
        ? []
        : [
            {
              problem: "legacy.sbom-differs",
              at: place(at, "documentNamespace"),
              expected: `.../${version}/.../${commit}`,
              actual: namespace,
            },
          ]),
      ...linked
        .filter(({ module }) => !packages.has(`${module.path} ${module.version}`))
        .map(({ path, module }) => ({
          problem: "legacy.sbom-incomplete",
          at: path,
          expected: `${module.path} ${module.version}`,
        })),
    ];
    return failOr(sightings, pass(at, `${packages.size} packages, every linked module among them`));
  },
};
