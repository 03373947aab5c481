import { cp } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { SAMPLE_ZIPS } from "../samples/cut-samples.ts";
import type { Story } from "./story.ts";
import { flipOneByte } from "./tamper.ts";

const [FIRST, SECOND] = SAMPLE_ZIPS;
const TRUST = "--trust dist-samples/trust-root.json --allow-test-trust";
const EXTRACTED = "extracted/go-runtime-v0.1.0";

/** The journey of those who get releases, over the committed samples: needs neither Go nor git. */
export async function demoFromSamples(story: Story, scratch: string): Promise<void> {
  await cp(join(ROOT, "dist-samples"), join(scratch, "dist-samples"), { recursive: true });
  await verify(story);
  await look(story);
  await validateUpgrade(story);
  await tamper(story, scratch);
}

async function verify(story: Story): Promise<void> {
  story.chapter("Verify the samples: without trust, nothing is proven");
  await story.run(`cavra release verify-airgap-bundle dist-samples/${FIRST} --quiet`, 4);
  story.say("\nEveryone has the keys of the samples; their root is for tests, and that has to be said:");
  await story.run(
    `cavra release verify-airgap-bundle dist-samples/${FIRST} --trust dist-samples/trust-root.json --quiet`,
    4,
  );
  await story.run(`cavra release verify-airgap-bundle dist-samples/${FIRST} ${TRUST} --extract ${EXTRACTED}`);
  await story.run(
    `cavra release verify-go-package ${EXTRACTED} --signatures dist-samples/${FIRST}.sigs ${TRUST} --quiet`,
  );
  story.say("\nA candidate does not pass for a stable release, unless that is what was asked for:");
  await story.run(`cavra release verify-airgap-bundle dist-samples/${SECOND} ${TRUST} --quiet`, 1);
  await story.run(`cavra release verify-airgap-bundle dist-samples/${SECOND} ${TRUST} --channel rc --quiet`);
}

async function look(story: Story): Promise<void> {
  story.chapter("Look inside");
  await story.run(`cavra release inspect dist-samples/${SECOND}`);
}

async function validateUpgrade(story: Story): Promise<void> {
  story.chapter("Ask whether the candidate is worse than the release before it");
  await story.run(`cavra release validate-upgrade dist-samples/${FIRST} dist-samples/${SECOND} ${TRUST}`);
}

async function tamper(story: Story, scratch: string): Promise<void> {
  story.chapter("Change one byte");
  for (const name of [FIRST, `${FIRST}.sigs`]) {
    await cp(join(scratch, "dist-samples", name), join(scratch, "tampered", name), { recursive: true });
  }
  story.say(`tampered/${FIRST}: ${await flipOneByte(join(scratch, "tampered", FIRST))}`);
  await story.run(`cavra release verify-airgap-bundle tampered/${FIRST} ${TRUST} --quiet`, 1);
  const binary = join(EXTRACTED, "bin", "cavra-runtime_v0.1.0_linux_amd64");
  story.say(`\n${binary}: ${await flipOneByte(join(scratch, binary))}`);
  await story.run(
    `cavra release verify-go-package ${EXTRACTED} --signatures dist-samples/${FIRST}.sigs ${TRUST}`,
    1,
  );
}
