import { chmodSync, closeSync, mkdtempSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { choosePassphrase, readPassphrase } from "../../src/io/passphrase.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();

function fileOf(content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(root, "case-")), "passphrase");
  writeFileSync(path, content, { mode: 0o600 });
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

  it("takes none that is not UTF-8: two of them could become one text", async () => {
    const failure = await failureOf(readPassphrase(fileOf(Uint8Array.of(0x61, 0xff)), "?"));
    expect(failure).toMatchObject({ code: "input" });
    expect(failure.message).toContain("is not UTF-8");
  });

  it.each(["0640", "0604", "0660"])("takes none from a file with mode %s", async (mode) => {
    const path = fileOf("secret\n");
    chmodSync(path, Number.parseInt(mode, 8));
    const failure = await failureOf(readPassphrase(path, "?"));
    expect(failure).toMatchObject({ code: "refused", details: { found: `mode ${mode}` } });
    expect(failure.details.hint).toContain(`chmod 600 ${path}`);
  });

  it("takes it from a descriptor, to its end and within its limit", async () => {
    const descriptor = openSync(fileOf("of the descriptor\n"), "r");
    expect(await readPassphrase(`fd:${descriptor}`, "?")).toBe("of the descriptor");
    closeSync(descriptor);
    expect((await failureOf(readPassphrase("fd:987654", "?"))).code).toBe("input");
    const large = openSync(fileOf("x".repeat(4097)), "r");
    expect((await failureOf(readPassphrase(`fd:${large}`, "?"))).message).toContain("is too large");
    closeSync(large);
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
