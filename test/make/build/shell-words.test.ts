import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellAssignment, shellWord } from "../../../src/make/build/shell-words.ts";

describe("shell words", () => {
  it("come out of sh as they went in", () => {
    const words = [
      "plain",
      "",
      "a b",
      "it's",
      "$HOME",
      "`id`",
      "*",
      "\\",
      '"',
      "a;b",
      "-x",
      "~",
      "#",
      "=",
      "a\tb",
      "ä",
    ];
    const script = `printf '%s\\n' ${words.map(shellWord).join(" ")}`;
    expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`${words.join("\n")}\n`);
    const assigned = execFileSync("sh", ["-c", `${shellAssignment("X", "it's $HOME")} env`], {
      encoding: "utf8",
    });
    expect(assigned.split("\n")).toContain("X=it's $HOME");
    expect(shellAssignment("X", "")).toBe("X=");
  });
});
