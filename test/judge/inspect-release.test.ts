import { describe, expect, it } from "vitest";
import { digestSet } from "../../src/crypto/digest.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { inspectRelease, type ReadingRule } from "../../src/judge/inspect-release.ts";
import type { JudgedContainer } from "../../src/judge/open-container.ts";
import type { Release } from "../../src/model/release.ts";

const ELF_START = Buffer.from("7f454c4602010100", "hex");
const good = new Map<string, Uint8Array>([
  ["bin/tool", ELF_START],
  ["go-modules.json", Buffer.from("{}")],
]);
const list = writeChecksums([...good].map(([path, bytes]) => ({ path, sha256: digestSet(bytes).sha256 })));
const signedList = digestSet(list);

function containerOf(files: ReadonlyMap<string, Uint8Array>): JudgedContainer {
  const read = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
  return {
    kind: "directory",
    top: "tool-v1.0.0",
    zip: null,
    entries: [...files].map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength, mode: 0o644 })),
    read,
    tryRead: (path) => ({ ok: true, bytes: read(path) }),
    width: 1,
    inspect: async () => await Promise.reject(new Error("these files are small")),
    pieces: async function* () {},
    assertUnchanged: () => undefined,
  };
}

async function inspect(files: ReadonlyMap<string, Uint8Array>, rule: ReadingRule): Promise<Release> {
  const result = await inspectRelease(containerOf(files), rule);
  if (!result.ok) throw new Error("the container of this test is sound");
  return result.inspection.release;
}

/** Why go-modules.json was not read, and whether the executable was looked into. */
async function outcome(
  files: ReadonlyMap<string, Uint8Array>,
  rule: ReadingRule,
): Promise<readonly [string, boolean]> {
  const { documents, files: inspected } = await inspect(files, rule);
  const { goModules } = documents;
  return [goModules.ok ? "read" : goModules.reason, inspected.get("bin/tool")?.binary !== undefined];
}

describe("what may be parsed", () => {
  const listed = new Map([...good, ["checksums.txt", list]]);

  it("is every file whose digest the signed list holds", async () => {
    const [reason, lookedInto] = await outcome(listed, { signedList });
    expect(reason).not.toMatch(/was not parsed/);
    expect(lookedInto).toBe(true);
  });

  it("is nothing when the list is not the signed one, or is missing", async () => {
    const other = { signedList: digestSet(Buffer.from("another list")) };
    expect(await outcome(listed, other)).toEqual([
      "was not parsed: checksums.txt is not the list that was signed",
      false,
    ]);
    expect(await outcome(good, { signedList })).toEqual(["was not parsed: checksums.txt is missing", false]);
  });

  it("demands both digests of the list", async () => {
    const half = { signedList: { ...signedList, sha512: "0".repeat(128) } };
    expect((await outcome(listed, half))[0]).toMatch(/not the list that was signed/);
  });

  it("is no file whose bytes are not the listed ones", async () => {
    const changed = new Map([...listed, ["go-modules.json", Buffer.from("{ }")]]);
    expect((await outcome(changed, { signedList }))[0]).toBe(
      "was not parsed: its bytes are not the listed ones",
    );
    const binary = new Map([...listed, ["bin/tool", Buffer.concat([ELF_START, ELF_START])]]);
    expect((await outcome(binary, { signedList }))[1]).toBe(false);
  });

  it("is everything in a diagnosis", async () => {
    expect((await outcome(good, "everything"))[1]).toBe(true);
  });
});
