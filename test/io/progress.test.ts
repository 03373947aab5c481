import { expect, it } from "vitest";
import { terminalProgress } from "../../src/io/progress.ts";
import type { Terminal } from "../../src/io/terminal.ts";

function recorder(quiet = false): { readonly terminal: Terminal; readonly lines: string[] } {
  const lines: string[] = [];
  const style = { widthColumns: 80, color: false, ascii: true };
  const terminal: Terminal = {
    stdoutStyle: style,
    stderrStyle: style,
    quiet,
    writeResult: () => {
      throw new Error("progress is talk, not result");
    },
    writeTalk: (text) => void lines.push(text),
    note: (words) => (quiet ? undefined : void lines.push(`${words}\n`)),
  };
  return { terminal, lines };
}

it("writes two levels, and times from one second on", () => {
  const { terminal, lines } = recorder();
  let now = 0;
  const progress = terminalProgress(terminal, () => now);
  progress.title("cavra 1.0.0  go-runtime 0.2.0");
  const binaries = progress.step("binaries");
  binaries.item("linux/amd64");
  now += 41_800;
  binaries.done("6/6 targets");
  const sbom = progress.step("sbom");
  now += 999;
  sbom.done("SPDX 2.3");
  const bundle = progress.step("bundle");
  now += 125_000;
  bundle.done("not signed", "warn");
  expect(lines).toEqual([
    "cavra 1.0.0  go-runtime 0.2.0\n",
    "  ..  binaries    linux/amd64\n",
    "  ok  binaries    6/6 targets  (41.8 s)\n",
    "  ok  sbom        SPDX 2.3\n",
    "  !!  bundle      not signed  (2 min 5 s)\n",
  ]);
});

it("shows no control character and, with --quiet, nothing", () => {
  const shown = recorder();
  terminalProgress(shown.terminal, () => 0)
    .step("x")
    .item("a\u001b[2J\u00fc");
  expect(shown.lines).toEqual(["  ..  x           a\\u{1b}[2J\\u{fc}\n"]);
  const hidden = recorder(true);
  terminalProgress(hidden.terminal, () => 0)
    .step("x")
    .done("y");
  expect(hidden.lines).toEqual([]);
});
