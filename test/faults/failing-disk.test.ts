import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultyCli } from "../support/faults/faulty-cli.ts";
import {
  makeRelease,
  makeScene,
  signArguments,
  TOP,
  verifyArguments,
  writeRoot,
  ZIP,
  type Scene,
} from "../support/faults/scene.ts";
import { sweep, type Scenario } from "../support/faults/sweep.ts";

/** `npm run test:faults` lets every single call fail; `npm test` every call that writes and a part of the others. */
const all = process.env["CAVRA_TEST_FAULTS"] === "all";

let scene: Scene;
let cli: FaultyCli;
beforeAll(() => {
  scene = makeScene();
  makeRelease(scene);
  const home = join(scene.folder, "home");
  mkdirSync(home);
  cli = new FaultyCli(scene.folder, { CAVRA_HOME: home });
});
afterAll(() => {
  scene.remove();
  cli.close();
});

function remove(...paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

function scenario(
  args: readonly string[],
  outputs: readonly string[],
  more: Partial<Scenario> = {},
): Scenario {
  return { scene, cli, args, cwd: scene.folder, outputs, reset: () => remove(...outputs), ...more };
}

async function expectSound(described: Scenario, stride: number): Promise<void> {
  const { cases, problems } = await sweep(described, { all, stride });
  expect(cases).toBeGreaterThan(20);
  expect(problems).toEqual([]);
}

describe("a disk that fails at any call", () => {
  it("leaves a verification of a zip INCOMPLETE", async () => {
    const subject = join(scene.release, ZIP);
    await expectSound(scenario(verifyArguments(scene, subject), [], { subject }), 1);
  });

  it("leaves a verification of a directory INCOMPLETE", async () => {
    const subject = join(scene.release, TOP);
    await expectSound(scenario(verifyArguments(scene, subject), [], { subject }), 1);
  });

  it("leaves an extraction whole or absent", async () => {
    const subject = join(scene.release, ZIP);
    const folder = join(scene.folder, "installed");
    await expectSound(
      scenario(verifyArguments(scene, subject, "--extract", folder), [folder], { subject }),
      1,
    );
  });

  it("leaves a copy whole or absent", async () => {
    const subject = join(scene.release, ZIP);
    const folder = join(scene.folder, "copied");
    await expectSound(
      scenario(verifyArguments(scene, subject, "--copy-to", folder), [folder], { subject }),
      1,
    );
  });

  it("leaves a pin whole or absent", async () => {
    const args = ["trust", "pin", scene.trust, "--sha256", scene.trustSha256];
    const home = join(scene.folder, "home/trust");
    const more = { finishedBy: "probe.pin.json", reset: () => remove(home) };
    await expectSound(scenario(args, [home], more), 1);
  });

  it("leaves the old pin as good as it was when a newer root is pinned", async () => {
    const home = join(scene.folder, "home/trust");
    const old = join(scene.folder, "old-trust");
    await cli.run({ args: ["trust", "pin", scene.trust, "--sha256", scene.trustSha256], cwd: scene.folder });
    cpSync(home, old, { recursive: true });
    const newer = join(scene.folder, "newer-root.json");
    const args = ["trust", "pin", newer, "--sha256", writeRoot(newer, 2)];
    const reset = (): void => {
      remove(home);
      cpSync(old, home, { recursive: true });
    };
    const probe = ["trust", "show"];
    await expectSound(scenario(args, [join(home, "probe.pin.json")], { reset, probe }), 1);
    remove(home, old);
  });

  it("leaves a built release whole or absent", async () => {
    const out = join(scene.folder, "out");
    const args = ["release", "build", "--first-release", "--out", out];
    const outputs = [join(out, TOP), join(out, ZIP)];
    await expectSound(scenario(args, outputs, { cwd: scene.source, reset: () => remove(out) }), 8);
  });

  it("leaves a signature set whole, or one that does not verify", async () => {
    const zip = join(scene.release, ZIP);
    const folders = [`${zip}.sigs`, `${join(scene.release, TOP)}.sigs`];
    remove(...folders);
    const more = { finishedBy: "release.dsse.json", reset: () => remove(...folders) };
    await expectSound(scenario(signArguments(scene, zip), folders, more), 8);
  });
});
