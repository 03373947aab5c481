import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { PROVENANCE_BUNDLE, releaseBundleFile, sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import type { Report } from "../../src/model/report.ts";
import type { TrustedIdentity } from "../../src/model/trust-root.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { envelopeAt, judgeUnder, putSignature } from "../support/signed-subject.ts";
import {
  IDENTITY,
  ISSUER,
  REPOSITORY_ID,
  sigstoreWorld,
  type BundleParts,
  type SigstoreWorld,
} from "../support/sigstore-world.ts";
import { SMALL_FIRST, smallTrust, writeSmallRelease } from "../support/small-release.ts";
import { findingIds } from "../support/small-world.ts";
import { signedTestRoot, TEST_NOW, testTrustRoot } from "../support/trust.ts";

// A release of Ada and a workflow without a key, judged whole.
const folder = scratchFolder();
let world: SigstoreWorld;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: TEST_NOW * 1000 });
  world = await sigstoreWorld();
});
afterAll(() => {
  vi.useRealTimers();
});

const ID = "release-workflow";
const [STATEMENT, PROVENANCE] = ["release.dsse.json", "provenance.dsse.json"];

function trustedRoot(): Buffer {
  return Buffer.from(JSON.stringify(world.trustedRoot));
}

function rootWith(change: Partial<TrustedIdentity> = {}): Uint8Array {
  return signedTestRoot(
    testTrustRoot((root) => {
      const identity: TrustedIdentity = {
        id: ID,
        holder: "Release workflow",
        issuer: ISSUER,
        san: IDENTITY,
        sourceRepositoryId: REPOSITORY_ID,
        sigstoreRootSha256: sha256Hex(trustedRoot()),
        requireTlog: true,
        requireTimestamp: false,
        ...change,
      };
      const release = root.roles.release.map((role) => {
        return { ...role, members: [...role.members, ID], threshold: 2 };
      });
      const builders = root.builders.map((builder) => ({ ...builder, members: [ID] }));
      return { ...root, identities: [identity], builders, roles: { ...root.roles, release } };
    }),
  );
}

/** Ada's half; the workflow's comes from `signKeyless`. */
async function signedByAda(root: Uint8Array): Promise<string> {
  const place = mkdtempSync(join(folder, "release-"));
  const { zip } = await writeSmallRelease(place, SMALL_FIRST, {
    signers: ["release-ada"],
    trust: smallTrust(root),
  });
  return zip;
}

async function putBundle(zip: string, name: string, over: string, parts: Partial<BundleParts> = {}) {
  const { payload } = envelopeAt(zip, over);
  putSignature(zip, name, JSON.stringify(await world.makeBundle({ payload, ...parts })));
}

async function signKeyless(zip: string, parts: Partial<BundleParts> = {}): Promise<void> {
  await putBundle(zip, releaseBundleFile(ID), STATEMENT, parts);
  await putBundle(zip, PROVENANCE_BUNDLE, PROVENANCE);
  putSignature(zip, sigstoreRootFile(sha256Hex(trustedRoot())), trustedRoot());
}

async function judge(zip: string, root: Uint8Array): Promise<Report> {
  return judgeUnder(zip, root, { now: world.now });
}

describe("a release of one key and one workflow", () => {
  it("passes, and says who signed it", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    expect(findingIds(await judge(zip, root), "error")).toEqual(["release.threshold-not-met"]);
    await signKeyless(zip);
    const report = await judge(zip, root);
    expect({ word: report.verdict.word, findings: findingIds(report, "error", "unknown") }).toEqual({
      word: "PASS",
      findings: [],
    });
    expect(report.threshold).toMatchObject({ needed: 2, holders: 2 });
    expect(report.threshold?.signers.map(({ holder, algorithm }) => [holder, algorithm])).toContainEqual([
      "Release workflow",
      "sigstore",
    ]);
    expect(report.notChecked.filter(({ id }) => id.startsWith("signatures."))).toEqual([]);
  });

  it("passes when the provenance has no other signature than the workflow's", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    await signKeyless(zip);
    const payload = readFileSync(join(`${zip}.sigs`, PROVENANCE));
    rmSync(join(`${zip}.sigs`, PROVENANCE));
    expect((await judge(zip, root)).verdict.word).toBe("PASS");
    putSignature(zip, PROVENANCE, payload);
    await putBundle(zip, PROVENANCE_BUNDLE, STATEMENT);
    expect(findingIds(await judge(zip, root), "error")).toEqual(["signatures.keyless-other-payload"]);
    rmSync(join(`${zip}.sigs`, PROVENANCE));
    expect(findingIds(await judge(zip, root), "error")).toEqual(["provenance.other-release"]);
  });

  it("fails when the workflow is another, though two holders signed", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    await signKeyless(zip, { identity: `${IDENTITY}-evil` });
    const report = await judge(zip, root);
    expect(report.verdict.word).toBe("FAIL");
    expect(findingIds(report, "error")).toEqual(["signatures.keyless-wrong-identity"]);
  });

  it("evidence-swap (CVE-2022-23649, CVE-2026-22703): a genuine bundle over another release does not count", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    await signKeyless(zip, { payload: Buffer.from('{"another":"release"}') });
    expect(findingIds(await judge(zip, root), "error")).toEqual(["signatures.keyless-other-payload"]);
  });

  it("flag-removal (CVE-2022-36056): no flag lets an invalid bundle pass where keys would suffice", async () => {
    const root = rootWith();
    const place = mkdtempSync(join(folder, "release-"));
    const { zip } = await writeSmallRelease(place, SMALL_FIRST, { trust: smallTrust(root) });
    await putBundle(zip, releaseBundleFile(ID), STATEMENT, { issuer: `${ISSUER}.evil` });
    putSignature(zip, sigstoreRootFile(sha256Hex(trustedRoot())), trustedRoot());
    for (const flag of ["allowMissingProvenance", "allowMissingBootstrap", "diagnose"] as const) {
      const report = await judgeUnder(zip, root, { now: world.now, [flag]: true });
      expect(report.verdict.word).toBe("FAIL");
      expect(findingIds(report, "error")).toContain("signatures.keyless-wrong-issuer");
    }
  });

  it("fails when Ada is the holder of both", async () => {
    const root = rootWith({ holder: "Ada" });
    const zip = await signedByAda(root);
    await signKeyless(zip);
    expect(findingIds(await judge(zip, root), "error")).toEqual(["release.holder-counts-once"]);
  });

  it("fails without the Sigstore root that the trust root names", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    await signKeyless(zip);
    rmSync(join(`${zip}.sigs`, sigstoreRootFile(sha256Hex(trustedRoot()))));
    expect(findingIds(await judge(zip, root), "error")).toEqual(["signatures.keyless-root-missing"]);
  });

  it("lists what no identity has a use for as not checked", async () => {
    const root = rootWith();
    const zip = await signedByAda(root);
    await signKeyless(zip);
    putSignature(zip, releaseBundleFile("somebody"), "{}");
    const report = await judge(zip, root);
    expect(report.verdict.word).toBe("PASS");
    const others = report.notChecked.filter(({ id }) => id === "signatures.other-file");
    expect(others.map(({ reason }) => reason.split(" ")[0])).toEqual(["release.somebody.sigstore.json"]);
  });
});
