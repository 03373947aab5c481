import { describe, expect, it } from "vitest";
import { listWithYauzl } from "../../src/io/yauzl-listing.ts";
import { Failure } from "../../src/model/failure.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { forgeZip, type ForgedEntry } from "../support/hostile-zip.ts";

const a: ForgedEntry = { name: "t/a", content: "aaaaaaaaaa" };

describe("listWithYauzl", () => {
  it("lists what a zip says", () => {
    const listing = listWithYauzl(bufferSource(forgeZip([a, { name: "t/b" }])));
    expect(listing).toMatchObject({
      ok: true,
      entries: [
        { name: "t/a", method: 8, sizeBytes: 10, externalAttributes: 0x81a40020, localOffset: 0 },
        { name: "t/b", method: 0, sizeBytes: 0, crc32: 0 },
      ],
    });
  });

  it.each([
    ["no zip", Buffer.from("no zip")],
    ["nothing", Buffer.alloc(0)],
    ["an absolute name", forgeZip([{ ...a, name: "/t/a" }])],
    ["a name that leads out", forgeZip([{ ...a, name: "t/../../a" }])],
    ["a backslash", forgeZip([{ ...a, name: "t\\a" }])],
    ["an entry without a name", forgeZip([{ ...a, name: "" }])],
    ["more entries than there are", forgeZip([a], { end: { count: 2 } })],
    ["a directory outside of the file", forgeZip([a], { end: { centralOffset: 0x7fffffff } })],
    [
      "a tail like a zip64 locator",
      forgeZip([{ name: `t/${"n".repeat(14)}`, central: { offset: 0x07064b50 } }]),
    ],
  ])("gives a printable reason for %s", (_, bytes) => {
    const listing = listWithYauzl(bufferSource(bytes));
    expect(listing).toEqual({ ok: false, reason: expect.stringMatching(/^[\x20-\x7e]{1,80}$/) as string });
  });

  it("passes on that the medium cannot be read", () => {
    const good = bufferSource(forgeZip([a]));
    const failing = {
      sizeBytes: good.sizeBytes,
      read: (): Uint8Array => {
        throw new Failure("input", "the medium is gone");
      },
    };
    expect(() => listWithYauzl(failing)).toThrow("the medium is gone");
  });
});
