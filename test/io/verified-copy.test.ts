import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copyVerifiedZip, type VerifiedZip } from "../../src/io/verified-copy.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { failureOf } from "../support/build-scratch.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const root = scratchFolder();

function verified(bytes: Uint8Array, change: Partial<VerifiedZip> = {}): VerifiedZip {
  return {
    name: "a.zip",
    source: bufferSource(bytes),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    signatureFiles: new Map([["release.dsse.json", Buffer.from("{}")]]),
    ...change,
  };
}

function newFolder(): string {
  return mkdtempSync(join(root, "case-"));
}

describe("copyVerifiedZip", () => {
  // Whole chunks, one byte less and one more, and nothing at all.
  it.each([0, 1, 1024 * 1024 - 1, 1024 * 1024, 2 * 1024 * 1024 + 1])(
    "copies a zip of %i bytes",
    async (size) => {
      const bytes = Buffer.alloc(size, "cavra");
      const target = join(newFolder(), "media");
      await copyVerifiedZip(target, verified(bytes));
      expect(readFileSync(join(target, "a.zip")).equals(bytes)).toBe(true);
      expect(readFileSync(join(target, "a.zip.sigs", "release.dsse.json"), "utf8")).toBe("{}");
      expect(statSync(join(target, "a.zip")).mode & 0o777).toBe(0o644);
      expect(statSync(target).mode & 0o777).toBe(0o755);
    },
  );

  it("leaves nothing when the bytes are not the verified ones", async () => {
    const home = newFolder();
    const changed = verified(Buffer.from("changed"), { sha256: "0".repeat(64) });
    const failure = await failureOf(copyVerifiedZip(join(home, "media"), changed));
    expect(failure).toMatchObject({ code: "input", details: { expected: "0".repeat(64) } });
    expect(readdirSync(home)).toEqual([]);
  });

  it("leaves nothing when the medium fails in the middle", async () => {
    const home = newFolder();
    const bytes = Buffer.alloc(3 * 1024 * 1024);
    const good = bufferSource(bytes);
    const source = {
      ...good,
      sizeBytes: bytes.byteLength,
      read: (offset: number, length: number): Uint8Array => {
        if (offset > 0) throw new Error("the disc is scratched");
        return good.read(offset, length);
      },
    };
    await failureOf(copyVerifiedZip(join(home, "media"), verified(bytes, { source })));
    expect(readdirSync(home)).toEqual([]);
  });

  it("never writes over what is there", async () => {
    const home = newFolder();
    await copyVerifiedZip(join(home, "media"), verified(Buffer.from("first")));
    const failure = await failureOf(copyVerifiedZip(join(home, "media"), verified(Buffer.from("second"))));
    expect(failure.code).toBe("output");
    expect(readFileSync(join(home, "media", "a.zip"), "utf8")).toBe("first");
    expect(readdirSync(home)).toEqual(["media"]);
  });
});
