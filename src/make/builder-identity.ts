import { Failure } from "../model/failure.ts";

/** Where a package was built when no hosted builder signs for it; SLSA build level 1 at most. */
export const LOCAL_BUILDER_ID = "https://cavra.dev/builders/local/v1";
/** A runner that GitHub keeps, and that can ask GitHub for a token which says so. */
export const GITHUB_HOSTED_BUILDER_ID = "https://cavra.dev/builders/github-hosted/v1";

const OWN_BUILDERS = "https://cavra.dev/builders/";
const GITHUB_BUILDERS = "https://github.com/actions/runner/";
const GITHUB_OWN_ID = `${GITHUB_BUILDERS}github-hosted`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A laptop never claims to be a hosted runner: the ids of hosted runners are taken only where the environment shows one.
 * Whoever forges an environment gains nothing, since a verifier takes the level of an id from its trust root, for those
 * who sign for it. Ids of others are theirs to give. Throws Failure "refused".
 */
export function demandProvenBuilder(builderId: string, environment: Environment): void {
  if (!builderId.startsWith(OWN_BUILDERS) && !builderId.startsWith(GITHUB_BUILDERS)) return;
  if (builderId === LOCAL_BUILDER_ID) return;
  const isKnown = builderId === GITHUB_HOSTED_BUILDER_ID || builderId === GITHUB_OWN_ID;
  if (!isKnown) {
    throw new Failure("config", "there is no such builder", {
      at: "builder id",
      expected: `${LOCAL_BUILDER_ID}, ${GITHUB_HOSTED_BUILDER_ID}, or a URI of your own`,
      found: builderId,
    });
  }
  if (isGithubHosted(environment)) return;
  throw new Failure("refused", "this is not the hosted runner that the builder id names", {
    at: "builder id",
    expected: "a job of GitHub Actions on a runner of GitHub, with permission for id-token",
    found: builderId,
    hint: "leave out --builder-id (in the config: provenance.builderId), which says that it was built locally",
  });
}

/** GitHub Actions, default variables: RUNNER_ENVIRONMENT is `self-hosted` on machines of others. */
function isGithubHosted(environment: Environment): boolean {
  return (
    environment["GITHUB_ACTIONS"] === "true" &&
    environment["RUNNER_ENVIRONMENT"] === "github-hosted" &&
    (environment["ACTIONS_ID_TOKEN_REQUEST_URL"] ?? "").startsWith("https://")
  );
}
