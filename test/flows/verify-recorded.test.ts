import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseTrustState } from "../../src/crypto/trust-state.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { checkBundle } from "../../src/flows/verify-bundle.ts";
import { pinTrustRoot } from "../../src/flows/trust-root.ts";
import { readPin, type MemoryRequest } from "../../src/flows/trust-source.ts";
import type { Report } from "../../src/model/report.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import type { TrustState } from "../../src/model/trust-state.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { SMALL_CANDIDATE, SMALL_FIRST, SMALL_TOOL, writeSmallRelease } from "../support/small-release.ts";
import { signedTestRoot, TEST_NOW, testKey, testTrustRoot } from "../support/trust.ts";

const PRODUCT = "cavra-runtime";
const folder = scratchFolder();
const home = join(folder, "home");
const pins = join(home, "trust");
const earlierHome = process.env["CAVRA_HOME"];
const root = testTrustRoot();
const second: TrustRoot = { ...root, version: 2, revoked: { members: [boId()], manifests: [] } };
const releases: Record<"first" | "twin" | "next" | "orphan", string> = {
  first: "",
  twin: "",
  next: "",
  orphan: "",
};

beforeAll(async () => {
  process.env["CAVRA_HOME"] = home;
  const first = await writeSmallRelease(join(folder, "first"), SMALL_FIRST);
  const twin = { ...SMALL_FIRST, sourceDateEpoch: SMALL_FIRST.sourceDateEpoch + 60 };
  const next = { ...SMALL_CANDIDATE, version: "0.2.0", channel: "stable" };
  const previous = { version: "0.1.0", manifestSha256: first.manifestSha256 };
  releases.first = first.zip;
  releases.twin = (await writeSmallRelease(join(folder, "twin"), twin)).zip;
  releases.next = (await writeSmallRelease(join(folder, "next"), { ...next, previous })).zip;
  const other = { version: "0.1.0", manifestSha256: "0".repeat(64) };
  releases.orphan = (await writeSmallRelease(join(folder, "orphan"), { ...next, previous: other })).zip;
}, 120_000);
afterAll(() => {
  process.env["CAVRA_HOME"] = earlierHome;
});
beforeEach(async () => {
  rmSync(pins, { recursive: true, force: true });
  await pin(root);
});

async function pin(of: TrustRoot): Promise<boolean> {
  const file = join(folder, `root-${of.version}.json`);
  writeFileSync(file, signedTestRoot(of));
  return (await pinTrustRoot(file, sha256Hex(writeTrustRoot(of)), TEST_NOW)).forgot;
}

async function verify(path: string, use: MemoryRequest["use"] = "record", now = TEST_NOW): Promise<Report> {
  return await checkBundle({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy({ now }),
    trust: await readPin(PRODUCT, now, { use, isRequired: false }),
    extractTo: undefined,
    copyTo: undefined,
  });
}

async function outcome(...given: Parameters<typeof verify>): Promise<readonly string[]> {
  const { verdict, findings } = await verify(...given);
  return [verdict.word, ...findings.map(({ id }) => id)];
}

function state(): TrustState {
  const path = join(pins, `${PRODUCT}.state.json`);
  const read = parseTrustState(path, readFileSync(path), PRODUCT);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

describe("a record beside the pin", () => {
  it("remembers what passed, and refuses what is older", async () => {
    expect(state().streams.size).toBe(0);
    expect(await outcome(releases.next)).toEqual(["PASS"]);
    expect([...state().streams]).toMatchObject([
      ["cavra-runtime/go-runtime/main/stable", { counter: 2, version: "0.2.0" }],
    ]);
    const before = readFileSync(join(pins, `${PRODUCT}.state.json`), "utf8");
    expect(await outcome(releases.first)).toEqual([
      "FAIL",
      "release.older-than-recorded",
      "release.older-than-recorded",
    ]);
    expect(readFileSync(join(pins, `${PRODUCT}.state.json`), "utf8")).toBe(before);
    expect(await outcome(releases.next)).toEqual(["PASS"]);
  });

  it("follows the releases one by one, and tells a twin and a stranger", async () => {
    expect(await outcome(releases.first)).toEqual(["PASS"]);
    expect(await outcome(releases.twin)).toEqual(["FAIL", "release.equivocation"]);
    expect(await outcome(releases.orphan)).toEqual(["FAIL", "release.lineage-broken"]);
    expect(await outcome(releases.next)).toEqual(["PASS"]);
    expect(state().streams.size).toBe(1);
  });

  it("is left alone with --no-record, and neither read nor written with --stateless", async () => {
    expect(await outcome(releases.next, "read")).toEqual(["PASS"]);
    expect(state().streams.size).toBe(0);
    expect(await outcome(releases.next)).toEqual(["PASS"]);
    expect((await outcome(releases.first, "read"))[0]).toBe("FAIL");
    expect(await outcome(releases.first, "none")).toEqual(["PASS"]);
  });

  it("believes no clock that is earlier than what it saw, until the root is pinned again", async () => {
    expect(await outcome(releases.first, "record", TEST_NOW)).toEqual(["PASS"]);
    // The time was typed, so only what was signed counts.
    expect(state().latestTime).toBe(SMALL_FIRST.sourceDateEpoch);
    const early = SMALL_FIRST.sourceDateEpoch - 301;
    expect(await outcome(releases.first, "record", early)).toEqual([
      "UNKNOWN",
      "trust.clock-implausible",
      "trust.clock-implausible",
    ]);
    expect(await pin(root)).toBe(false);
    expect(state().streams.size).toBe(1);
  });

  it("is UNKNOWN when it is missing or damaged, until the root is pinned again", async () => {
    const path = join(pins, `${PRODUCT}.state.json`);
    rmSync(path);
    expect(await outcome(releases.first)).toEqual(["UNKNOWN", "trust.record-missing"]);
    expect(readdirSync(pins)).not.toContain(`${PRODUCT}.state.json`);
    writeFileSync(path, "{}\n");
    expect(await outcome(releases.first)).toEqual(["UNKNOWN", "trust.record-damaged"]);
    expect(await pin(root)).toBe(true);
    expect(await outcome(releases.first)).toEqual(["PASS"]);
  });

  it("remembers a later root that came beside a package, when the next one withholds it", async () => {
    const sigs = `${releases.first}.sigs`;
    writeFileSync(join(sigs, "root.2.dsse.json"), signedTestRoot(second));
    expect(await outcome(releases.first)).toEqual(["PASS"]);
    expect(state()).toMatchObject({ rootVersion: 2, rootSha256: sha256Hex(writeTrustRoot(second)) });
    rmSync(join(sigs, "root.2.dsse.json"));
    const { verdict, trust } = await verify(releases.first);
    expect([verdict.word, trust?.version]).toEqual(["PASS", 2]);
    await expect(pin(root)).rejects.toMatchObject({ code: "refused" });
    const twin = { ...second, expires: "2030-01-01T00:00:00Z" };
    await expect(pin(twin)).rejects.toMatchObject({ code: "refused" });
    const named = readdirSync(pins).filter((name) =>
      name.includes(sha256Hex(writeTrustRoot(second)).slice(0, 16)),
    );
    for (const name of named) rmSync(join(pins, name));
    expect(await outcome(releases.first)).toEqual(["UNKNOWN", "trust.record-damaged"]);
  });

  it("keeps what several verifications at once have left", async () => {
    const all = [releases.first, releases.next, releases.first, releases.next];
    const words = await Promise.all(all.map(async (path) => (await outcome(path))[0]));
    expect(words.filter((word) => word === "PASS").length).toBeGreaterThanOrEqual(2);
    expect([words[1], words[3]]).toEqual(["PASS", "PASS"]);
    expect([...state().streams.values()]).toMatchObject([{ counter: 2 }]);
  });
});

function boId(): string {
  return testKey("release-bo").publicKey.keyId;
}
