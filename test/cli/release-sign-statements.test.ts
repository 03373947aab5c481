import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { keyFile } from "../support/key-files.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallWorld, verifyBundle, WORLD_TIME } from "../support/small-world.ts";

describe("release sign --statements", () => {
  it("adds statements to the signature set, which still passes", async () => {
    const world = await smallWorld(scratchFolder());
    const sbom = join(`${world.first}.sigs`, "sbom.spdx.dsse.json");
    const args = ["--key", keyFile(world.folder, "release-ada"), "--trust", world.trust, "--at", WORLD_TIME];
    expect(existsSync(sbom)).toBe(false);
    const signed = runCli(["release", "sign", world.first, ...args, "--statements"]);
    expect(signed.exitCode, signed.stderr).toBe(0);
    expect(existsSync(sbom)).toBe(true);
    expect(verifyBundle(world, world.first).exitCode).toBe(0);
  });
});
