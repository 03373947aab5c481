import { Worker } from "node:worker_threads";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import { openByteSource } from "../../src/io/byte-source.ts";
import { Inspector } from "../../src/io/inspector.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import { inspectRelease, type InspectionResult } from "../../src/judge/inspect-release.ts";
import { openZip } from "../../src/judge/open-zip.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import type { Report } from "../../src/model/report.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  SMALL_FIRST,
  SMALL_TOOL,
  smallBinary,
  smallTrust,
  writeSmallRelease,
} from "../support/small-release.ts";

const folder = scratchFolder();
const inspectors: Inspector[] = [];
const ALWAYS = { threads: 2, threadsFromBytes: 1 };
const NEVER = { threads: 1 };

function inspectorOf(options: ConstructorParameters<typeof Inspector>[0]): Inspector {
  const inspector = new Inspector(options);
  inspectors.push(inspector);
  return inspector;
}

afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await Promise.all(inspectors.map((inspector) => inspector.close()));
});

async function verified(path: string, options: ConstructorParameters<typeof Inspector>[0]): Promise<Report> {
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy(),
    trust: smallTrust(),
    inspector: inspectorOf(options),
  });
  return report;
}

/** Executables and text that are no small files; a program, so that something is looked into. */
async function largeZip(name: string): Promise<string> {
  const path = join(folder, name);
  const text = Buffer.from("release evidence ".repeat(50_000));
  const program = Buffer.concat([smallBinary("linux/amd64", "0.1.0"), text]);
  const names = ["a/text", "b/program", "c/text", "d/program", "e/text", "f/text", "g/text"];
  const entries = [...names, "LICENSE", "release-evidence.md"].map((file) => ({
    path: file,
    mode: 0o644 as const,
    read: () => (file.endsWith("program") ? program : file.endsWith("text") ? text : Buffer.from("short\n")),
  }));
  await packZip(path, entries, { top: "large-v1", method: "deflate", sourceDateEpoch: 1_700_000_000 });
  return path;
}

async function inspected(
  path: string,
  options: ConstructorParameters<typeof Inspector>[0],
): Promise<InspectionResult> {
  const file = openByteSource(path);
  const inspector = inspectorOf(options);
  try {
    const opened = openZip(file, DEFAULT_LIMITS, inspector);
    if (!opened.ok) throw new Error(JSON.stringify(opened.stage.sightings));
    return await inspectRelease(opened.container, "everything");
  } finally {
    await inspector.close();
    file.close();
  }
}

describe("a package that is inspected in threads", () => {
  it("has the report that it has without", async () => {
    const { zip } = await writeSmallRelease(join(folder, "small"), SMALL_FIRST);
    const report = await verified(zip, NEVER);
    expect(report.verdict.word).toBe("PASS");
    expect(JSON.stringify(await verified(zip, ALWAYS))).toBe(JSON.stringify(report));
  });

  it("holds the files that it holds without, and in their order", async () => {
    const path = await largeZip("sound.zip");
    const here = await inspected(path, NEVER);
    if (!here.ok) throw new Error("the zip is sound");
    const { files } = here.inspection.release;
    expect(files.get("b/program")?.binary).toMatchObject({ ok: true });
    const there = await inspected(path, ALWAYS);
    expect(there).toEqual(here);
    expect(there.ok && [...there.inspection.release.files.keys()]).toEqual([...files.keys()]);
  });

  it("is refused for the first of its damaged files, whichever is found first", async () => {
    const path = await largeZip("damaged.zip");
    const file = openByteSource(path);
    const reading = readZip(file);
    file.close();
    const bytes = readFileSync(path);
    for (const { path: name, dataOffset, compressedSizeBytes } of reading.ok ? reading.entries : []) {
      // Early in the later file, late in the earlier one.
      if (name === "b/program")
        bytes.fill(0xff, dataOffset + compressedSizeBytes - 40, dataOffset + compressedSizeBytes);
      if (name === "c/text" || name === "g/text") bytes.fill(0xff, dataOffset, dataOffset + 40);
    }
    writeFileSync(path, bytes);
    const here = await inspected(path, NEVER);
    expect(here).toMatchObject({ ok: false, sightings: [{ at: "b/program" }] });
    expect(await inspected(path, ALWAYS)).toEqual(here);
  });

  it("is INCOMPLETE, and never waited for, when a thread is lost", async () => {
    const { zip } = await writeSmallRelease(join(folder, "lost"), SMALL_FIRST);
    vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    const report = await verified(zip, ALWAYS);
    expect(report.verdict).toMatchObject({ word: "INCOMPLETE", exitCode: 3 });
    expect(report.verdict.reason).toMatch(/a thread of the verification was lost/);
  });
});
