import { createHash } from "node:crypto";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestInList, subjectDigests } from "../../../src/make/build/prebuilt-claims.ts";
import { buildScratch, cleanUp, failureOf, probeConfig } from "../../support/build-scratch.ts";
import { scratchRepository, type ScratchRepository } from "../../support/scratch-repository.ts";

const BINARY = "#!/bin/sh\necho probe\n";
const DIGEST = createHash("sha256").update(BINARY).digest("hex");
const OTHER = "0".repeat(64);
const statement = (digest: string): string =>
  JSON.stringify({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "probe", digest: { sha256: digest } }],
  });
const envelope = (digest: string): string =>
  JSON.stringify({
    payload: Buffer.from(statement(digest)).toString("base64"),
    payloadType: "x",
    signatures: [],
  });

let repository: ScratchRepository;
beforeAll(() => {
  repository = scratchRepository({
    "out/probe": BINARY,
    "out/SHA256SUMS": `${OTHER}  other\n${DIGEST} *probe\n`,
    "out/WRONG": `${OTHER}  probe\n`,
    "out/NONE": `${DIGEST}  other\n`,
    "out/probe.json": statement(DIGEST),
    "out/probe.jsonl": `${envelope(OTHER)}\n${envelope(DIGEST)}\n`,
    "out/probe.sigstore.json": JSON.stringify({
      mediaType: "x",
      dsseEnvelope: JSON.parse(envelope(DIGEST)) as unknown,
    }),
    "out/wrong.json": statement(OTHER),
  });
  symlinkSync("probe", join(repository.folder, "out/link"));
});
afterAll(() => {
  repository.remove();
  cleanUp();
});

function list(text: string): unknown {
  return digestInList("out/SUMS", Buffer.from(text), "out/x");
}

const prebuilt = (more: string, path = "out/probe"): string =>
  probeConfig(`{ id: probe, output: bin/probe, prebuilt: { path: ${path}${more} } }`, "probe");

describe("a prebuilt file", () => {
  it.each([
    ["a list", ", expect: out/SHA256SUMS", ["out/SHA256SUMS"]],
    ["a statement", ", from: [out/probe.json]", ["out/probe.json"]],
    ["envelopes in lines", ", from: [out/probe.jsonl]", ["out/probe.jsonl"]],
    ["a Sigstore bundle", ", from: [out/probe.sigstore.json]", ["out/probe.sigstore.json"]],
    ["both", ", expect: out/SHA256SUMS, from: [out/probe.json]", ["out/SHA256SUMS", "out/probe.json"]],
  ])("is verified against %s", async (_, more, claims) => {
    const [artifact] = await buildScratch(repository.folder, prebuilt(more));
    expect(artifact).toMatchObject({
      path: "bin/probe",
      kind: "binary",
      mode: 0o755,
      sha256: DIGEST,
      installName: "probe",
    });
    expect(artifact?.origin).toEqual({ verified: true, reason: `has the digest in ${claims.join(", ")}` });
    expect(artifact?.materials.map((material) => material.path)).toEqual(["out/probe", ...claims]);
    expect(artifact?.recipe?.rebuildCommand).toBeNull();
    expect(readFileSync(artifact?.sourceFile ?? "", "utf8")).toBe(BINARY);
  });

  it("is taken, and marked, when its list is no part of the commit", async () => {
    repository.write({ "out/LATER": `${DIGEST}  probe\n` });
    const [artifact] = await buildScratch(repository.folder, prebuilt(", expect: out/LATER"));
    expect(artifact?.origin).toEqual({
      verified: false,
      reason: "prebuilt, and out/LATER is not in the commit",
    });
  });

  it("without a claim is taken, and marked", async () => {
    const [artifact] = await buildScratch(repository.folder, prebuilt(""));
    expect(artifact?.origin.verified).toBe(false);
    expect(artifact?.origin.reason).toContain("neither an expected digest nor a provenance");
  });

  it.each([
    ["another digest in the list", ", expect: out/WRONG", "out/probe is not the file that out/WRONG names"],
    ["a list that does not name it", ", expect: out/NONE", "out/NONE does not list out/probe"],
    ["another subject", ", from: [out/wrong.json]", "out/probe is not the file that out/wrong.json names"],
    [
      "one claim of two that is wrong",
      ", expect: out/SHA256SUMS, from: [out/wrong.json]",
      "that out/wrong.json names",
    ],
    ["a provenance that is none", ", from: [out/SHA256SUMS]", "out/SHA256SUMS"],
    ["a claim that is not there", ", expect: out/MISSING", "out/MISSING does not exist"],
  ])("is refused: %s", async (_, more, message) => {
    const failure = await failureOf(buildScratch(repository.folder, prebuilt(more)));
    expect(failure.code).toBe("input");
    expect(failure.message).toContain(message);
  });

  it.each([
    ["out/link", "is a symbolic link"],
    ["out", "is a folder, not a regular file"],
    ["out/gone", "does not exist"],
  ])("is a regular file and no link: %s", async (path, message) => {
    const failure = await failureOf(buildScratch(repository.folder, prebuilt("", path)));
    expect(failure.message).toContain(message);
    expect(failure.details).toMatchObject({ at: expect.stringContaining("linux/amd64") as string });
    expect(failure.details.hint).toContain("builds[].prebuilt.path");
  });
});

describe("claims about a prebuilt file", () => {
  it("are found under the list's folder and under the root", () => {
    for (const name of ["x", "./x", "out/x", "../out/x"])
      expect(list(`${DIGEST}  ${name}\n`)).toMatchObject({ value: DIGEST });
    expect(list(`${DIGEST.toUpperCase()}  x\r\n`)).toMatchObject({ value: DIGEST });
    expect(list(`${DIGEST}  y\n`)).toMatchObject({ ok: false });
  });

  it("may not contradict each other", () => {
    expect(list(`${DIGEST}  x\n${OTHER}  x\n`)).toMatchObject({
      ok: false,
      reason: "lists out/x with two digests",
    });
  });

  it.each([
    "",
    "{}",
    "[]",
    "null",
    "x",
    '{"subject":[]}',
    '{"payload":"e30="}',
    '{"subject":[{"digest":{"sha1":"aa"}}]}',
  ])("are not found in %j", (text) => {
    expect(subjectDigests("p.json", Buffer.from(text)).ok).toBe(false);
  });
});
