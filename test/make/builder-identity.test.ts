import { describe, expect, it } from "vitest";
import {
  demandProvenBuilder,
  GITHUB_HOSTED_BUILDER_ID,
  LOCAL_BUILDER_ID,
} from "../../src/make/builder-identity.ts";

const RUNNER = {
  GITHUB_ACTIONS: "true",
  RUNNER_ENVIRONMENT: "github-hosted",
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://pipelines.example/token",
};
const GITHUB_OWN = "https://github.com/actions/runner/github-hosted";

describe("the builder that a release names", () => {
  it.each([LOCAL_BUILDER_ID, "https://ci.example.com/builders/hosted", "urn:builder:desk"])(
    "may be %s anywhere",
    (id) => {
      expect(() => demandProvenBuilder(id, {})).not.toThrow();
    },
  );

  it.each([GITHUB_HOSTED_BUILDER_ID, GITHUB_OWN])("may be %s on a runner of GitHub alone", (id) => {
    expect(() => demandProvenBuilder(id, RUNNER)).not.toThrow();
    for (const [name, value] of [
      ["GITHUB_ACTIONS", "false"],
      ["RUNNER_ENVIRONMENT", "self-hosted"],
      ["ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1/token"],
      ["ACTIONS_ID_TOKEN_REQUEST_URL", undefined],
    ] as const) {
      expect(() => demandProvenBuilder(id, { ...RUNNER, [name]: value }), name).toThrow(
        "this is not the hosted runner that the builder id names",
      );
    }
    expect(() => demandProvenBuilder(id, {})).toThrow();
  });

  it.each([
    "https://cavra.dev/builders/hosted/v1",
    "https://cavra.dev/builders/local/v2",
    "https://github.com/actions/runner/self-hosted",
  ])("is never the unknown %s", (id) => {
    expect(() => demandProvenBuilder(id, RUNNER)).toThrow("there is no such builder");
  });
});
