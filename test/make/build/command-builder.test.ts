import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printsVersion } from "../../../src/make/build/command-builder.ts";
import {
  buildScratch,
  cleanUp,
  failureOf,
  probeConfig,
  temporaryFolder,
} from "../../support/build-scratch.ts";
import { scratchRepository, type ScratchRepository } from "../../support/scratch-repository.ts";

const HOST = { PATH: "/usr/bin:/bin", HOME: "/nonexistent", SECRET_TOKEN: "hunter2" };

let repository: ScratchRepository;
beforeAll(() => {
  repository = scratchRepository({
    "out/probe": "probe",
    "docs/a.md": "a\n",
    "docs/b.md": "b\n",
    "make.sh": '#!/bin/sh\ncat docs/*.md > "$1"\n',
  });
});
afterAll(() => {
  repository.remove();
  cleanUp();
});

const command = (argv: string, more = ""): string =>
  probeConfig(
    `{ id: doc, targets: [any], output: share/doc.txt, inputs: ["docs/*"], command: { argv: ${argv}${more} } }, { id: probe, output: bin/probe, prebuilt: { path: out/probe } }`,
    "doc, probe",
  );

function withTool(version: string): string {
  return command('[./make.sh, "$(out)"]', `, tools: { render: "${version}" }`);
}

describe("a command", () => {
  it("writes its output, with its inputs on record and nothing of the machine", async () => {
    const built = await buildScratch(repository.folder, command('[./make.sh, "$(out)"]'));
    const doc = built[1];
    expect(doc).toMatchObject({
      path: "share/doc.txt",
      kind: "file",
      mode: 0o644,
      target: null,
      installName: null,
    });
    expect(readFileSync(doc?.sourceFile ?? "", "utf8")).toBe("a\nb\n");
    expect(doc?.materials.map((material) => material.path)).toEqual(["docs/a.md", "docs/b.md"]);
    expect(doc?.recipe?.argv).toEqual(["./make.sh", "$(out)"]);
  });

  it("sees only the variables that it was given", async () => {
    const text = command(`[sh, -c, 'env > "$1"', sh, "$(out)"]`, ", env: { TITLE: $(product) }");
    const [, doc] = await buildScratch(repository.folder, text, { hostEnvironment: HOST });
    const names = readFileSync(doc?.sourceFile ?? "", "utf8")
      .split("\n")
      .map((line) => line.split("=")[0] ?? "");
    const own = ["HOME", "LC_ALL", "PATH", "SOURCE_DATE_EPOCH", "TITLE", "TZ"];
    // A shell adds PWD and its like by itself.
    expect(names.filter((name) => !["", "PWD", "OLDPWD", "SHLVL", "_"].includes(name)).toSorted()).toEqual(
      own,
    );
  });

  it("is not read by a shell", async () => {
    const text = command(`[sh, -c, 'printf %s "$2" > "$1"', sh, "$(out)", "; \`id\` $HOME *"]`);
    const [, doc] = await buildScratch(repository.folder, text);
    expect(readFileSync(doc?.sourceFile ?? "", "utf8")).toBe("; `id` $HOME *");
  });

  it.each([
    ["fails", '[sh, -c, "echo why; exit 3"]', "sh failed with exit code 3", "why"],
    ["writes nothing", '["true"]', "the command did not write its output", undefined],
    [
      "writes more",
      `[sh, -c, 'touch "$1" "$1.map"', sh, "$(out)"]`,
      "files that are not declared",
      "doc.txt.map",
    ],
    ["ends itself", `[sh, -c, 'kill -9 $$']`, "sh was ended by SIGKILL", undefined],
  ])("that %s is a failure of the build", async (_, argv, message, output) => {
    const failure = await failureOf(buildScratch(repository.folder, command(argv)));
    expect([failure.code, failure.details.at]).toEqual(["build", "doc"]);
    expect(failure.message).toContain(message);
    if (output !== undefined) expect(failure.details.output).toContain(output);
  });

  it("that writes a link instead of a file is refused", async () => {
    const text = command(`[sh, -c, 'ln -s /etc/passwd "$1"', sh, "$(out)"]`);
    expect((await failureOf(buildScratch(repository.folder, text))).message).toContain("symbolic link");
  });

  it("that takes too long is stopped", async () => {
    const failure = await failureOf(
      buildScratch(repository.folder, command("[sleep, '30']", ", timeout: 1s")),
    );
    expect(failure.message).toBe("sleep did not end within 1 s and was stopped");
  });

  it("runs only with tools of the pinned version", async () => {
    const bin = temporaryFolder();
    execFileSync(
      "sh",
      ["-c", `printf '#!/bin/sh\\necho "render version 4.3.1"\\n' > render && chmod 755 render`],
      { cwd: bin },
    );
    const hostEnvironment = { ...HOST, PATH: `${bin}:${HOST.PATH}` };
    const built = await buildScratch(repository.folder, withTool("4.3.1"), { hostEnvironment });
    expect(built[1]?.recipe?.toolchain).toBe("render 4.3.1");
    const failure = await failureOf(buildScratch(repository.folder, withTool("4.3"), { hostEnvironment }));
    expect([failure.code, failure.details.expected, failure.details.found]).toEqual([
      "toolchain",
      "4.3",
      "render version 4.3.1",
    ]);
  });
});

describe("printsVersion", () => {
  it.each([
    ["GNU Make 4.3\n", "4.3", true],
    ["tool v4.3.", "4.3", true],
    ["tool-4.3,", "4.3", false],
    ["GNU Make 4.3.1", "4.3", false],
    ["GNU Make 14.3", "4.3", false],
    ["4.3-rc1", "4.3", false],
    ["4.3+dirty", "4.3", false],
    ["4x3", "4.3", false],
    ["(4.3)", "4.3", true],
  ])("%j has %s: %s", (text, version, expected) => {
    expect(printsVersion(text, version)).toBe(expected);
  });
});
