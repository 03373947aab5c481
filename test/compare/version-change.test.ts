import { describe, expect, it } from "vitest";
import {
  naturalPrereleaseOrder,
  prereleaseIds,
  unsafeNumericIds,
} from "../../src/compare/prerelease-order.ts";
import { repositoryName } from "../../src/compare/repository-name.ts";
import { unversioned } from "../../src/compare/unversioned.ts";
import { bumpSuffices, versionChange } from "../../src/compare/version-change.ts";

describe("the step between two versions", () => {
  it.each([
    ["1.2.3", "1.2.4", "patch", "patch"],
    ["1.2.3", "1.3.0", "minor", "minor"],
    ["1.2.3", "2.0.0", "major", "major"],
    ["0.2.3", "0.2.4", "patch", "patch"],
    ["0.2.3", "0.3.0", "minor", "major"],
    ["0.9.0", "1.0.0", "major", "major"],
    ["1.2.3", "1.3.0-rc.1", "minor", "minor"],
    ["1.2.3", "2.0.0-rc.1", "major", "major"],
    ["1.3.0-rc.1", "1.3.0-rc.2", "prerelease", "minor"],
    ["1.3.0-rc.1", "1.3.0", "prerelease", "minor"],
    ["2.0.0-rc.1", "2.0.0", "prerelease", "major"],
    ["0.3.0-rc.1", "0.3.0", "prerelease", "major"],
    ["1.2.4-dev.1", "1.2.4", "prerelease", "patch"],
    ["2.0.0-rc.1", "2.0.1", "patch", "major"],
    ["1.2.3", "1.2.3", "none", null],
    ["1.2.3", "1.2.3+7", "build", null],
    ["1.2.3", "1.2.3-rc.1", "downgrade", null],
    ["v1.2.3", "1.2.4", null, null],
    ["1.2.3", "2026.05", null, null],
  ])("%s to %s is %s and allows %s", (from, to, bump, allows) => {
    expect(versionChange(from, to)).toMatchObject({ bump, allows });
  });

  it("allows what is no larger than the step", () => {
    expect(bumpSuffices("minor", "major")).toBe(true);
    expect(bumpSuffices("major", "minor")).toBe(false);
    expect(bumpSuffices("patch", null)).toBe(false);
  });
});

describe("pre-release identifiers", () => {
  it("are read as written", () => {
    expect(prereleaseIds("1.0.0-rc.1+build-7.x")).toEqual(["rc", "1"]);
    expect(prereleaseIds("1.0.0+build-7")).toEqual([]);
    expect(prereleaseIds("1.0-rc.1")).toEqual([]);
  });

  it("are unsafe above 2^53-1", () => {
    expect(unsafeNumericIds("1.0.0-rc.9007199254740991")).toEqual([]);
    expect(unsafeNumericIds("1.0.0-rc.9007199254740992")).toEqual(["9007199254740992"]);
    expect(unsafeNumericIds("1.0.0-a9007199254740992")).toEqual([]);
  });

  it.each([
    [["rc9"], ["rc10"], -1],
    [["RC", "1"], ["alpha", "9"], 1],
    [["rc", "9"], ["rc", "10"], -1],
    [["RC"], ["rc"], 0],
    [["dev", "1a2b3c"], ["dev", "9f8e7d"], 0],
    [["rc"], ["rc", "1"], -1],
    [["rc007"], ["rc7"], 0],
  ])("a person reads %j against %j as %i", (a, b, order) => {
    expect(naturalPrereleaseOrder(a, b)).toBe(order);
    expect(naturalPrereleaseOrder(b, a)).toBe(order === 0 ? 0 : -order);
  });
});

describe("names without the version", () => {
  it.each([
    ["bin/agent_v1.0.0_linux_amd64", "1.0.0", "bin/agent_{version}_linux_amd64"],
    ["bin/agent-1.0.0.exe", "1.0.0", "bin/agent-{version}.exe"],
    ["bin/agent-11.0.0", "1.0.0", "bin/agent-11.0.0"],
    ["bin/agent-1.0.01", "1.0.0", "bin/agent-1.0.01"],
    ["bin/agent-3.1.0.0", "1.0.0", "bin/agent-3.1.0.0"],
    ["agent-v1.0.0-rc.1+x.zip", "1.0.0-rc.1+x", "agent-{version}.zip"],
    ["a1x0x0", "1.0.0", "a1x0x0"],
    ["anything", "", "anything"],
    ["(a+)+", "(a+)+", "{version}"],
  ])("%s of %s is %s", (text, version, expected) => {
    expect(unversioned(text, version)).toBe(expected);
  });
});

describe("names of repositories", () => {
  it.each([
    "https://example.com/acme/agent",
    "https://EXAMPLE.com/acme/agent.git",
    "git+https://example.com/acme/agent/",
    "git@example.com:acme/agent.git",
    "ssh://git@example.com/acme/agent",
  ])("%s is one", (location) => {
    expect(repositoryName(location)).toBe("example.com/acme/agent");
  });

  it.each([
    "https://example.com/acme/agent-fork",
    "https://example.com/Acme/agent",
    "https://example.org/acme/agent",
    "https://example.com:8443/acme/agent",
    "",
    "not a repository",
    "https://",
  ])("%s is another", (location) => {
    expect(repositoryName(location)).not.toBe("example.com/acme/agent");
  });
});
