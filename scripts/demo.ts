/**
 * Shows cavra with the real commands, in a scratch folder that is removed afterwards:
 *
 *     npm run demo           from source with the pinned Go; without it, over the committed samples
 *     KEEP=1 npm run demo    and keeps the folder
 */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";
import { demoFromSamples } from "./demo/from-samples.ts";
import { demoFromSource } from "./demo/from-source.ts";
import { startStory, type Story } from "./demo/story.ts";
import { findPinnedGo } from "./samples/pinned-go.ts";

const INTERRUPTED = 130;
const isKept = (process.env["KEEP"] ?? "") !== "";
const startedMs = performance.now();

// oclif would look for sources instead of what is built.
delete process.env["NODE_ENV"];
console.error("demo: building cavra, if it is not built");
await buildIfStale();
const scratch = await mkdtemp(join(tmpdir(), "cavra-demo-"));
process.once("SIGINT", () => {
  if (!isKept) rmSync(scratch, { recursive: true, force: true });
  process.exit(INTERRUPTED);
});
// Whoever pipes the story into `head` has seen enough.
process.stdout.on("error", () => {
  process.exitCode = 1;
});
const story = startStory(scratch, join(scratch, "home"));
try {
  await tell(story);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  if (!isKept) await rm(scratch, { recursive: true, force: true });
}
close(story);

async function tell(to: Story): Promise<void> {
  console.error("demo: looking for the pinned Go");
  const { release, problem } = findPinnedGo();
  if (problem === undefined) {
    to.say(`Two releases of a small product, from keys to refusal, built with ${release}.`);
    await demoFromSource(to, scratch);
    return;
  }
  to.say(`No release is built, because ${problem}.`);
  to.say("What follows is the rest of the journey, over the samples in dist-samples.");
  await demoFromSamples(to, scratch);
}

function close({ commandCount, surprises, say }: Story): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const isUnfinished = process.exitCode === 1;
  const outcome =
    surprises.length === 0 ? "every exit code as it should be" : `${surprises.length} not as they should be`;
  say(`\n${isUnfinished ? "Broken off" : "Done"}: ${commandCount} commands in ${seconds} s, ${outcome}.`);
  for (const surprise of surprises) say(`  ${surprise}`);
  say(
    isKept
      ? `Everything is in ${scratch}`
      : "The scratch folder is gone. To look around in it: KEEP=1 npm run demo",
  );
  if (surprises.length > 0) process.exitCode = 1;
}
