import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultyCli } from "../support/faults/faulty-cli.ts";
import { sweep, type Scenario, type SweepSize } from "../support/faults/sweep.ts";
import { KEYLESS_TIME, KeylessScene, workflowToken } from "../support/keyless-scene.ts";
import { prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { rebuildWorld, REBUILD_TIME, type RebuildWorld } from "../support/rebuild-world.ts";
import { scratchFolderInMemory } from "../support/scratch-folder.ts";
import type { ScratchRepository } from "../support/scratch-repository.ts";
import { smallWorld, type SmallWorld } from "../support/small-world.ts";

/** `npm run test:faults` lets every single call fail, `npm test` a part of them. */
const all = process.env["CAVRA_TEST_FAULTS"] === "all";
const KEY = fileURLToPath(new URL("../../fixtures/keys/release-ada.pem", import.meta.url));

const folder = realpathSync(scratchFolderInMemory());
const key = join(folder, "key.pem");
const keyless = new KeylessScene();
let cli: FaultyCli;
beforeAll(() => {
  const home = join(folder, "home");
  mkdirSync(home);
  cpSync(KEY, key);
  chmodSync(key, 0o600);
  cli = new FaultyCli(folder, { CAVRA_HOME: home, SIGSTORE_ID_TOKEN: workflowToken() });
});
afterAll(() => cli.close());

function remove(...paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

/** Every run signs with another key and at another time; what was not removed is looked for elsewhere. */
function filesIn(path: string): string {
  if (!existsSync(path)) return "absent";
  const names = readdirSync(path).filter((name) => !name.startsWith(".cavra-"));
  return names.toSorted().join(" ");
}

function rebuildStatements(signatures: string): string {
  return readdirSync(signatures)
    .filter((name) => name.startsWith("rebuild."))
    .join(" ");
}

async function expectSound(
  args: readonly string[],
  outputs: readonly string[],
  { stride = 8, writingStride = 1, ...more }: Partial<Scenario & SweepSize> = {},
): Promise<void> {
  const scenario: Scenario = {
    scene: { folder },
    cli,
    args,
    cwd: folder,
    outputs,
    reset: () => remove(...outputs),
    ...more,
  };
  const { cases, problems } = await sweep(scenario, { all, stride, writingStride });
  expect(problems).toEqual([]);
  expect(cases).toBeGreaterThan(10);
}

/** A record of a fault that the binaries of the small world have, so that there is something to say of it. */
const VULNERABILITY = {
  id: "GO-2026-0001",
  modified: "2026-11-01T00:00:00Z",
  summary: "a test fault",
  affected: [
    {
      package: { name: "stdlib", ecosystem: "Go" },
      ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }],
      ecosystem_specific: { imports: [{ path: "runtime", symbols: ["main"] }] },
    },
  ],
};

describe("a disk that fails at any call of a verification that writes", () => {
  let world: SmallWorld;
  beforeAll(async () => {
    world = await smallWorld(join(folder, "world"));
    mkdirSync(join(folder, "osv"));
    writeFileSync(join(folder, "osv", "GO-2026-0001.json"), JSON.stringify(VULNERABILITY));
  });

  it("leaves files, copy, statements and VEX together, or none of them", async () => {
    const outputs = ["extracted", "copied", "attested", "vex.json"].map((name) => join(folder, name));
    const [extracted = "", copied = "", attested = "", vex = ""] = outputs;
    const written = ["--extract", extracted, "--copy-to", copied, "--vex", vex, "--attest-to", attested];
    const inputs = [...world.flags, "--osv", join(folder, "osv"), "--attest", key];
    const args = ["release", "verify-airgap-bundle", world.first, ...inputs, ...written];
    await expectSound(args, outputs, { subject: world.first, together: true, stride: 20, writingStride: 4 });
  });
});

describe("a disk that fails at any call of a command that signs or takes over", () => {
  let checkout: ScratchRepository;
  let rebuilt: RebuildWorld;
  beforeAll(async () => {
    checkout = prebuiltCheckout();
    rebuilt = await rebuildWorld(checkout.folder, join(folder, "rebuilt"));
  });
  afterAll(() => checkout.remove());

  it("leaves a rebuild's statement whole or absent", async () => {
    const { zip, trust, keys } = rebuilt;
    const args = ["release", "rebuild", zip, "--source", checkout.folder, "--trust", trust];
    const reset = (): void => {
      for (const name of readdirSync(`${zip}.sigs`))
        if (name.startsWith("rebuild.")) remove(join(`${zip}.sigs`, name));
    };
    await expectSound([...args, "--at", REBUILD_TIME, "--attest", keys.cy], [`${zip}.sigs`], {
      look: rebuildStatements,
      reset,
      stride: 80,
      writingStride: 4,
    });
  });

  it("leaves an imported key whole or absent", async () => {
    const out = join(folder, "imported.pem");
    const args = ["keys", "import", key, "--out", out, "--no-passphrase"];
    await expectSound(args, [out, `${out}.pub`], { together: true });
  });

  it("leaves exported Sigstore roots whole or absent", async () => {
    const [given, out] = [join(folder, "given.json"), join(folder, "roots.json")];
    cpSync(keyless.sigstoreRoot, given);
    await expectSound(["trust", "sigstore", "export", given, "--out", out], [out], { stride: 1 });
  });

  it("leaves a keyless signature set whole, or one that does not verify", async () => {
    const zip = join(folder, "keyless", "cavra-go-runtime-v0.1.0.zip");
    mkdirSync(join(folder, "keyless"));
    cpSync(await keyless.unsignedZip(), zip);
    const trust = join(folder, "keyless", "root.json");
    writeFileSync(trust, keyless.root());
    const sigstoreRoot = join(folder, "keyless", "sigstore.json");
    cpSync(keyless.sigstoreRoot, sigstoreRoot);
    const { fulcio, rekor } = keyless.stack.urls;
    const trusted = ["--trust", trust, "--sigstore-root", sigstoreRoot, "--at", KEYLESS_TIME];
    const services = ["--fulcio-url", fulcio, "--rekor-url", rekor];
    const args = ["release", "sign", zip, "--keyless", ...trusted, ...services];
    await expectSound(args, [`${zip}.sigs`], {
      look: filesIn,
      finishedBy: "release.dsse.json",
      stride: 80,
      writingStride: 2,
    });
  });
});
