import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileDigests } from "../../src/crypto/digest.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import { readSources, ROOT } from "../support/source-graph.ts";
import { tamperingBench } from "../support/tampering-bench.ts";

// Mistakes of other verifiers, archives and documents: the like of each, played on cavra. Signatures and trust stand in
// known-vulnerabilities.test.ts.
const bench = tamperingBench();
const MANIFEST = "release-evidence.json";
const PROVENANCE = "cavra-runtime.provenance.intoto.json";

async function withMember(path: string, name: string, value: unknown): Promise<readonly string[]> {
  return bench.found({ package: [{ "edit-json": { path, set: { [name]: value } } }], rebuild: "all-layers" });
}

describe("GHSA-r2xv-vpr2-42m9 (slsa-verifier): a signed statement about something else is not looked at", () => {
  it("name and digest of every subject are held against the package", async () => {
    await bench.demand("provenance-of-another-release");
    const sha256 = await withMember(PROVENANCE, "subject.0.digest.sha256", "0".repeat(64));
    expect(sha256).toEqual(["provenance.subject-differs"]);
    const name = await withMember(PROVENANCE, "subject.0.name", "LICENCE");
    expect(name).toEqual(["provenance.subject-missing", "provenance.subject-unknown"]);
  });

  it("those of the release statement too, both digests of both", async () => {
    for (const [member, value, found] of [
      ["subject.0.digest.sha256", "0".repeat(64), "release.subject-differs"],
      ["subject.0.digest.sha512", "0".repeat(128), "release.subject-differs"],
      ["subject.1.digest.sha256", "0".repeat(64), "files.list-not-signed"],
      ["subject.1.digest.sha512", "0".repeat(128), "files.list-not-signed"],
    ] as const) {
      expect(await bench.found({ statement: { set: { [member]: value } } }), member).toContain(found);
    }
  });
});

describe("CVE-2021-41087 (in-toto-golang): dir/../foo evades a rule about foo", () => {
  it.each(["bin/../LICENSE", "./LICENSE", "bin//x", "/LICENSE", "a\\..\\LICENSE"])(
    "%j is refused wherever a path stands, never normalised",
    async (path) => {
      expect(await withMember(MANIFEST, "artifacts.0.relative_path", path)).toEqual(["manifest.unreadable"]);
      expect(await withMember(PROVENANCE, "subject.0.name", path)).toEqual(["provenance.unreadable"]);
      const named = await bench.found({ zip: [{ "add-entry": { name: `$TOP/${path}`, text: "x" } }] });
      expect(named.join()).toMatch(/^container\.name-/);
    },
  );
});

describe("crossplane, hauler: what was verified is fetched again to be used", () => {
  it("the descriptor that was verified is the one that is read; a change under it is an error", async () => {
    // Every step of a verification, raced against eight attacks: test/flows/racer.test.ts.
    const subject = await bench.attack({ signedBy: "none" });
    const good = readFileSync(subject);
    const file = openByteSource(subject);
    try {
      writeFileSync(`${subject}.next`, Buffer.alloc(good.byteLength, "evil"));
      renameSync(`${subject}.next`, subject);
      const read = file.read(0, good.byteLength);
      expect(fileDigests(read).sha256).toBe(fileDigests(good).sha256);
    } finally {
      file.close();
    }
    const second = openByteSource(subject);
    try {
      writeFileSync(subject, Buffer.alloc(good.byteLength, "more"));
      expect(() => second.assertUnchanged()).toThrow("changed while it was read");
    } finally {
      second.close();
    }
  });
});

describe("CVE-2025-54368 (uv), go#66869: two readers of one zip see two contents", () => {
  it.each(["zip-two-names", "zip-duplicate-name", "zip-prefix", "zip-suffix", "zip-comment"])(
    "%s is refused",
    (defect) => bench.demand(defect),
  );

  it("a second end record in a comment is refused", async () => {
    const comment = "PK\u0005\u0006".padEnd(22, "\u0000");
    expect(await bench.found({ zip: [{ "raw-end": { set: {}, comment } }] })).not.toEqual([]);
  });
});

describe("CVE-2026-31988 (yauzl), GHSA-vwc7-r8mq-g2x9 (adm-zip), CVE-2026-56876 (extract-zip)", () => {
  it("an NTFS extra field, which yauzl reads dates from, is refused", async () => {
    const extra = "0a000400ffffffff";
    const found = await bench.found({ zip: [{ "raw-entry": { path: "LICENSE", extra } }] });
    expect(found.join()).toMatch(/container\.[a-z-]*extra/);
  });

  it("dates are never asked of yauzl, and what extracts is our own", () => {
    const sources = readSources(["src", "commands", "bin"]);
    const text = [...sources.keys()].map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
    expect(text).not.toContain("getLastModDate");
    const modules = [...sources.values()].flatMap(({ imports }) => imports.map(({ target }) => target));
    expect(modules).toContain("yauzl");
    expect(modules.filter((name) => /^(?:extract-zip|adm-zip|jszip|decompress)$/.test(name))).toEqual([]);
  });

  it("a link in the archive is refused", () => bench.demand("zip-symbolic-link"));
});

describe("CVE-2026-40090 (zarf): what is checked when a package is made is not when it is read", () => {
  it.each([
    ["a version that is none", "version", "0.1"],
    ["a counter below one", "release_counter", 0],
    ["a line with a path in it", "line", "../main"],
    ["another schema", "schema_version", "cavra.go-release.evidence.v9"],
    ["a mode that no file may have", "artifacts.0.mode", "4755"],
    ["a size that is none", "artifacts.0.size_bytes", -1],
    ["a digest cut short", "artifacts.0.sha256", "00"],
    ["a member that nobody knows", "more", true],
  ])("%s in a manifest that every holder signed", async (_, name, value) => {
    expect(await withMember(MANIFEST, name, value)).not.toEqual([]);
  });
});
