import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONFIG_FILE_NAMES } from "../../src/make/config/release-config.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { schemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { scratchRepository } from "../support/scratch-repository.ts";
import { parse } from "yaml";

const GO_MODULE = {
  "go.mod": "module example.com/acme/agent\n\ngo 1.26.8\n",
  "cmd/agent/main.go": "package main\n\nfunc main() {}\n",
  LICENSE: "Apache License 2.0\n",
};

describe("release init", () => {
  it("writes a config for a Go module, and the plan accepts it", () => {
    const { folder, git, commit, remove } = scratchRepository(GO_MODULE);
    try {
      git("remote", "add", "origin", "https://example.com/acme/agent.git");
      const { exitCode, stdout, stderr } = runCli(["release", "init", "--json"], { cwd: folder });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const { schema, path, config } = JSON.parse(stdout) as {
        readonly schema: string;
        readonly path: string;
        readonly config: string;
      };
      expect(schema).toBe("cavra.init/1");
      expect(path).toBe(join(folder, "cavra.release.yaml"));
      expect(readFileSync(path, "utf8")).toBe(config);
      expect(schemaProblems("release-1", parse(config))).toBe("");

      commit("Add the release config");
      git("tag", "v1.0.0");
      const plan = runCli(["release", "build", "--first-release", "--dry-run", "--json"], { cwd: folder });
      expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toEqual({ exitCode: 0, stderr: "" });
      const { outputs } = JSON.parse(plan.stdout) as {
        readonly outputs: readonly { readonly path: string }[];
      };
      expect(outputs.map(({ path: output }) => output)).toContain("bin/agent_v1.0.0_windows_arm64.exe");
    } finally {
      remove();
    }
  });

  it("writes a config for an empty folder: binaries that something else built", () => {
    const folder = scratchFolder();
    const { exitCode, stdout } = runCli(["release", "init"], { cwd: folder });
    expect(exitCode).toBe(0);
    expect(unwrapped(stdout)).toContain("cavra release build --first-release --dry-run");
    expect(unwrapped(stdout)).toContain(
      "next: write product.repository into it, since no git remote says it",
    );
    const config: unknown = parse(readFileSync(join(folder, "cavra.release.yaml"), "utf8"));
    expect(config).toMatchObject({ builds: [{ prebuilt: { expect: "SHA256SUMS" } }] });
    expect(schemaProblems("release-1", config)).toBe("");
  });

  it.each(CONFIG_FILE_NAMES)("replaces no %s", (name) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, name), "mine");
    const { exitCode, stdout, stderr } = runCli(["release", "init"], { cwd: folder });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(unwrapped(stderr)).toContain("exists already");
    expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
  });
});
