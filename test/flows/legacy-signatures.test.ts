import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair } from "../../src/crypto/keys.ts";
import { createRelease } from "../../src/flows/create-release.ts";
import { planCreation, type CreationRequest } from "../../src/flows/plan-creation.ts";
import { silentProgress } from "../../src/io/progress.ts";
import { failureOf } from "../support/build-scratch.ts";
import { readAsExisting } from "../support/existing-reader.ts";
import { fileTree } from "../support/file-tree.ts";
import { keyFile } from "../support/key-files.ts";
import { CHECKOUT_CONFIG, prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { rebuild, rebuildWorld, rebuiltReport, type RebuildWorld } from "../support/rebuild-world.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import type { ScratchRepository } from "../support/scratch-repository.ts";

const folder = scratchFolder();
const TOP = "go-runtime-v0.1.0";
const keys = join(folder, "keys");
let checkout: ScratchRepository;
let key: string;
let world: RebuildWorld;

beforeAll(async () => {
  mkdirSync(keys);
  key = keyFile(keys, "attacker");
  checkout = legacyCheckout(key);
  world = await rebuildWorld(checkout.folder, join(folder, "world"));
});
afterAll(() => checkout.remove());

/** A checkout at v0.1.0 whose config names a key outside of it. */
function legacyCheckout(path: string): ScratchRepository {
  const repository = prebuiltCheckout();
  const named = relative(repository.folder, path);
  repository.git("tag", "--delete", "v0.1.0");
  repository.write({ "cavra.release.yaml": `${CHECKOUT_CONFIG}sign: { legacy: { key: "${named}" } }\n` });
  repository.commit("Sign for existing readers");
  repository.git("tag", "v0.1.0");
  return repository;
}

function request(outDir: string, from: ScratchRepository = checkout): CreationRequest {
  return {
    folder: from.folder,
    configFile: undefined,
    version: undefined,
    previous: undefined,
    firstRelease: true,
    outDir,
    builderId: undefined,
  };
}

async function built(outDir: string): Promise<string> {
  return (await createRelease(request(outDir), "cavra 0.1.0", silentProgress)).folder;
}

function packageAt(directory: string): ReadonlyMap<string, Uint8Array> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(directory, path), readFileSync(path)]),
  );
}

describe("release build with sign.legacy", () => {
  it("plans every signature, and makes what it planned, alike each time", async () => {
    const { plan } = await planCreation(request("dist"));
    const files = packageAt(world.directory);
    const planned = plan.outputs.map(({ path }) => path);
    // Only the bytes of a file that is taken over say whether Go linked it.
    const learned = ["go-modules.json", "go-modules.json.sig.json"];
    expect([...planned, ...learned].toSorted()).toEqual([...files.keys()].toSorted());
    expect(plan.outputs.filter(({ path }) => path.endsWith(".sig.json")).map(({ layer }) => layer)).toEqual(
      Array.from({ length: 11 }, () => 4),
    );
    const again = await built(join(folder, "again"));
    expect(fileTree(again)).toEqual(fileTree(world.directory));
  });

  it("writes what the existing reader verifies", () => {
    const { verifiedSignatures } = readAsExisting(packageAt(world.directory));
    expect(verifiedSignatures).toHaveLength(12);
    expect(verifiedSignatures).toContain("release-evidence.json");
  });

  it("reads the key only where nobody else can, and makes nothing before", async () => {
    const [open, gone, other] = [join(keys, "open.pem"), join(keys, "gone.pem"), join(keys, "p256.pem")];
    cpSync(key, open);
    chmodSync(open, 0o644);
    const p256 = generateKeyPair("ecdsa-p256").key.export({ format: "pem", type: "pkcs8" });
    writeFileSync(other, p256, { mode: 0o600 });
    const expected = [
      [open, "refused", "may be read by others"],
      [gone, "input", "does not exist"],
      [other, "config", "is not a key that the system before cavra can verify"],
    ] as const;
    for (const [path, code, message] of expected) {
      const spoilt = legacyCheckout(path);
      const out = join(folder, "none");
      const failure = await failureOf(createRelease(request(out, spoilt), "cavra 0.1.0", silentProgress));
      expect(failure).toMatchObject({ code, details: { at: path } });
      expect(failure.message).toContain(message);
      expect(() => readdirSync(out)).toThrow();
      spoilt.remove();
    }
  });
});

describe("a rebuild of a release in legacy mode", () => {
  it("needs no key: what only its holder can make is taken over from the release", async () => {
    const hidden = `${key}.hidden`;
    cpSync(key, hidden);
    rmSync(key);
    const report = rebuiltReport(await rebuild(checkout.folder, world.zip, { trust: world.trust }));
    cpSync(hidden, key);
    expect(report).toMatchObject({ verdict: { word: "IDENTICAL" }, differingFiles: [] });
  });

  it("names a file that differs and not its signature, and none where they were taken out", async () => {
    const copy = join(folder, "spoilt", TOP);
    mkdirSync(dirname(copy));
    cpSync(world.directory, copy, { recursive: true });
    writeFileSync(join(copy, "LICENSE"), "another licence\n");
    const spoilt = rebuiltReport(await rebuild(checkout.folder, copy));
    expect(spoilt).toMatchObject({ verdict: { word: "DIFFERENT" }, differingFiles: ["LICENSE"] });
    for (const path of packageAt(copy).keys()) {
      if (path.endsWith(".sig.json")) rmSync(join(copy, path));
    }
    const bare = rebuiltReport(await rebuild(checkout.folder, copy));
    expect(bare.differingFiles).toContain("LICENSE");
    expect(bare.differingFiles.filter((path) => path.endsWith(".sig.json"))).toEqual([]);
  });
});
