import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./support/source-graph.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions?: Readonly<Record<string, string>>;
        readonly steps: readonly Step[];
        readonly "timeout-minutes"?: number;
      }
    >
  >;
}

const FOLDER = join(ROOT, ".github/workflows");
const WORKFLOWS = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const,
);

describe.each(WORKFLOWS)("%s", (_, text) => {
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it("pins every action by its commit and says which version that is", () => {
    const uses = text.match(/^\s*(?:- )?uses:.*$/gm) ?? [];
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.length).toBe(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives no permission that a job did not ask for, and writes nothing but identity", () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobs) {
      for (const [scope, level] of Object.entries(permissions ?? {})) {
        expect(level === "read" || scope === "id-token", scope).toBe(true);
      }
    }
  });

  it("leaves no credentials in a checkout, and no job without an end", () => {
    for (const { uses, with: options } of steps) {
      if (uses?.startsWith("actions/checkout@"))
        expect(options).toMatchObject({ "persist-credentials": false });
    }
    for (const job of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  it("puts nothing that others chose into a shell, and runs nothing of a stranger's pull request with secrets", () => {
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
    expect(JSON.stringify(workflow.on)).not.toMatch(/pull_request_target|workflow_run|issue_comment/);
  });
});

it("there are workflows", () => {
  expect(WORKFLOWS.map(([name]) => name)).toEqual(["check.yml", "release.yml"]);
});
