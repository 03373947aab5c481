import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeEnvelope } from "../../src/formats/dsse.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { sampleOf } from "../../scripts/tampered/samples.ts";
import { envelopeAt, judgeUnder, putSignature, RELEASE_ENVELOPE } from "../support/signed-subject.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench } from "../support/tampering-bench.ts";
import { signedTestRoot, testKey, testTrustRoot } from "../support/trust.ts";

// Attacks that no other verifier is known to have fallen for, on what is peculiar to cavra.
const bench = tamperingBench();
const ADA = testKey("release-ada").publicKey.keyId;
const ATTACKER = testKey("attacker");

async function genuine(): Promise<string> {
  return bench.attack({ signedBy: "none" });
}

describe("a grafted signature set", () => {
  it("of another release fails under every combination of its files", async () => {
    const { signatures } = sampleOf(bench.samples(), "v0.2.0-rc.1");
    for (const [name, bytes] of signatures) {
      const subject = await genuine();
      putSignature(subject, name, bytes);
      const { verdict } = await bench.judge(subject);
      expect({ name, exitCode: verdict.exitCode }).toEqual({ name, exitCode: 1 });
    }
  });

  it("that is a link to the set of another place is none", async () => {
    const subject = await genuine();
    const folder = `${subject}.sigs`;
    const elsewhere = join(dirname(subject), "elsewhere");
    mkdirSync(elsewhere);
    cpSync(folder, elsewhere, { recursive: true });
    rmSync(folder, { recursive: true });
    symlinkSync(basename(elsewhere), folder);
    expect(outcomeOf(await bench.judge(subject)).findings).toEqual(["release.envelope-malformed"]);
  });
});

describe("ground prefixes: what is cut to 16 digits for a file name is compared at full length", () => {
  it("a key id that begins like Ada's is not Ada", async () => {
    const subject = await genuine();
    const envelope = envelopeAt(subject);
    const ground = ADA.slice(0, 16) + ATTACKER.publicKey.keyId.slice(16);
    const signatures = envelope.signatures.map((own) =>
      own.keyid === ADA ? { ...own, keyid: ground } : own,
    );
    putSignature(subject, RELEASE_ENVELOPE, writeEnvelope({ ...envelope, signatures }));
    const { findings } = outcomeOf(await bench.judge(subject));
    expect(findings).toEqual(["release.threshold-not-met"]);
  });

  it("a stock copy under a file name that begins like Ada's key must verify under Ada's key", async () => {
    const subject = await genuine();
    const name = `checksums.${ADA.slice(0, 16)}.sig`;
    putSignature(subject, name, Buffer.alloc(64, 7));
    expect(outcomeOf(await bench.judge(subject)).findings).toEqual(["signatures.copy-invalid"]);
  });

  it("a digest that differs behind its first 16 digits differs", async () => {
    const envelope = envelopeAt(await genuine());
    const statement = JSON.parse(Buffer.from(envelope.payload).toString()) as {
      readonly subject: readonly { readonly digest: { readonly sha256: string } }[];
    };
    const sha256 = statement.subject[0]?.digest.sha256 ?? "";
    const ground =
      sha256.slice(0, 16) + sha256.slice(16).replaceAll(/[0-9a-f]/g, (digit) => (digit === "0" ? "1" : "0"));
    const found = await bench.found({ statement: { set: { "subject.0.digest.sha256": ground } } });
    expect(found).toEqual(["release.subject-differs"]);
  });
});

describe("a trust root that is withheld", () => {
  it("is missed by the release that its signers made under it", async () => {
    const found = await bench.found({ statement: { set: { "predicate.rootVersion": 2 } } });
    expect(found).toEqual(["release.root-behind"]);
  });

  it("is missed by the one that comes after it", async () => {
    const subject = await genuine();
    const third = testTrustRoot((root) => ({ ...root, version: 3 }));
    putSignature(subject, "root.3.dsse.json", signedTestRoot(third));
    const { exitCode, findings } = outcomeOf(await bench.judge(subject));
    expect({ exitCode, findings }).toEqual({ exitCode: 4, findings: ["trust.chain-gap"] });
  });

  it("of 8 MiB is no root, and is not parsed", async () => {
    const subject = await genuine();
    putSignature(subject, "root.2.dsse.json", Buffer.alloc(8 * 1024 * 1024, "["));
    const startedMs = performance.now();
    expect(outcomeOf(await bench.judge(subject)).findings).toEqual(["trust.successor-malformed"]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});

describe("builder.id, claimed with the key of another builder", () => {
  const HOSTED = "https://builders.example/hosted/v1";
  const twoBuilders = (hosted: readonly string[]): TrustRoot =>
    testTrustRoot((root) => ({
      ...root,
      builders: [...root.builders, { id: HOSTED, members: hosted, maxBuildLevel: 3 }],
    }));
  const claimed = async (): Promise<string> =>
    bench.attack({
      package: [
        {
          "edit-json": {
            path: "cavra-runtime.provenance.intoto.json",
            set: { "predicate.runDetails.builder.id": HOSTED },
          },
        },
        { "edit-json": { path: "release-evidence.json", set: { builder_id: HOSTED } } },
      ],
      rebuild: "all-layers",
    });

  it("is not believed: the signers are those of the builder that is named, not of any builder", async () => {
    const { keyId, spki } = ATTACKER.publicKey;
    const root = twoBuilders([keyId]);
    const [other] = root.keys;
    if (other === undefined) throw new Error("the root has keys");
    const publicKey = Buffer.from(spki).toString("base64");
    const withKey = { ...root, keys: [...root.keys, { ...other, keyId, publicKey, holder: "Hosted" }] };
    const { findings } = outcomeOf(await judgeUnder(await claimed(), signedTestRoot(withKey)));
    expect(findings).toEqual(["provenance.signer-not-trusted"]);
  });

  it("is believed of its own key", async () => {
    const { findings } = outcomeOf(await judgeUnder(await claimed(), signedTestRoot(twoBuilders([ADA]))));
    expect(findings).toEqual([]);
  });
});

describe("equivocation: two releases under one counter", () => {
  it("the other one of the pair fails beside a known one", async () => {
    // With a record of what passed: test/flows/verify-recorded.test.ts.
    const twin = await bench.attack({
      package: [{ "edit-json": { path: "release-evidence.json", set: { expires: 1_900_000_000 } } }],
      rebuild: "all-layers",
    });
    const { findings } = outcomeOf(await bench.judge(twin, { previous: "v0.1.0" }));
    expect(findings).toContain("release.equivocation");
  });
});
