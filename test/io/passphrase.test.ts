import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { choosePassphrase, readPassphrase } from "../../src/io/passphrase.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();

function fileOf(content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(root, "case-")), "passphrase");
  writeFileSync(path, content);
  return path;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("readPassphrase", () => {
  it.each([
    ["one line", "secret\n", "secret"],
    ["a line of Windows", "secret\r\n", "secret"],
    ["no end of line", "secret", "secret"],
    ["blanks, which belong to it", "  a b  \n", "  a b  "],
    ["an empty line after it, which belongs to it", "a\n\n", "a\n"],
    ["letters of any script", "Straße 東京\n", "Straße 東京"],
  ])("takes from a file %s", async (_, content, expected) => {
    expect(await readPassphrase(fileOf(content), "?")).toBe(expected);
  });

  it("prefers the file to the environment, and the environment to asking", async () => {
    vi.stubEnv("CAVRA_KEY_PASSPHRASE", "of the environment");
    expect(await readPassphrase(fileOf("of the file\n"), "?")).toBe("of the file");
    expect(await readPassphrase(undefined, "?")).toBe("of the environment");
    expect(await choosePassphrase(undefined)).toBe("of the environment");
  });

  it("asks nobody where nobody can answer", async () => {
    vi.stubEnv("CAVRA_KEY_PASSPHRASE", "");
    vi.stubEnv("CI", "true");
    expect(await readPassphrase(undefined, "?")).toBeUndefined();
    expect(await choosePassphrase(undefined)).toBeUndefined();
  });

  it("refuses a file that is missing or too large to be one", async () => {
    expect((await failureOf(readPassphrase(join(root, "none"), "?"))).code).toBe("input");
    expect((await failureOf(readPassphrase(fileOf("x".repeat(4097)), "?"))).message).toContain(
      "is too large",
    );
    expect(await readPassphrase(fileOf("x".repeat(4096)), "?")).toHaveLength(4096);
  });
});
