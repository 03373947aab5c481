import { describe, expect, it } from "vitest";
import { trustRootProblems } from "../../src/crypto/root-problems.ts";
import { addKey, draftTrustRoot, type RoleName } from "../../src/make/trust-draft.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { testKey, type TestKeyName } from "../support/trust.ts";

const DRAFT = draftTrustRoot({
  product: "cavra-runtime",
  purpose: "production",
  line: "main",
  channels: ["stable", "rc"],
  builderId: "https://example.com/builder",
  issued: 1_767_225_600,
  validDays: 365,
});

function add(
  root: TrustRoot,
  name: TestKeyName,
  holder: string,
  role: RoleName,
  threshold?: number,
): TrustRoot {
  return addKey(root, testKey(name).publicKey, holder, role, threshold);
}

const idOf = (name: TestKeyName): string => testKey(name).publicKey.keyId;

const reasonsOf = (root: TrustRoot): readonly string[] => trustRootProblems(root).map(({ reason }) => reason);

describe("a trust root draft", () => {
  it("begins without keys, in date, and says itself what is missing", () => {
    expect(DRAFT).toMatchObject({
      version: 1,
      issued: "2026-01-01T00:00:00Z",
      expires: "2027-01-01T00:00:00Z",
    });
    expect(reasonsOf(DRAFT)).toEqual([
      "role root needs 1 holder and its members have 0",
      "role release main/stable needs 1 holder and its members have 0",
      "role release main/rc needs 1 holder and its members have 0",
    ]);
  });

  it("makes sense with one root key and one release key, the builder's too", () => {
    const root = add(add(DRAFT, "root", "Ruth", "root"), "release-ada", "Ada", "release");
    expect(reasonsOf(root)).toEqual([]);
    expect(root.roles.root.members).toEqual([idOf("root")]);
    expect(root.roles.release.map(({ members }) => members)).toEqual([
      [idOf("release-ada")],
      [idOf("release-ada")],
    ]);
    expect(root.builders).toEqual([
      { id: "https://example.com/builder", members: [idOf("release-ada")], maxBuildLevel: 1 },
    ]);
    expect(
      root.keys.every(({ notBefore, notAfter }) => notBefore === root.issued && notAfter >= root.expires),
    ).toBe(true);
  });

  it("lists a key once, and keeps a threshold until another is given", () => {
    const one = add(DRAFT, "release-ada", "Ada", "release");
    const two = add(add(one, "release-ada", "Ada", "release"), "release-bo", "Bo", "release", 2);
    expect(two.keys.map(({ holder }) => holder)).toEqual(["Ada", "Bo"]);
    expect(two.roles.release.map(({ threshold, members }) => [threshold, members.length])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(add(two, "attacker", "Cleo", "release").roles.release[0]?.threshold).toBe(2);
    expect(add(DRAFT, "release-ada", "Ada", "waiver").roles.waiver).toEqual({
      members: [idOf("release-ada")],
      threshold: 1,
    });
  });

  it("counts two keys of one person once", () => {
    const both = add(add(DRAFT, "release-ada", "Ada", "release"), "release-bo", "Ada", "release", 2);
    expect(reasonsOf(both)).toContain("role release main/stable needs 2 holders and its members have 1");
  });

  it("refuses a key under a second name, and changes nothing that it was given", () => {
    const root = add(DRAFT, "release-ada", "Ada", "release");
    const before = JSON.stringify(root);
    expect(() => add(root, "release-ada", "Eve", "release")).toThrow("this key already belongs to Ada");
    add(root, "release-bo", "Bo", "rebuild", 1);
    expect(JSON.stringify(root)).toBe(before);
  });
});
