import { describe, expect, it } from "vitest";
import { repositoryUrl } from "../../src/make/repository-url.ts";

describe("repositoryUrl", () => {
  it.each([
    ["https://github.com/acme/agent.git", "https://github.com/acme/agent"],
    ["https://user:token@GitHub.com/acme/agent/", "https://github.com/acme/agent"],
    ["https://x-access-token:abc@github.com/acme/agent?token=abc#x", "https://github.com/acme/agent"],
    ["https://git.example.com:8443/a/b/c.git", "https://git.example.com:8443/a/b/c"],
    ["git@github.com:acme/agent.git", "https://github.com/acme/agent"],
    ["ssh://git@git.example.com:2222/acme/agent.git", "https://git.example.com/acme/agent"],
    ["git.example.com:acme/agent", "https://git.example.com/acme/agent"],
    ["/srv/git/agent.git", undefined],
    ["../agent", undefined],
    ["file:///srv/git/agent.git", undefined],
    ["C:/src/agent", undefined],
    [String.raw`C:\src\agent`, undefined],
    ["https://github.com/", undefined],
    ["", undefined],
  ])("%s", (remote, expected) => {
    expect(repositoryUrl(remote)).toBe(expected);
  });
});
