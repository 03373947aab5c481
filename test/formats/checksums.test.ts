import * as fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseChecksums, writeChecksums } from "../../src/formats/checksums.ts";
import { checksumLines } from "../support/document-arbitraries.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const parse = (text: string): ReturnType<typeof parseChecksums> =>
  parseChecksums("checksums.txt", Buffer.from(text, "latin1"));

describe("checksums.txt", () => {
  it("is read back as it was written, in bytewise order", () => {
    fc.assert(
      fc.property(checksumLines, (lines) => {
        const bytes = writeChecksums(lines.toReversed());
        expect(parseChecksums("checksums.txt", bytes)).toEqual({
          ok: true,
          at: "checksums.txt",
          value: lines,
        });
      }),
    );
  });

  it("is what sha256sum reads", () => {
    const folder = mkdtempSync(join(tmpdir(), "cavra-checksums-"));
    try {
      writeFileSync(join(folder, "a.txt"), "hello\n");
      const list = writeChecksums([{ path: "a.txt", sha256: sha256Hex(Buffer.from("hello\n")) }]);
      writeFileSync(join(folder, "checksums.txt"), list);
      const output = execFileSync("sha256sum", ["--strict", "-c", "checksums.txt"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(output).toBe("a.txt: OK\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ["nothing", "", "is empty"],
    ["CR LF", `${DIGEST}  a\r\n`, "has CR characters; its lines end with LF alone"],
    ["no LF at the end", `${DIGEST}  a`, "does not end with LF"],
    ["a blank line", `${DIGEST}  a\n\n`, "line 2 is blank"],
    [
      "uppercase digits",
      `${DIGEST.toUpperCase()}  a\n`,
      "line 1 does not begin with 64 lowercase hex digits",
    ],
    ["a short digest", `${DIGEST.slice(1)}  a\n`, "line 1 does not begin with 64"],
    ["one space", `${DIGEST} a\n`, "line 1 does not have two spaces"],
    ["the binary marker", `${DIGEST} *a\n`, "line 1 does not have two spaces"],
    ["the escape marker", `\\${DIGEST}  a\n`, "line 1 does not begin with"],
    ["three spaces", `${DIGEST}   a\n`, "line 1 names a path that may not be in a package"],
    ["a parent segment", `${DIGEST}  bin/../x\n`, "a segment of dots alone"],
    ["a byte that is not ASCII", `${DIGEST}  caf\u00e9\n`, "line 1 names a path"],
    ["a NUL", `${DIGEST}  a\0b\n`, "line 1 names a path"],
    ["a repeated line", `${DIGEST}  a\n${DIGEST}  a\n`, "line 2 lists the same path as the line before"],
    ["another order", `${DIGEST}  b\n${DIGEST}  a\n`, "line 2 is not in bytewise order"],
    ["itself", `${DIGEST}  checksums.txt\n`, "line 1 lists checksums.txt itself"],
  ])("is refused with %s", (_title, text, reason) => {
    const result = parse(text);
    expect(result.ok ? "accepted" : result.reason).toContain(reason);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof parseChecksums("checksums.txt", bytes).ok).toBe("boolean");
      }),
    );
  });
});
