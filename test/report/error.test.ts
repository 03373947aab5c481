import { expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { errorDocument, errorLines } from "../../src/report/error.ts";
import { layOut } from "../../src/report/layout.ts";

const STYLE = { widthColumns: 60, color: false, ascii: true };

it("is age-like: error, where, what was expected, what a child said, hint", () => {
  const failure = new Failure("toolchain", "the Go toolchain is not the pinned one", {
    at: "GOVERSION",
    expected: "go1.26.8",
    found: "go1.25.0",
    output: "go: download go1.26.8: no network\r\n\n",
    hint: "install go1.26.8 from https://go.dev/dl/",
  });
  expect(layOut(errorLines(errorDocument(failure, "1.0.0")), STYLE)).toBe(
    [
      "error: the Go toolchain is not the pinned one",
      "  --> GOVERSION",
      "   |  expected  go1.26.8",
      "   |  found     go1.25.0",
      "   |  go: download go1.26.8: no network",
      "hint: install go1.26.8 from https://go.dev/dl/",
      "",
    ].join("\n"),
  );
});

it("is one line and a report file for an internal error", () => {
  const failure = new Failure("internal", "internal error: x is not a function");
  expect(layOut(errorLines(errorDocument(failure, "1.0.0", "/tmp/r.txt")), STYLE)).toBe(
    "error: internal error: x is not a function\nreport: /tmp/r.txt\n",
  );
});

it("shows the tabs of a child's output as blanks", () => {
  const failure = new Failure("build", "go list failed", { output: "to update it:\n\tgo mod tidy" });
  expect(layOut(errorLines(errorDocument(failure, "1.0.0")), STYLE)).toContain("   |    go mod tidy\n");
});
