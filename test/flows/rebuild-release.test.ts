import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RebuildRequest } from "../../src/flows/rebuild-release.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import { DEFAULT_REQUIRED } from "../../src/model/policy.ts";
import type { Report } from "../../src/model/report.ts";
import { failureOf } from "../support/build-scratch.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { testPolicy } from "../support/policy.ts";
import { carelessCheckout, CHECKOUT_CONFIG, prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { rebuild, rebuildWorld, rebuiltReport, type RebuildWorld } from "../support/rebuild-world.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { scratchRepository, type ScratchRepository } from "../support/scratch-repository.ts";
import { SMALL_TOOL, smallTrust } from "../support/small-release.ts";

const folder = scratchFolder();
let checkout: ScratchRepository;
let world: RebuildWorld;
const removals: ScratchRepository[] = [];

beforeAll(async () => {
  checkout = prebuiltCheckout();
  world = await rebuildWorld(checkout.folder, join(folder, "world"));
});
afterAll(() => {
  for (const repository of [checkout, ...removals]) repository.remove();
});

let copies = 0;

/** A copy of the signed package, to spoil. */
function copyOf(subject: string): string {
  copies += 1;
  const copy = join(folder, `copy-${copies}`, subject.slice(subject.lastIndexOf("/") + 1));
  for (const ending of ["", ".sigs"]) {
    if (existsSync(subject + ending)) cpSync(subject + ending, copy + ending, { recursive: true });
  }
  return copy;
}

const trusted = (change: Partial<RebuildRequest> = {}): Partial<RebuildRequest> => ({
  trust: world.trust,
  ...change,
});

async function verify(path: string, require: readonly string[] = []): Promise<Report> {
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy({ require: [...DEFAULT_REQUIRED, ...require] }),
    trust: smallTrust(readFileSync(world.trust)),
  });
  return report;
}

describe("a rebuild", () => {
  it("gives the same files and the same zip, and says whose code it ran", async () => {
    const done = await rebuild(checkout.folder, world.zip, trusted());
    const report = rebuiltReport(done);
    expect(report).toMatchObject({
      verdict: { word: "IDENTICAL", exitCode: 0 },
      trust: { holders: ["Ada"], purpose: "test" },
      zipComparedWith: "bytes",
      differingFiles: [],
      causes: [],
      attested: [],
    });
    expect(closedSchemaProblems("rebuild-1", report)).toBe("");
    const { plans } = done;
    expect(plans).toMatchObject([
      {
        commit: checkout.git("rev-parse", "HEAD"),
        ref: "refs/tags/v0.1.0",
        subject: "Release v0.1.0",
        config: "cavra.release.yaml",
        isRecordedConfig: true,
      },
    ]);
  });

  it("takes a directory too, and holds the zip against the digest that was signed", async () => {
    const directory = copyOf(world.directory);
    cpSync(`${world.zip}.sigs`, `${directory}.sigs`, { recursive: true });
    expect(rebuiltReport(await rebuild(checkout.folder, directory, trusted()))).toMatchObject({
      verdict: { word: "IDENTICAL" },
      zipComparedWith: "signed digest",
    });
    expect(rebuiltReport(await rebuild(checkout.folder, directory))).toMatchObject({
      verdict: { word: "IDENTICAL" },
      trust: null,
      zipComparedWith: "nothing",
    });
  });

  it("sees only the commit: no changed or ignored file, no hook, no setting of the checkout", async () => {
    const busy = prebuiltCheckout();
    removals.push(busy);
    const trap = join(busy.folder, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\ntouch '${folder}/trapped'\n`);
    chmodSync(trap, 0o755);
    busy.git("tag", "another-name");
    busy.write({ LICENSE: "other\n", "out/linux-amd64/runtime": "other\n" });
    busy.git("checkout", "--quiet", "-b", "elsewhere");
    for (const hook of ["post-checkout", "post-merge"]) cpSync(trap, join(busy.folder, ".git/hooks", hook));
    busy.git("config", "core.fsmonitor", trap);
    const report = rebuiltReport(await rebuild(busy.folder, world.zip, trusted()));
    expect(report.verdict.word).toBe("IDENTICAL");
    expect(existsSync(join(folder, "trapped"))).toBe(false);
    expect(readFileSync(join(busy.folder, ".git/HEAD"), "utf8")).toBe("ref: refs/heads/elsewhere\n");
  });

  it("leaves nothing behind: neither in the checkout nor in its .sigs", async () => {
    const before = [readdirSync(checkout.folder), readdirSync(`${world.zip}.sigs`)];
    await rebuild(checkout.folder, world.zip, trusted());
    expect([readdirSync(checkout.folder), readdirSync(`${world.zip}.sigs`)]).toEqual(before);
    expect(checkout.git("status", "--porcelain")).toBe("");
    expect(checkout.git("worktree", "list").split("\n")).toHaveLength(1);
  });
});

describe("what is signed of a rebuild", () => {
  it("counts holders in every later verification, and enough of them meet a demand", async () => {
    const zip = copyOf(world.zip);
    const first = rebuiltReport(await rebuild(checkout.folder, zip, trusted({ attest: [world.keys.cy] })));
    expect(first).toMatchObject({
      attested: [{ holder: "Cy" }],
      rebuilders: { needed: 2, holders: ["Cy"] },
    });
    const demanded = await verify(zip, ["reproducibility.rebuild"]);
    expect(demanded.findings.map(({ id }) => id)).toEqual(["reproducibility.rebuild-threshold-not-met"]);
    expect((await verify(zip)).verdict.word).toBe("PASS");
    await rebuild(checkout.folder, zip, trusted({ attest: [world.keys.di] }));
    const proven = await verify(zip, ["reproducibility.rebuild"]);
    expect(proven.verdict.word).toBe("PASS");
    expect(proven.rebuild).toEqual({ needed: 2, holders: ["Cy", "Di"] });
    expect(proven.notChecked.map(({ id }) => id)).not.toContain("reproducibility.rebuild");
  });

  it.each(["ada", "stranger"] as const)(
    "is nothing under the key of %s, and nothing is built first",
    async (name) => {
      const failure = await failureOf(
        rebuild(checkout.folder, world.zip, trusted({ attest: [world.keys[name]] })),
      );
      expect(failure).toMatchObject({ code: "refused", message: "this key is no rebuilder's" });
    },
  );

  it("is nothing without trust", async () => {
    const failure = await failureOf(rebuild(checkout.folder, world.zip, { attest: [world.keys.cy] }));
    expect(failure.code).toBe("usage");
  });

  it("is nothing where the bytes differ, though the release was signed", async () => {
    const careless = carelessCheckout();
    removals.push(careless);
    careless.write({ LICENSE: "Apache License 2.0, as it lay on a desk\n" });
    const other = await rebuildWorld(careless.folder, join(folder, "careless"));
    const change = { trust: other.trust, attest: [other.keys.cy] };
    const report = rebuiltReport(await rebuild(careless.folder, other.zip, change));
    expect(report).toMatchObject({
      verdict: { word: "DIFFERENT", exitCode: 1 },
      causes: [{ cause: "content", at: "LICENSE", field: "line 1", rebuilt: "Apache License 2.0" }],
      attested: [],
    });
    expect(readdirSync(`${other.zip}.sigs`).filter((name) => name.startsWith("rebuild."))).toEqual([]);
    expect(report.differingFiles).toContain("checksums.txt");
  });
});

describe("nothing is built", () => {
  it("of a package that does not verify under the trust that was given", async () => {
    const zip = copyOf(world.zip);
    const bytes = readFileSync(zip);
    writeFileSync(zip, bytes.with(bytes.byteLength - 30, (bytes.at(-30) ?? 0) ^ 1));
    const { outcome, plans } = await rebuild(checkout.folder, zip, trusted());
    expect(outcome).toMatchObject({ kind: "not rebuilt", report: { verdict: { word: "FAIL" } } });
    expect(plans).toEqual([]);
  });

  it("of a hostile container, whoever asks", async () => {
    const zip = copyOf(world.zip);
    writeFileSync(zip, Buffer.concat([readFileSync(zip), Buffer.from("PK")]));
    const { outcome, plans } = await rebuild(checkout.folder, zip);
    expect(outcome).toMatchObject({ kind: "not rebuilt", report: { verdict: { word: "REFUSED" } } });
    expect(plans).toEqual([]);
  });

  it.each<[string, (repository: ScratchRepository) => void, string]>([
    [
      "a commit that the checkout does not have",
      (repository) => {
        repository.git("tag", "--delete", "v0.1.0");
        repository.git("checkout", "--quiet", "--orphan", "other");
        repository.git("branch", "--delete", "--force", "main");
        repository.git("reflog", "expire", "--expire=now", "--all");
        repository.commit("Other history");
        repository.git("gc", "--quiet", "--prune=now");
      },
      "the checkout does not have the commit that the release names",
    ],
    [
      "a commit that somebody only pushed for review",
      (repository) => {
        repository.git("update-ref", "refs/pull/7/head", "HEAD");
        repository.git("tag", "--delete", "v0.1.0");
        repository.git("reset", "--quiet", "--hard", "HEAD~1");
      },
      "the commit that the release names is on no branch or tag of the checkout",
    ],
    [
      "a tag that was moved",
      (repository) => {
        repository.write({ NOTICE: "later\n" });
        repository.commit("Later");
        repository.git("tag", "--force", "v0.1.0");
      },
      "the tag of the release is not at its commit in the checkout",
    ],
  ])("of %s", async (_what, change, message) => {
    const repository = prebuiltCheckout();
    removals.push(repository);
    change(repository);
    const failure = await failureOf(rebuild(repository.folder, world.zip, trusted()));
    expect(failure).toMatchObject({ code: "source", message });
  });

  it("where there is no checkout, or the commit does not hold what is shipped", async () => {
    expect((await failureOf(rebuild(folder, world.zip, trusted()))).message).toMatch(/no git checkout/);
    const ignored = scratchRepository({
      "cavra.release.yaml": CHECKOUT_CONFIG.replace(", expect: out/SHA256SUMS", ""),
      LICENSE: "Apache License 2.0\n",
      ".gitignore": "/dist/\n/out/\n",
    });
    removals.push(ignored);
    cpSync(join(checkout.folder, "out"), join(ignored.folder, "out"), { recursive: true });
    ignored.git("tag", "v0.1.0");
    const other = await rebuildWorld(ignored.folder, join(folder, "ignored"));
    const failure = await failureOf(rebuild(ignored.folder, other.zip));
    expect(failure.message).toBe("the release holds prebuilt files that are not in its commit");
  });

  it("by a config that lies outside of the commit", async () => {
    const config = "../cavra.release.yaml";
    const failure = await failureOf(rebuild(checkout.folder, world.zip, trusted({ configFile: config })));
    expect(["config", "usage"]).toContain(failure.code);
  });
});
