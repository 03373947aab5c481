import { readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { failureOf } from "../../bin/failure-of.ts";
import { Failure } from "../../src/model/failure.ts";

it("passes a Failure on", () => {
  const failure = new Failure("config", "no such target", { hint: "x" });
  expect(failureOf(failure, "cavra x", "1.0.0")).toEqual({ failure, reportFile: null });
});

it("takes an error of the operating system for work that could not be done: 3", () => {
  let caught: unknown;
  try {
    readFileSync("/nonexistent/file");
  } catch (error) {
    caught = error;
  }
  const { failure, reportFile } = failureOf(caught, "cavra x", "1.0.0");
  expect(reportFile).toBeNull();
  expect(failure.exitCode).toBe(3);
  expect(failure.message).toBe("open failed with ENOENT");
  expect(failure.details.at).toBe("/nonexistent/file");
});

it.each([
  ["a TypeError", new TypeError("x is not a function\n    at somewhere")],
  ["an error of Node's own arguments", Object.assign(new TypeError("bad"), { code: "ERR_INVALID_ARG_TYPE" })],
  ["a Failure that calls itself internal", new Failure("internal", "cannot be")],
  ["something that is no error", "thrown text"],
  ["nothing", undefined],
])("takes %s for a defect: one line, a private report file, 70", (_, error) => {
  const { failure, reportFile } = failureOf(error, "cavra rules", "1.0.0");
  expect(failure.exitCode).toBe(70);
  expect(failure.message).toMatch(/^internal error: [^\n]*$/);
  if (reportFile === null) throw new Error("there is no report file");
  try {
    const report = readFileSync(reportFile, "utf8");
    expect(report).toContain("cavra 1.0.0");
    expect(report).toContain("command cavra rules");
    if (error instanceof TypeError) expect(report).toContain("failure-of.test.ts");
    expect(statSync(reportFile).mode & 0o077).toBe(0);
  } finally {
    rmSync(dirname(reportFile), { recursive: true });
  }
});
