import { describe, expect, it } from "vitest";
import { keyIdOf } from "../../src/crypto/keys.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { encodeBase64 } from "../../src/formats/base64.ts";
import { canonicalJson } from "../../src/formats/canonical-json.ts";
import { writeEnvelope } from "../../src/formats/dsse.ts";
import type { JsonValue } from "../../src/formats/json.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { ReleaseRole, TrustRoot } from "../../src/model/trust-root.ts";
import {
  signedTestRoot,
  TEST_NOW,
  testEnvelope,
  testIdentity,
  testKey,
  testTrustRoot,
} from "../support/trust.ts";

const ada = testKey("release-ada").publicKey.keyId;
const rootKey = testKey("root").publicKey.keyId;

function reasonOf(bytes: Uint8Array): string {
  const loaded = loadTrustRoot("root.json", bytes, TEST_NOW);
  return loaded.ok ? "accepted" : loaded.reason;
}

/** The reason for any JSON that the root holder signed. */
const signed = (value: JsonValue): string =>
  reasonOf(writeEnvelope(testEnvelope(canonicalJson(value), TRUST_ROOT_PAYLOAD_TYPE, ["root"])));
const spoiled = (change: (root: TrustRoot) => TrustRoot): string =>
  reasonOf(signedTestRoot(testTrustRoot(change)));
const streams = (root: TrustRoot, change: (role: ReleaseRole) => ReleaseRole): TrustRoot => ({
  ...root,
  roles: { ...root.roles, release: root.roles.release.map(change) },
});
const firstKey = (root: TrustRoot, change: object): TrustRoot => ({
  ...root,
  keys: root.keys.map((key, index) => (index === 1 ? { ...key, ...change } : key)),
});

const WORKFLOW = testIdentity();

describe("a trust root", () => {
  it("loads when its root holders signed it", () => {
    const loaded = loadTrustRoot("root.json", signedTestRoot(), TEST_NOW);
    expect(loaded.ok && loaded.value.root.product).toBe("cavra-runtime");
    expect(loaded.ok && loaded.value.payloadSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, (root: TrustRoot) => TrustRoot, RegExp]>([
    [
      "threshold 0",
      (root) => streams(root, (role) => ({ ...role, threshold: 0 })),
      /threshold 0; the least is 1/,
    ],
    [
      "more needed than there are holders",
      (root) => streams(root, (role) => ({ ...role, threshold: 3 })),
      /needs 3 holders and its members have 2/,
    ],
    [
      "two keys of one person that should count twice",
      (root) => ({
        ...streams(root, (role) => ({ ...role, threshold: 2 })),
        keys: root.keys.map((key) => ({ ...key, holder: "Ada" })),
      }),
      /needs 2 holders and its members have 1/,
    ],
    [
      "a root key that also releases",
      (root) => streams(root, (role) => ({ ...role, members: [...role.members, rootKey] })),
      /also has another role/,
    ],
    [
      "a member that is not listed",
      (root) => streams(root, (role) => ({ ...role, members: [...role.members, "nobody"] })),
      /names nobody/,
    ],
    [
      "a member that is listed twice",
      (root) => streams(root, (role) => ({ ...role, members: [ada, ada] })),
      /listed twice/,
    ],
    [
      "a key id that is not its key's",
      (root) => firstKey(root, { keyId: "0".repeat(64) }),
      /is not the key id of its public key/,
    ],
    ["a weak key", weakKey, /weak key/],
    [
      "a period that ends before it begins",
      (root) => firstKey(root, { notAfter: "2020-01-01T00:00:00Z" }),
      /ends before it begins/,
    ],
    [
      "a waiver role held by a releaser",
      (root) => ({ ...root, roles: { ...root.roles, waiver: { members: [ada], threshold: 1 } } }),
      /also signs releases/,
    ],
    ...(["root", "waiver", "rebuild"] as const).map(
      (name): [string, (root: TrustRoot) => TrustRoot, RegExp] => [
        `a ${name} role of somebody without a key`,
        (root) => {
          const role = root.roles[name];
          const members = [...role.members, WORKFLOW.id];
          return {
            ...root,
            identities: [WORKFLOW],
            roles: { ...root.roles, [name]: { members, threshold: 1 } },
          };
        },
        /names workflow, which has no key to sign with/,
      ],
    ),
    [
      "an identity whose id is taken",
      (root) => ({ ...root, identities: [WORKFLOW, WORKFLOW] }),
      /key or identity workflow is listed twice/,
    ],
    [
      "the same stream twice",
      (root) => ({
        ...root,
        roles: { ...root.roles, release: [...root.roles.release, ...root.roles.release] },
      }),
      /release stream main\/stable is listed twice/,
    ],
  ])("is refused with %s", (_name, change, reason) => {
    expect(spoiled(change)).toMatch(reason);
  });

  it("is refused when it is signed by others, by nobody it names, or as another kind of document", () => {
    expect(reasonOf(signedTestRoot(testTrustRoot(), ["attacker"]))).toMatch(/signed by 0 of 1 root holders/);
    expect(reasonOf(signedTestRoot(testTrustRoot(), ["release-ada"]))).toMatch(
      /signed by 0 of 1 root holders/,
    );
    const other = testEnvelope(writeTrustRoot(testTrustRoot()), "application/vnd.in-toto+json", ["root"]);
    expect(reasonOf(writeEnvelope(other))).toBe("is not an envelope of a trust root");
  });

  it("is refused when any member is missing, unknown or of another type", () => {
    const json = JSON.parse(Buffer.from(writeTrustRoot(testTrustRoot())).toString()) as {
      [member: string]: JsonValue;
    };
    expect(signed(json)).toBe("accepted");
    for (const member of Object.keys(json)) {
      const { [member]: _removed, ...rest } = json;
      expect(signed(rest)).toBe(`${member} is missing`);
      expect(signed({ ...json, [member]: false })).toMatch(new RegExp(`^${member} must be`));
    }
    expect(signed({ ...json, extra: 1 })).toBe("extra is not a known member");
  });

  it("is refused when any member of an identity is missing, unknown or of another type", () => {
    const json = JSON.parse(Buffer.from(writeTrustRoot(testTrustRoot())).toString()) as {
      [member: string]: JsonValue;
    };
    const withIdentity = (identity: JsonValue): string => signed({ ...json, identities: [identity] });
    expect(withIdentity({ ...WORKFLOW })).toBe("accepted");
    expect(withIdentity({ ...WORKFLOW, sourceRepositoryId: "" })).toBe("accepted");
    for (const member of Object.keys(WORKFLOW)) {
      const { [member]: _removed, ...rest } = { ...WORKFLOW } as { [member: string]: JsonValue };
      expect(withIdentity(rest)).toBe(`identities[0].${member} is missing`);
      expect(withIdentity({ ...rest, [member]: 1 })).toMatch(/must be/);
    }
    for (const member of ["id", "issuer", "san", "holder", "sigstoreRootSha256"])
      expect(withIdentity({ ...WORKFLOW, [member]: "" })).toMatch(/must be/);
    for (const id of ["A", "../x", "a.b", "-a", "a".repeat(64)])
      expect(withIdentity({ ...WORKFLOW, id })).toMatch(/must be/);
    expect(withIdentity({ ...WORKFLOW, pattern: ".*" })).toBe("identities[0].pattern is not a known member");
  });
});

/** The identity point: with it one signature "verifies" every message. */
function weakKey(root: TrustRoot): TrustRoot {
  const spki = Buffer.from(`302a300506032b6570032100${"01".padEnd(64, "0")}`, "hex");
  return firstKey(root, { publicKey: encodeBase64(spki), keyId: keyIdOf(spki) });
}
