import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { IDENTITY, ISSUER, REPOSITORY_ID, sigstoreWorld } from "../support/sigstore-world.ts";

const folder = scratchFolder();
const [one, other] = [join(folder, "one.json"), join(folder, "other.json")];
beforeAll(async () => {
  writeFileSync(one, JSON.stringify((await sigstoreWorld()).trustedRoot, null, 2));
  writeFileSync(other, JSON.stringify((await sigstoreWorld()).trustedRoot));
});

function draft(): string {
  const path = join(mkdtempSync(join(folder, "draft-")), "draft.json");
  expect(runCli(["trust", "init", path, "--product", "cavra-runtime"]).exitCode).toBe(0);
  return path;
}

interface Added {
  readonly id?: string;
  readonly root?: string;
  readonly more?: readonly string[];
}

function add(path: string, { id = "release-workflow", root = one, more = [] }: Added = {}): CliResult {
  const names = ["--id", id, "--holder", "CI", "--issuer", ISSUER, "--san", IDENTITY];
  const rest = ["--repository-id", REPOSITORY_ID, "--sigstore-root", root, ...more];
  return runCli(["trust", "add-identity", path, ...names, ...rest]);
}

describe("trust add-identity", () => {
  it("lists who signs without a key, in releases and builders, and shows it", () => {
    const path = draft();
    const { exitCode, stdout, stderr } = add(path, { more: ["--timestamp", "--threshold", "1"] });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(unwrapped(stdout)).toContain(`CI (release-workflow): ${IDENTITY}, vouched for by ${ISSUER}`);
    expect(unwrapped(stdout)).toContain("with log entry and timestamp");
    const written = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    expect(written).toMatchObject({
      identities: [
        {
          id: "release-workflow",
          holder: "CI",
          issuer: ISSUER,
          san: IDENTITY,
          sourceRepositoryId: REPOSITORY_ID,
          sigstoreRootSha256: sha256Hex(readFileSync(one)),
          requireTlog: true,
          requireTimestamp: true,
        },
      ],
      builders: [{ members: ["release-workflow"] }],
      roles: { release: [{ members: ["release-workflow"] }, { members: ["release-workflow"] }] },
    });
  });

  it("lets one speak for the builder alone", () => {
    const path = draft();
    expect(add(path, { more: ["--role", "builder", "--no-log"] }).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      identities: [{ requireTlog: false, requireTimestamp: false }],
      builders: [{ members: ["release-workflow"] }],
      roles: { release: [{ members: [] }, { members: [] }] },
    });
  });

  it("refuses an id that is taken, one that is no file name, and a root that is none", () => {
    const path = draft();
    expect(add(path).exitCode).toBe(0);
    const before = readFileSync(path, "utf8");
    expect(add(path)).toMatchObject({ exitCode: 2 });
    expect(add(path, { id: "../up" })).toMatchObject({ exitCode: 2 });
    expect(add(path, { id: "Upper" })).toMatchObject({ exitCode: 2 });
    expect(add(path, { id: "other", root: path })).toMatchObject({ exitCode: 3 });
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("refuses a root that could never prove what is asked", () => {
    const document = JSON.parse(readFileSync(one, "utf8")) as object;
    const bare = join(folder, "bare.json");
    writeFileSync(bare, JSON.stringify({ ...document, tlogs: [], timestampAuthorities: [] }));
    expect(unwrapped(add(draft(), { root: bare }).stderr)).toContain("names no log");
    const timed = add(draft(), { root: bare, more: ["--no-log", "--timestamp"] });
    expect(unwrapped(timed.stderr)).toContain("names no authority for times");
  });
});

function out(): string {
  return join(mkdtempSync(join(folder, "out-")), "roots.json");
}

describe("trust sigstore export", () => {
  it("writes roots of files once each, in one order, with their digest", () => {
    const [first, second] = [out(), out()];
    const args = ["trust", "sigstore", "export"];
    const { exitCode, stdout } = runCli([...args, one, other, one, "--out", first, "--json"]);
    expect(exitCode).toBe(0);
    const bytes = readFileSync(first);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "cavra.sigstore-export/1",
      sha256: sha256Hex(bytes),
      roots: [{ certificateAuthorities: 1 }, { timestampAuthorities: 1 }],
    });
    expect(bytes.toString("utf8").trimEnd().split("\n")).toHaveLength(2);
    expect(runCli([...args, other, one, "--out", second]).stdout).toContain(sha256Hex(bytes));
    expect(readFileSync(second)).toEqual(bytes);
    expect(add(draft(), { root: first }).exitCode).toBe(0);
    expect(runCli([...args, one, "--out", first])).toMatchObject({ exitCode: 3 });
  });

  it("finds what other tools have fetched, and says where", () => {
    const home = mkdtempSync(join(folder, "home-"));
    const places = [
      join(home, "tuf", "tuf-repo.example", "targets"),
      join(home, "cache", "gh", ".sigstore", "root", "tuf-repo.example", "targets"),
    ];
    for (const [index, place] of places.entries()) {
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "trusted_root.json"), readFileSync(index === 0 ? one : other));
    }
    writeFileSync(join(home, "tuf", "root.json"), "{}");
    const env = {
      HOME: home,
      TUF_ROOT: join(home, "tuf"),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_DATA_HOME: join(home, "data"),
    };
    const { exitCode, stdout, stderr } = runCli(["trust", "sigstore", "export", "--out", out()], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("2 Sigstore roots");
    expect(stdout.replaceAll(/\s+/g, "")).toContain(join(places[0] ?? "", "trusted_root.json"));
  });

  it("writes nothing where there is nothing, or no root", () => {
    const home = mkdtempSync(join(folder, "empty-"));
    const env = { HOME: home, TUF_ROOT: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home };
    const none = runCli(["trust", "sigstore", "export", "--out", out()], { env });
    expect(none).toMatchObject({ exitCode: 3, stdout: "" });
    expect(unwrapped(none.stderr)).toContain("no Sigstore root was found on this machine");
    const wrong = join(folder, "wrong.json");
    writeFileSync(wrong, "{}");
    expect(runCli(["trust", "sigstore", "export", wrong, "--out", out()])).toMatchObject({ exitCode: 3 });
  });
});
