import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { sigstoreRootFile } from "../../src/formats/keyless-files.ts";
import type { KeylessOptions } from "../../src/flows/sign-keyless.ts";
import { signRelease } from "../../src/flows/sign-release.ts";
import type { TrustedIdentity } from "../../src/model/trust-root.ts";
import { KEYLESS_HOLDER, KeylessScene, workflowToken, type Attempt } from "../support/keyless-scene.ts";
import { testPolicy } from "../support/policy.ts";
import { judgeUnder } from "../support/signed-subject.ts";
import { ISSUER } from "../support/sigstore-world.ts";
import { SMALL_TOOL, smallTrust } from "../support/small-release.ts";
import { findingIds } from "../support/small-world.ts";
import { TEST_NOW, testKey } from "../support/trust.ts";

const scene = new KeylessScene();

describe("release sign --keyless", () => {
  it("signs statement and provenance, and the release passes", async () => {
    const root = scene.root();
    const { signed, zip } = await scene.sign({ root });
    expect(signed.report.verdict.word).toBe("PASS");
    expect(signed.holder).toBe(KEYLESS_HOLDER);
    expect(readdirSync(`${zip}.sigs`).toSorted()).toEqual([
      "provenance.sigstore.json",
      "release.dsse.json",
      "release.workflow.sigstore.json",
      sigstoreRootFile(sha256Hex(readFileSync(scene.sigstoreRoot))),
    ]);
    expect(scene.asked).toEqual(["fulcio", "rekor", "fulcio", "rekor"]);
    const report = await judgeUnder(zip, root, { now: TEST_NOW });
    expect(report.findings).toEqual([]);
    expect(report.threshold).toMatchObject({ needed: 1, holders: 1 });
  });

  it.each<[string, Partial<TrustedIdentity>, Partial<KeylessOptions["services"]>, readonly string[]]>([
    ["the second API of Rekor, with a timestamp", {}, { rekorApi: 2 }, ["fulcio", "rekorV2", "tsa"]],
    ["log and timestamp", { requireTimestamp: true }, {}, ["fulcio", "rekor", "tsa"]],
    [
      "a timestamp alone, where no log is required",
      { requireTlog: false },
      { rekorUrl: undefined },
      ["fulcio", "tsa"],
    ],
  ])("is witnessed by %s", async (_what, change, given, services) => {
    const urls = {
      tsaUrl: scene.stack.urls.tsa,
      ...(given.rekorApi === 2 ? { rekorUrl: scene.stack.urls.rekorV2 } : {}),
    };
    const root = scene.root(change, false);
    // Without a builder's signature over the provenance the release is not whole; the threshold is met all the same.
    const { signed } = await scene.sign({ root, services: { ...given, ...urls } });
    expect(scene.asked.toSorted()).toEqual([...services].toSorted());
    expect(signed.report.threshold).toMatchObject({ needed: 1, holders: 1 });
    expect(findingIds(signed.report, "error", "unknown")).toEqual(["provenance.unsigned"]);
  });

  it("joins the holders of keys, before and after", async () => {
    const root = scene.root({}, true, 3);
    const zip = await scene.unsignedZip();
    const withKey = async (name: "release-ada" | "release-bo") =>
      signRelease({
        tool: SMALL_TOOL,
        path: zip,
        trust: smallTrust(root),
        signer: keySigner(testKey(name)),
        copies: "none",
        policy: testPolicy({ expectStream: false }),
      });
    await withKey("release-ada");
    const { signed } = await scene.sign({ zip, root });
    expect(signed.report.threshold).toMatchObject({ needed: 3, holders: 2 });
    expect((await withKey("release-bo")).report.verdict.word).toBe("PASS");

    const other = await scene.unsignedZip();
    await scene.sign({ zip: other, root });
    const joined = await signRelease({
      tool: SMALL_TOOL,
      path: other,
      trust: smallTrust(root),
      signer: keySigner(testKey("release-ada")),
      copies: "none",
      policy: testPolicy({ expectStream: false }),
    });
    expect(joined.report.threshold).toMatchObject({ needed: 3, holders: 2 });
    expect(findingIds(joined.report, "warning")).toEqual([]);
  });

  it("does not sign twice: each signature is an entry in a log", async () => {
    const { zip } = await scene.sign();
    scene.stack.reset();
    await expect(scene.sign({ zip })).rejects.toThrow("this identity has signed this release already");
    expect(scene.stack.hits).toEqual([]);
  });
});

describe("where the token comes from", () => {
  const none = { tokenFile: undefined };

  it("is the file, then the variable, then GitHub", async () => {
    vi.stubEnv("SIGSTORE_ID_TOKEN", workflowToken({ iss: "https://variable.example" }));
    vi.stubEnv("ACTIONS_ID_TOKEN_REQUEST_URL", `${scene.stack.urls.github}/token?api-version=2`);
    vi.stubEnv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "bearer-canary");
    scene.stack.giveToken(workflowToken());
    expect((await scene.sign()).signed.report.verdict.word).toBe("PASS");
    expect(scene.asked).not.toContain("github");
    expect((await scene.refusal({ options: none })).details.found).toBe("https://variable.example");
    vi.stubEnv("SIGSTORE_ID_TOKEN", "");
    scene.stack.fail("github", "503", "reset");
    expect((await scene.sign({ options: none })).signed.report.verdict.word).toBe("PASS");
    expect(scene.stack.hits.filter(({ service }) => service === "github").map(({ path }) => path)).toEqual(
      Array.from({ length: 3 }, () => "/token?api-version=2&audience=sigstore"),
    );
  });

  it("is asked of Buildkite's agent when there is nothing else", async () => {
    const bin = mkdtempSync(join(scene.folder, "bin-"));
    const script = `#!/bin/sh\n[ "$*" = "oidc request-token --audience sigstore" ] && cat "${scene.tokenFile()}"\n`;
    writeFileSync(join(bin, "buildkite-agent"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
    vi.stubEnv("BUILDKITE_AGENT_ACCESS_TOKEN", "agent");
    expect((await scene.sign({ options: none })).signed.report.verdict.word).toBe("PASS");
  });

  it("is nowhere", async () => {
    expect((await scene.refusal({ options: none })).message).toBe("there is no identity token to sign with");
  });

  it("must be a file that nobody else may read", async () => {
    const open = join(scene.folder, "open-token");
    writeFileSync(open, workflowToken(), { mode: 0o644 });
    expect((await scene.refusal({ options: { tokenFile: open } })).message).toContain(
      "may be read by others",
    );
  });
});

describe("what is refused before anything is sent", () => {
  it.each<[string, object]>([
    ["is made out for somebody else", { aud: "npm" }],
    ["is made out for somebody else", { aud: ["sigstore", "npm"] }],
    ["is made out for somebody else", { aud: [] }],
    ["has run out", { exp: TEST_NOW - 1 }],
    ["is about to", { exp: TEST_NOW + 20 }],
    ["is not valid yet", { nbf: TEST_NOW + 300 }],
    ["is of another issuer", { iss: `${ISSUER}/` }],
    ["is of another workflow", { job_workflow_ref: "o/r/.github/workflows/other.yml@refs/tags/v1.0.0" }],
    ["is of another repository", { repository_id: "1" }],
    ["is somebody else's", { email: "ada@example.com", email_verified: true }],
    ["has no claims that can be read", { exp: "soon" }],
    ["has no claims that can be read", { sub: "" }],
  ])("a token that %s: %o", async (message, claims) => {
    const error = await scene.refusal({ options: { tokenFile: scene.tokenFile(workflowToken(claims)) } });
    expect(error.message).toContain(message);
    expect(scene.stack.hits).toEqual([]);
  });

  it.each(["", "a.b", "a.b.c.d", "one two", "x".repeat(40_000)])("what is no token: %s", async (token) => {
    await scene.refusal({ options: { tokenFile: scene.tokenFile(token) } });
    expect(scene.stack.hits).toEqual([]);
  });

  it.each<[string, Attempt]>([
    ["no such identity may sign", { options: { identity: "somebody" } }],
    ["--fulcio-url is not an https address", { services: { fulcioUrl: "http://fulcio.example" } }],
    ["--rekor-url is not an https address", { services: { rekorUrl: "ftp://127.0.0.1" } }],
    ["the Sigstore root of this identity is needed", { options: { sigstoreRoot: undefined } }],
  ])("%s", async (message, attempt) => {
    expect((await scene.refusal(attempt)).message).toContain(message);
    expect(scene.stack.hits).toEqual([]);
  });

  it("another Sigstore root than the trust root names", async () => {
    const other = join(scene.folder, "other-root.json");
    writeFileSync(other, JSON.stringify({ ...scene.stack.trustedRoot, ctlogs: [] }));
    expect((await scene.refusal({ options: { sigstoreRoot: other } })).message).toContain(
      "is not the Sigstore root",
    );
    expect(scene.stack.hits).toEqual([]);
  });

  it("a package that does not hold together", async () => {
    const zip = await scene.unsignedZip();
    writeFileSync(zip, readFileSync(zip).subarray(0, -1));
    expect((await scene.refusal({ zip })).message).toContain("is not a sound package");
    expect(scene.stack.hits).toEqual([]);
  });
});
