import { createHash } from "node:crypto";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFixtureRepository } from "../fixture-repository.ts";
import type { Story } from "./story.ts";
import { flipOneByte } from "./tamper.ts";

const FIRST = "cavra-go-runtime-v0.1.0.zip";
const SECOND = "cavra-go-runtime-v0.2.0-rc.1.zip";
const CONFIG = "--config source/cavra.release.yaml";

/** Two releases for six targets, from keys to refusal; everything happens in `scratch`. */
export async function demoFromSource(story: Story, scratch: string): Promise<void> {
  await mkdir(join(scratch, "keys"));
  await makeFixtureRepository(join(scratch, "source"));
  await sayWhoMayRelease(story);
  await cutFirst(story);
  await signFirst(story);
  await verifyFirst(story, scratch);
  await rebuildFirst(story);
  await cutSecond(story);
  await validateUpgrade(story);
  await packAgain(story, scratch);
  await tamper(story, scratch);
}

async function sayWhoMayRelease(story: Story): Promise<void> {
  story.chapter("Say who may release: Cleo keeps the root, Ada and Bo must both sign");
  for (const name of ["cleo", "ada", "bo", "dora"]) {
    await story.run(`cavra keys generate keys/${name}.pem --no-passphrase`);
  }
  const draft = "trust-root.draft.json";
  await story.run(`cavra trust init ${draft} --product cavra-runtime`);
  await story.run(`cavra trust add-key ${draft} --role root --holder Cleo --key keys/cleo.pem.pub`);
  await story.run(`cavra trust add-key ${draft} --role release --holder Ada --key keys/ada.pem.pub`);
  await story.run(
    `cavra trust add-key ${draft} --role release --holder Bo --key keys/bo.pem.pub --threshold 2`,
  );
  await story.run(`cavra trust add-key ${draft} --role rebuild --holder Dora --key keys/dora.pem.pub`);
  await story.run(`cavra trust sign ${draft} --key keys/cleo.pem --out trust-root.json --yes`);
}

async function cutFirst(story: Story): Promise<void> {
  story.chapter("Cut v0.1.0 from source, for six targets");
  await story.run("git -C source checkout --quiet v0.1.0");
  await story.run(`cavra release build ${CONFIG} --first-release --out dist`);
}

async function signFirst(story: Story): Promise<void> {
  story.chapter("Sign it: one person is not enough");
  await story.run(`cavra release sign dist/${FIRST} --key keys/ada.pem --trust trust-root.json`);
  await story.run(`cavra release verify-airgap-bundle dist/${FIRST} --trust trust-root.json --quiet`, 1);
  await story.run(`cavra release sign dist/${FIRST} --key keys/bo.pem --trust trust-root.json`);
}

async function verifyFirst(story: Story, scratch: string): Promise<void> {
  story.chapter("Verify it where there is no network: without trust, nothing is proven");
  await story.run(`cavra release verify-airgap-bundle dist/${FIRST} --quiet`, 4);
  story.say("\nThe root came with the software, its digest in a letter. They agree, so it is pinned:");
  await story.run(
    `cavra trust pin trust-root.json --sha256 ${await pinOf(join(scratch, "trust-root.json"))}`,
  );
  story.say("\nThe zip, and the same release as a directory:");
  await story.run(`cavra release verify-airgap-bundle dist/${FIRST} --extract installed`);
  await story.run("cavra release verify-go-package dist/go-runtime-v0.1.0 --quiet");
}

/** What `cavra trust sign` called the pin: the SHA-256 of the root's payload. */
async function pinOf(path: string): Promise<string> {
  const { payload } = JSON.parse(await readFile(path, "utf8")) as { readonly payload: string };
  return createHash("sha256").update(Buffer.from(payload, "base64")).digest("hex");
}

async function rebuildFirst(story: Story): Promise<void> {
  story.chapter("Prove it: Dora, who signs no releases, makes v0.1.0 again from its commit");
  story.say("\nIn a clone, with the pinned Go and a build cache of its own, which takes its time:");
  await story.run(`cavra release rebuild dist/${FIRST} --source source --attest keys/dora.pem`);
  await story.run(
    `cavra release verify-airgap-bundle dist/${FIRST} --require reproducibility.rebuild --quiet`,
  );
}

async function cutSecond(story: Story): Promise<void> {
  story.chapter("Cut the release candidate v0.2.0-rc.1, which follows v0.1.0");
  await story.run("git -C source checkout --quiet v0.2.0-rc.1");
  await story.run(`cavra release build ${CONFIG} --previous dist/${FIRST} --out dist`);
  for (const name of ["ada", "bo"])
    await story.run(`cavra release sign dist/${SECOND} --key keys/${name}.pem`);
  story.say("\nA candidate does not pass for a stable release, unless that is what was asked for:");
  await story.run(`cavra release verify-airgap-bundle dist/${SECOND} --quiet`, 1);
  await story.run(`cavra release verify-airgap-bundle dist/${SECOND} --channel rc --quiet`);
  await story.run("cavra release verify-go-package dist/go-runtime-v0.2.0-rc.1 --channel rc --quiet");
}

async function validateUpgrade(story: Story): Promise<void> {
  story.chapter("Ask whether the candidate is worse than the release before it");
  await story.run(`cavra release validate-upgrade dist/${FIRST} dist/${SECOND}`);
}

async function packAgain(story: Story, scratch: string): Promise<void> {
  story.chapter("Pack the directory again: the same bytes, so the signatures still hold");
  await story.run("cavra release bundle dist/go-runtime-v0.1.0 --out again");
  const [once, again] = await Promise.all(
    ["dist", "again"].map((folder) => readFile(join(scratch, folder, FIRST))),
  );
  const isSame = once !== undefined && again?.equals(once) === true;
  story.claim(isSame, `again/${FIRST} and dist/${FIRST} are the same, byte for byte`);
}

async function tamper(story: Story, scratch: string): Promise<void> {
  story.chapter("Change one byte");
  const at = (...parts: string[]): string => join(scratch, ...parts);
  for (const name of [FIRST, `${FIRST}.sigs`, "go-runtime-v0.1.0", "go-runtime-v0.1.0.sigs"]) {
    await cp(at("dist", name), at("tampered", name), { recursive: true });
  }
  story.say(`tampered/${FIRST}: ${await flipOneByte(at("tampered", FIRST))}`);
  await story.run(`cavra release verify-airgap-bundle tampered/${FIRST} --quiet`, 1);
  const binary = join("go-runtime-v0.1.0", "bin", "cavra-runtime_v0.1.0_linux_amd64");
  story.say(`\ntampered/${binary}: ${await flipOneByte(at("tampered", binary))}`);
  await story.run("cavra release verify-go-package tampered/go-runtime-v0.1.0", 1);
}
