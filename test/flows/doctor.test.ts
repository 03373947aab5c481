import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { diagnose, diagnoseClock } from "../../src/flows/doctor.ts";
import { runCli } from "../support/cli.ts";

it("doubts a clock that was never set, or is beyond what a zip can hold", () => {
  expect(diagnoseClock(0)).toMatchObject({ status: "warn" });
  expect(diagnoseClock(Date.UTC(2044, 0, 1) / 1000)).toMatchObject({ status: "warn" });
  expect(diagnoseClock(Date.UTC(2027, 0, 1) / 1000)).toMatchObject({ status: "ok", fix: null });
});

it("names a config that cannot be used, and a fix for every warning", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cavra-doctor-"));
  try {
    writeFileSync(join(folder, "cavra.release.yaml"), "schema: [");
    const diagnoses = await diagnose(folder);
    expect(diagnoses.map(({ id }) => id)).toEqual([
      "node",
      "go",
      "git",
      "clock",
      "trust",
      "config",
      "disk",
      "temp",
    ]);
    expect(diagnoses.find(({ id }) => id === "config")).toMatchObject({ status: "warn" });
    for (const { id, status, fix } of diagnoses) expect(fix === null, id).toBe(status === "ok");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("misses what is not on the PATH, and a root that CAVRA_TRUST names and nobody wrote", () => {
  const { exitCode, stdout } = runCli(["doctor", "--json"], {
    env: { PATH: "/nonexistent", CAVRA_TRUST: "/nonexistent/root.json" },
  });
  expect(exitCode).toBe(0);
  const { diagnoses } = JSON.parse(stdout) as { diagnoses: { id: string; status: string }[] };
  const warned = diagnoses.filter(({ status }) => status === "warn").map(({ id }) => id);
  expect(warned).toEqual(expect.arrayContaining(["go", "git", "trust"]));
});
