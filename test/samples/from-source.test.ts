import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPinnedGo } from "../../scripts/samples/pinned-go.ts";
import { goOrSkip } from "../support/go-toolchain.ts";
import { SAMPLES } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { ROOT } from "../support/source-graph.ts";

const folder = scratchFolder();

/** Skips without the Go that the samples were built with; in CI that is an error. */
function pinnedGoOrSkip(skip: (reason: string) => void): void {
  goOrSkip(skip);
  const { problem } = findPinnedGo();
  if (problem === undefined) return;
  if (process.env["CI"] === "true") throw new Error(`CI must build the samples: ${problem}`);
  skip(problem);
}

function filesOf(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "/").length))
    .toSorted();
}

describe("npm run samples", () => {
  it("gives the committed bytes from source, in another time zone, locale and umask", ({ skip }) => {
    pinnedGoOrSkip(skip);
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", 'umask 077 && exec "$@"', "sh", process.execPath, join(ROOT, "scripts", "samples.ts"), folder],
      {
        env: { ...process.env, TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
        encoding: "utf8",
      },
    );
    expect(status, stderr).toBe(0);
    expect(filesOf(folder)).toEqual(filesOf(SAMPLES));
    expect(filesOf(folder)).toHaveLength(11);
    for (const name of filesOf(folder)) {
      const isSame = readFileSync(join(folder, name)).equals(readFileSync(join(SAMPLES, name)));
      expect(isSame, `${name}; after a change that is meant: npm run samples`).toBe(true);
    }
  }, 600_000);
});
